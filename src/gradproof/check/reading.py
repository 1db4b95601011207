"""A claim's own program, as certificates carry it, read as data: it can state, and do no more.

The program comes from a process in which a submission ran, so it may be anything.  Only what the
language of statements consists of is let through, and then nothing can be called but that.
"""

from __future__ import annotations

import ast
import re
from typing import Any, NamedTuple

import sympy

import gradproof

from ..errors import StatementError
from ..printing.code import CALLED
from .written import PRODUCT, AsWritten, held, product

_GRAMMAR = (
    ast.Module,
    ast.Assign,
    ast.Expr,
    ast.Call,
    ast.Name,
    ast.Constant,
    ast.BinOp,
    ast.UnaryOp,
    ast.operator,
    ast.unaryop,
    ast.expr_context,
    ast.Tuple,
    ast.List,
    ast.Subscript,
    ast.Attribute,
    ast.Lambda,
    ast.arguments,
    ast.arg,
    ast.keyword,
)
_ATTRIBUTES = {"T", "I", "applyfunc", "prime"}
#: SymPy evaluates strings as programs; a name can do no harm there.
_NAME = re.compile(r"[\w' ^~-]*")
_VERDICTS = {"prove", "refute", "chain"}
_OTHER = {"NotProved", "NotRefuted", "GradproofError", "StatementError", "numpy_function"}


class Read(NamedTuple):
    """The two sides of a claim, and the hypotheses that it is made under."""

    lhs: Any
    rhs: Any
    given: Any


def read(code: str, *, written: bool = False, partial: bool = False) -> Read:
    """Evaluate the program of a claim up to its claim, and return the claim's parts.

    With `written` its products stay as they are written, where SymPy would work them out.
    With `partial` a gradient in an intermediate may leave the inputs of that elsewhere, as in
    the steps of `derive`; they are then held fixed.
    Raises :class:`StatementError` where the program is anything else.
    """
    tree = ast.parse(code)
    while tree.body and isinstance(tree.body[0], ast.ImportFrom):
        del tree.body[0]  # what there is to import is there
    for node in ast.walk(tree):
        _allow(node)
    if written:
        tree = ast.fix_missing_locations(AsWritten().visit(tree))
    last = tree.body.pop() if tree.body else None
    if not (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and isinstance(last.value.func, ast.Name)
        and last.value.func.id in _VERDICTS
        and len(last.value.args) == 2
    ):
        raise StatementError("This program does not end in a claim about two sides.")
    names = _names()
    if written:
        names[PRODUCT] = product
    if partial:
        names["gradient"] = held
    exec(compile(tree, "<claim>", "exec"), names)
    hypotheses = [word.value for word in last.value.keywords if word.arg == "given"]
    lhs, rhs, *given = (
        eval(compile(ast.Expression(part), "<claim>", "eval"), names)
        for part in (*last.value.args, *hypotheses)
    )
    return Read(lhs, rhs, *(given or [()]))


def _allow(node: ast.AST) -> None:
    constant = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
    if (
        not isinstance(node, _GRAMMAR)
        or (isinstance(node, ast.Name) and node.id.startswith("_"))
        or (isinstance(node, ast.Attribute) and node.attr not in _ATTRIBUTES)
        or not isinstance(constant, (int, str, type(None)))
        or (isinstance(constant, str) and not _NAME.fullmatch(constant))
    ):
        raise StatementError(f"{type(node).__name__} is no part of a statement.")


def _names() -> dict[str, Any]:
    own = set(gradproof.__all__) - _OTHER - _VERDICTS
    found: dict[str, Any] = {name: getattr(gradproof, name) for name in own}
    found |= {name: getattr(sympy, name) for name in CALLED}
    return found | {"__builtins__": {}}
