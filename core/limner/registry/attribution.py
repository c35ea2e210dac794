"""Attribution: the plugin that an exception comes from, found from its traceback after it was raised.

Nothing is recorded while plugins run, so attribution costs nothing unless something fails.
"""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, TypeGuard

from limner.errors import (
    ArtworkError,
    BackendError,
    DivergedError,
    LimnerError,
    NothingFoundError,
    PluginError,
    RecipeError,
    TracingError,
    causes,
    reason,
)
from limner.registry.commands import find_commands
from limner.registry.names import BUILT_IN, LOCAL, kebab_case
from limner.registry.registry import registry
from limner.stages.base import Stage

if TYPE_CHECKING:
    from types import FrameType

    from limner.registry.registration import Entry
    from limner.registry.registry import Registry

OWN_PACKAGES = ("limner", "limner_plugins", "limner_apps")
"""The top-level import packages of limner itself."""
HOOKS = ("limner_register", "limner_event")
ENVIRONMENT = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
"""Errors of the disk or of the reader of the output; they are never attributed to a plugin."""
UNATTRIBUTED = (PluginError, ArtworkError, BackendError, DivergedError, NothingFoundError, RecipeError)
"""Errors that keep their class even if a plugin raises them, so that callers can catch them by it."""
CALL = re.compile(r"([\w.]+)\.\w+\(\) (?:takes|missing|got)\b|Can't instantiate abstract class (\w+)")
"""Matches the TypeError of a call that does not fit a signature; Python raises it in the frame of the caller."""


@dataclass(frozen=True)
class Attribution:
    """A package, and the part of it that an error comes from.

    Attributes:
        package: the distribution; ``local`` for a class that was passed as an object.
        version: the distribution's version; empty for a local class.
        role: the role of the stage, or ``command`` or ``hook``; empty if the code belongs to no known part.
        name: the registered name of the stage, or the name of the command or the hook.
    """

    package: str
    version: str
    role: str = ""
    name: str = ""

    def __str__(self) -> str:
        if self.package == LOCAL and self.role:
            return f"{self.role} '{LOCAL}/{self.name}'"
        owner = " ".join(filter(None, (self.package, self.version)))
        return f"{owner}, {self.role} {self.name!r}" if self.role else owner

    def error(self, problem: str) -> PluginError:
        """Return an error about this plugin."""
        return PluginError(f"{self}: {problem}")


def attribute(error: BaseException, known: Registry | None = None) -> Attribution | None:
    """Return the plugin that raised an exception or one of its causes; None if no plugin did.

    The innermost frame that belongs to a plugin decides. A frame belongs to a plugin if its module is part of the
    plugin's package, or if it is a method of limner's base classes that runs on a stage of the plugin.
    """
    chain = list(causes(error))
    if any(isinstance(cause, OSError) and cause.errno in ENVIRONMENT for cause in chain):
        return None
    owners = _Owners(known or registry())
    candidates = (owners.of_call(cause) or owners.of_traceback(cause) for cause in reversed(chain))
    return next(filter(None, candidates), None)


def owner_of(stage: Stage | type[Stage], known: Registry | None = None) -> Attribution | None:
    """Return the plugin that a stage belongs to; None for a built-in stage."""
    return _Owners(known or registry()).of_class(stage if isinstance(stage, type) else type(stage))


def stage_error(stage: Stage | type[Stage], problem: str) -> PluginError | TypeError:
    """Return the error to raise for a stage that returned an invalid value.

    Args:
        stage: the stage or its class.
        problem: the message behind the name of the stage.

    Returns:
        An error that names the plugin, or a TypeError for a built-in stage.
    """
    owner = owner_of(stage)
    name = (stage if isinstance(stage, type) else type(stage)).__name__
    return owner.error(problem) if owner else TypeError(f"{name}: {problem}")


def attributed(error: BaseException) -> LimnerError | None:
    """Return an error that names the plugin which raised an exception; None if no plugin did, or it is named already.

    A LimnerError or a MemoryError is attributed to a plugin only if the code of one of its stages raised it: limner
    itself raises them about the request or the machine. Errors about a file or a recipe, such as ArtworkError, are
    never attributed.
    """
    if isinstance(error, TracingError):
        found = attribute(error)
        named = found is None or str(error).startswith(str(found))
        return None if named else TracingError(error.problem, error.file, error.line, str(found))
    if not isinstance(error, (LimnerError, MemoryError)):
        found = attribute(error)
    elif isinstance(error, UNATTRIBUTED) or _raised_by_limner(error):
        return None
    else:
        found = _Owners(registry()).of_raiser(error)
    problem = str(error) if isinstance(error, LimnerError) else reason(error)
    return found.error(problem) if found else None


