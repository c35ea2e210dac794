"""Adding a registration to the source of ``limner_register``."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from limner.scaffold.names import registration_lines
from limner.scaffold.templates import StageTemplate

HOOK = "limner_register"
IMPORT = "from limner.plugin import Registry, hookimpl"
EMPTY = '"""Registration of the package with limner."""\n'
FUNCTION = '''

@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the stages of this package; limner imports them on first use."""
'''


def with_registration(source: str, template: StageTemplate, words: Mapping[str, str]) -> str:
    """Return a module's source with a stage registered in ``limner_register``, which is added if it is missing.

    Raises:
        ValueError: the source does not parse, already registers the name, or has a form to which no line can be added;
            the message is a predicate of the file.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ValueError(f"is not valid Python (line {error.lineno}); fix it first") from error
    hook = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == HOOK), None)
    if hook is None:
        if any(isinstance(n, ast.alias) and HOOK in (n.name, n.asname) for n in ast.walk(tree)):
            raise ValueError(f"imports {HOOK}; register the stage by hand in the module that defines it")
        return _check_syntax(_with_hook(source, tree) + registration_lines(template, words) + "\n")
    if _registers(hook, template.role, words["name"]):
        raise ValueError(f"already registers the {template.role} {words['name']!r}; choose another name")
    if not hook.args.args or hook.body[0].lineno <= hook.lineno:
        raise ValueError(f"has a {HOOK} to which no line can be added; register the stage by hand")
    last = hook.body[-1]
    before = isinstance(last, ast.Return) and len(hook.body) > 1
    at = (last.lineno - 1) if before else (last.end_lineno or last.lineno)
    newline = "\r\n" if "\r\n" in source else "\n"
    block = registration_lines(template, words, hook.args.args[0].arg, hook.body[0].col_offset).splitlines()
    lines = source.splitlines()
    return _check_syntax(newline.join([*lines[:at], *block, *lines[at:]]) + newline)


def _with_hook(source: str, tree: ast.Module) -> str:
    """Return the source with an empty ``limner_register`` at its end, and the imports that it needs."""
    lines = source.rstrip().splitlines()
    imports: list[ast.stmt] = [n for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))]
    head = imports[-1:] or (tree.body[:1] if ast.get_docstring(tree) is not None else [])
    at = (head[0].end_lineno or 0) if head else 0
    block = [IMPORT] if imports or not head else ["", IMPORT]
    return "\n".join([*lines[:at], *block, *lines[at:]]).rstrip() + "\n" + FUNCTION


def _registers(hook: ast.FunctionDef, role: str, name: str) -> bool:
    """Return whether the function registers the name under the role: ``add("warp", "x")`` or ``warp("x")``."""
    for call in (node for node in ast.walk(hook) if isinstance(node, ast.Call)):
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        strings = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
        if strings[:2] == [role, name] or (method == role and strings[:1] == [name]):
            return True
    return False


def _check_syntax(source: str) -> str:
    ast.parse(source)  # raises if the added lines are misplaced, so that a broken file is never written
    return source
