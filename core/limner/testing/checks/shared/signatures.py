"""Check of a stage's class: it implements every method of its interface with matching parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from limner.testing.subject import require

Parameters = list[inspect.Parameter]


def check_signatures(what: str, cls: type, interface: type) -> None:
    """Require that every method of the interface is implemented with the interface's parameters.

    Args:
        what: the stage, for messages.
        cls: its class.
        interface: the interface of the role.
    """
    expected = dict(_methods(cls, interface))
    missing = sorted(getattr(cls, "__abstractmethods__", ()))
    if missing:
        lines = " and ".join(f"def {_shown(name, expected.get(name))}" for name in missing)
        require(False, f"{what}: {', '.join(missing)} is not implemented; write {lines}")
    for name, member in expected.items():
        own = inspect.getattr_static(cls, name)
        fits = type(own) is type(member) and _fits(_parameters(own), _parameters(member))
        lead = {classmethod: "@classmethod def ", staticmethod: "@staticmethod def "}.get(type(member), "def ")
        require(fits, f"{what}: {_shown(name, own)} does not fit its interface; write {lead}{_shown(name, member)}")


def _methods(cls: type, interface: type) -> Iterator[tuple[str, Any]]:
    """Yield the public methods of the interfaces that the class overrides or must implement."""
    bases = [base for base in cls.__mro__ if _is_interface(base, interface) and base is not cls]
    seen: set[str] = set()
    for base in bases:
        for name, member in vars(base).items():
            if name in seen or name.startswith("_") or not _is_method(member):
                continue
            seen.add(name)
            definer = next(one for one in cls.__mro__ if name in vars(one))
            if definer not in bases or getattr(member, "__isabstractmethod__", False):
                yield name, member


def _is_interface(base: type, interface: type) -> bool:
    """Return whether a base class is an interface of limner, or the role's interface or a base of it."""
    if base.__module__.partition(".")[0] in ("pydantic", "builtins", "abc"):
        return False
    return issubclass(interface, base) or base.__module__.startswith(("limner.stages.", "limner.formats."))


def _is_method(member: Any) -> bool:
    return inspect.isfunction(member) or isinstance(member, (classmethod, staticmethod))


def _parameters(member: Any) -> Parameters | None:
    function: Callable[..., Any] | None = getattr(member, "__func__", member)
    if not callable(function):
        return None
    return list(inspect.signature(function).parameters.values())


def _fits(own: Parameters | None, expected: Parameters | None) -> bool:
    """Return whether a call with the expected parameters fits a method, whose names may have a leading underscore."""
    if own is None or expected is None:
        return False
    positional = [p for p in own if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    by_keyword = {p.name.lstrip("_") for p in own if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    takes_all = any(p.kind is p.VAR_POSITIONAL for p in own), any(p.kind is p.VAR_KEYWORD for p in own)
    used: set[str] = set()
    for place, parameter in enumerate(expected):
        if parameter.kind is parameter.KEYWORD_ONLY:
            fits = takes_all[1] or parameter.name in by_keyword
        elif place >= len(positional):
            fits = takes_all[0]
        else:
            found = positional[place]
            used.add(found.name)
            same = found.name.lstrip("_") == parameter.name.lstrip("_") or place == 0  # self, or cls
            fits = same and (parameter.default is parameter.empty or found.default is not found.empty)
        if not fits:
            return False
    known = used | {parameter.name for parameter in expected}
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return all(p.kind in variable or p.default is not p.empty or p.name in known for p in own)


def _shown(name: str, member: Any) -> str:
    """Return a method's signature as its author writes it, without annotations."""
    parameters = _parameters(member)
    if parameters is None:
        return name
    plain = [p.replace(annotation=p.empty) for p in parameters]
    return f"{name}{inspect.Signature(plain)}"
