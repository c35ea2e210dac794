"""Templates of ``limner plugins new``: a new plugin package, or a stage added to an existing package."""

from limner.scaffold.extension import extend
from limner.scaffold.package import new
from limner.scaffold.templates import kinds

__all__ = ["extend", "kinds", "new"]