@contextmanager
def attributing() -> Iterator[None]:
    """Replace exceptions that a plugin raises in the block by errors that name the plugin; also usable as a decorator.

    Errors of limner itself and exceptions that no plugin raised pass unchanged.

    Raises:
        PluginError: a plugin raised an exception.
        TracingError: the ``forward`` of a plugin's stage cannot be differentiated automatically.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        named = attributed(error)
        if named is None:
            raise
        raise named from error


class _Owners:
    """The plugins that modules, classes and stack frames belong to."""

    def __init__(self, known: Registry) -> None:
        self._known = known
        self._entries = [entry for entry in known.entries() if entry.package != BUILT_IN]
        self._commands = [command for command in find_commands() if not command.built_in]
        owned = [(module, plugin) for module, plugin in known.modules() if plugin.package != BUILT_IN]
        self._packages = {_home(module): Attribution(plugin.package, plugin.version) for module, plugin in owned}
        named = [(entry.target, entry.package, entry.version) for entry in self._entries]
        named += [(command.target, command.package, command.version) for command in self._commands]
        self._packages |= {_home(_module(target)): Attribution(*owner) for target, *owner in named}

    def of_call(self, error: BaseException) -> Attribution | None:
        """Return the plugin whose method or class does not fit the call that an exception reports."""
        match = CALL.match(str(error)) if isinstance(error, TypeError) else None
        name = (match[1] or match[2]) if match else ""
        return next((self.of_class(cls) for _, cls in self._classes() if cls.__qualname__ == name), None)

    def of_traceback(self, error: BaseException) -> Attribution | None:
        """Return the plugin of the innermost frame that belongs to one, with the stage if its frames show one."""
        found: Attribution | None = None
        for frame, _ in reversed(list(walk_tb(error.__traceback__))):
            here = self._of_frame(frame)
            if here and here.role:
                return here if found is None or found.package == here.package else found
            found = found or here
        return found

    def of_raiser(self, error: BaseException) -> Attribution | None:
        """Return the plugin's stage whose own code raised an exception; None if other code raised it."""
        frames = (frame for frame, _ in reversed(list(walk_tb(error.__traceback__))))
        raiser = next((one for one in frames if _is_limners(one) or self._of_frame(one)), None)
        if raiser is None or _is_limners(raiser):  # frames of other libraries are skipped
            return None
        found = self.of_traceback(error)
        return found if found and found.role not in ("", "command", "hook") else None

    def of_class(self, cls: type) -> Attribution | None:
        """Return the plugin that a stage class belongs to, by its registered name if it has one."""
        if _is_built_in(cls.__module__):
            return None
        registered = list(self._classes())
        exact = [entry for base in cls.__mro__ for entry, stage in registered if stage is base]
        subclasses = {(entry.role, entry.name): entry for entry, stage in registered if issubclass(stage, cls)}
        entries = exact[:1] or list(subclasses.values())
        if len(entries) == 1:
            entry = entries[0]
            return Attribution(entry.package, entry.version, entry.role, entry.name)
        owner = self._packages.get(_home(cls.__module__), Attribution(LOCAL, ""))
        return Attribution(owner.package, owner.version, self._role(cls), kebab_case(cls.__name__))

    def _of_frame(self, frame: FrameType) -> Attribution | None:
        module, code = str(frame.f_globals.get("__name__", "")), frame.f_code
        built_in = _is_built_in(module)
        owner = None if built_in else self._packages.get(_home(module))
        first = {*code.co_varnames[: min(1, code.co_argcount)], *code.co_freevars}
        for name in ("self", "cls"):
            value = frame.f_locals.get(name) if name in first else None
            cls = type(value) if name == "self" else value
            if _is_stage(cls) and (owner or name == "self" or not built_in) and (found := self.of_class(cls)):
                return found
        if built_in:
            return None
        cls = frame.f_globals.get(code.co_qualname.partition(".")[0])
        if _is_stage(cls) and cls.__module__ == module:
            return self.of_class(cls)
        return owner and self._of_function(owner, module, code.co_name)

    def _of_function(self, owner: Attribution, module: str, function: str) -> Attribution:
        """Return a command or a hook if a function is one, else the package alone."""
        target = f"{module}:{function}"
        name = next((command.name for command in self._commands if command.target == target), "")
        if name:
            return Attribution(owner.package, owner.version, "command", name)
        return Attribution(owner.package, owner.version, "hook", function) if function in HOOKS else owner

    def _classes(self) -> Iterator[tuple[Entry, type[Stage]]]:
        """Yield the entries of third-party stages whose modules are imported, with their classes."""
        for entry in self._entries:
            cls = getattr(sys.modules.get(_module(entry.target)), entry.target.partition(":")[2], None)
            if _is_stage(cls):
                yield entry, cls

    def _role(self, cls: type) -> str:
        """Return the role whose interface a class implements, found by the names of its bases without any import."""
        bases = [f"{base.__module__}:{base.__qualname__}" for base in cls.__mro__]
        found = [role.name for base in bases for role in self._known.roles() if role.interface == base]
        return found[0] if found else "stage"


def _raised_by_limner(error: BaseException) -> bool:
    """Return whether the innermost frame is limner's; the costlier search for owners is then unnecessary."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    return not frames or _is_limners(frames[-1])


def _is_limners(frame: FrameType) -> bool:
    return _is_built_in(str(frame.f_globals.get("__name__", "")))


def _module(target: str) -> str:
    return target.partition(":")[0]


def _is_built_in(module: str) -> bool:
    return module.partition(".")[0] in OWN_PACKAGES


def _is_stage(value: Any) -> TypeGuard[type[Stage]]:
    return isinstance(value, type) and issubclass(value, Stage)


def _home(module: str) -> str:
    """Return the outermost package of a module that is not a namespace package: one distribution installs it alone."""
    parts = module.split(".")
    names = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return next((name for name in names if getattr(sys.modules.get(name), "__file__", None)), module)
