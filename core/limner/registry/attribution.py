"""Attribution: which plugin an exception comes from, found from its traceback once it has been raised.

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

    from limner.registry.registry import Registry

OWN_PACKAGES = ("limner", "limner_plugins", "limner_apps")
"""The top-level import packages of limner itself."""
HOOKS = ("limner_register", "limner_event")
ENVIRONMENT = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
"""Errors of the disk or of whoever reads the output; no plugin causes them, wherever they are raised."""
UNATTRIBUTED = (PluginError, ArtworkError, BackendError, DivergedError, NothingFoundError, RecipeError)
"""Errors that a caller tells apart by their class, whoever raises them."""
CALL = re.compile(r"([\w.]+)\.\w+\(\) (?:takes|missing|got)\b|Can't instantiate abstract class (\w+)")
"""How Python reports a call that does not fit a method's signature: in the frame of the caller, not of the method."""


@dataclass(frozen=True)
class Attribution:
    """A package, and which part of it.

    Attributes:
        package: the distribution; ``local`` for a class that was passed as an object.
        version: its version; empty for a local class.
        role: the role of the stage, or ``command`` or ``hook``; empty if the code belongs to no known part.
        name: the registered name of the stage, or the name of the command or the hook.
    """

    package: str
    version: str
    role: str = ""
    name: str = ""

    def __str__(self) -> str:
        owner = " ".join(filter(None, (self.package, self.version)))
        return f"{owner}, {self.role} {self.name!r}" if self.role else owner

    def error(self, problem: str) -> PluginError:
        """Return the error that reports a problem of this plugin."""
        return PluginError(f"{self}: {problem}")


def attribute(error: BaseException, known: Registry | None = None) -> Attribution | None:
    """Return the plugin that raised an exception, or the first of its causes; None if none did.

    The innermost frame that belongs to a plugin decides. A frame belongs to a plugin if its module is part of the
    plugin's package, or if it is a method of limner's base classes that runs on a stage of the plugin.
    """
    chain = list(causes(error))
    if any(isinstance(cause, OSError) and cause.errno in ENVIRONMENT for cause in chain):
        return None
    owners = _Owners(known or registry())
    found = (owners.of_call(cause) or owners.of_traceback(cause) for cause in reversed(chain))
    return next(filter(None, found), None)


def owner_of(stage: Stage | type[Stage], known: Registry | None = None) -> Attribution | None:
    """Return the plugin that a stage belongs to; None for a built-in stage."""
    return _Owners(known or registry()).of_class(stage if isinstance(stage, type) else type(stage))


def stage_error(stage: Stage | type[Stage], problem: str) -> PluginError | TypeError:
    """Return the error to raise for a stage that breaks its interface: its plugin's, or a TypeError if it is built in.

    For what limner finds wrong with a value that a stage returned; ``problem`` is the rest of the sentence.
    """
    owner = owner_of(stage)
    name = (stage if isinstance(stage, type) else type(stage)).__name__
    return owner.error(problem) if owner else TypeError(f"{name}: {problem}")


def attributed(error: BaseException) -> LimnerError | None:
    """Return the error that names the plugin which raised an exception; None if none did, or if it is named already.

    A LimnerError or a MemoryError is a plugin's only if the code of a stage of its own raised it: those that limner
    raises further inside are about the request or the machine. Errors of limner's that say what is wrong with a file or
    a recipe, an ArtworkError say, stay what they are.
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
    """Raise an exception that a plugin raises as an error that names it; usable as a decorator too.

    Errors that limner itself raises, and exceptions that no plugin raised, pass unchanged.

    Raises:
        PluginError: a plugin raised an exception.
        TracingError: the ``forward`` of a plugin's stage does what cannot be differentiated automatically.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        named = attributed(error)
        if named is None:
            raise
        raise named from error


class _Owners:
    """Whose code a module, a class or a frame is."""

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
        """Return the plugin of the innermost frame that belongs to one, and its stage if it or a caller tells."""
        found: Attribution | None = None
        for frame, _ in reversed(list(walk_tb(error.__traceback__))):
            here = self._of_frame(frame)
            if here and here.role:
                return here if found is None or found.package == here.package else found
            found = found or here
        return found

    def of_raiser(self, error: BaseException) -> Attribution | None:
        """Return the plugin's stage whose own code raised an exception; None if limner's did, or code of no stage."""
        frames = (frame for frame, _ in reversed(list(walk_tb(error.__traceback__))))
        raiser = next((one for one in frames if _is_limners(one) or self._of_frame(one)), None)
        if raiser is None or _is_limners(raiser):  # frames of other libraries were passed over
            return None
        found = self.of_traceback(error)
        return found if found and found.role not in ("", "command", "hook") else None

    def of_class(self, cls: type) -> Attribution | None:
        """Return the plugin that a stage class belongs to, by its registered name if it has one."""
        if _is_built_in(cls.__module__):
            return None
        registered = list(self._classes())
        same = [entry for base in cls.__mro__ for entry, own in registered if own is base]
        below = {(entry.kind, entry.name): entry for entry, own in registered if issubclass(own, cls)}
        entries = same[:1] or list(below.values())
        if len(entries) == 1:
            entry = entries[0]
            return Attribution(entry.package, entry.version, entry.kind, entry.name)
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

    def _classes(self) -> Iterator[tuple[Any, type[Stage]]]:
        """Yield the registered stages of third parties that are imported, with their classes."""
        for entry in self._entries:
            cls = getattr(sys.modules.get(_module(entry.target)), entry.target.partition(":")[2], None)
            if _is_stage(cls):
                yield entry, cls

    def _role(self, cls: type) -> str:
        """Return the role whose interface a class implements, by the names of its bases: nothing is imported."""
        bases = [f"{base.__module__}:{base.__qualname__}" for base in cls.__mro__]
        found = [role.name for base in bases for role in self._known.roles() if role.interface == base]
        return found[0] if found else "stage"


def _raised_by_limner(error: BaseException) -> bool:
    """Whether the innermost frame is limner's: then nobody has to be asked what belongs to whom."""
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
    """Return the outermost package of a module that is not a namespace: what one distribution alone installs."""
    parts = module.split(".")
    names = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return next((name for name in names if getattr(sys.modules.get(name), "__file__", None)), module)
