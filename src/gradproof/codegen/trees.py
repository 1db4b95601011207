"""Pieces of Python's own syntax trees; ``ast.unparse`` puts the brackets."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import reduce

Tree = ast.expr
_BINARY: dict[str, type[ast.operator]] = {
    "+": ast.Add,
    "-": ast.Sub,
    "*": ast.Mult,
    "/": ast.Div,
    "@": ast.MatMult,
    "**": ast.Pow,
}


def name(identifier: str) -> Tree:
    """A variable, or a dotted name such as ``np.exp``."""
    first, *rest = identifier.split(".")
    made: Tree = ast.Name(first, ast.Load())
    for attribute in rest:
        made = ast.Attribute(made, attribute, ast.Load())
    return made


def number(value: int | float) -> Tree:
    """A number; a negative one is a minus before a number."""
    return ast.Constant(value) if value >= 0 else minus(ast.Constant(-value))


def binary(left: Tree, operator: str, right: Tree) -> Tree:
    """Two operands and the sign between them."""
    return ast.BinOp(left, _BINARY[operator](), right)


def joined(operator: str, operands: Sequence[Tree]) -> Tree:
    """Operands with one sign between them, taken from the left."""
    return reduce(lambda left, right: binary(left, operator, right), operands)


def minus(operand: Tree) -> Tree:
    """Minus the operand; of a product, of its first factor, as people write it."""
    if isinstance(operand, ast.BinOp) and isinstance(operand.op, (ast.Mult, ast.Div, ast.MatMult)):
        return ast.BinOp(minus(operand.left), operand.op, operand.right)
    return ast.UnaryOp(ast.USub(), operand)


def call(function: str, *arguments: Tree, **keywords: Tree) -> Tree:
    """A call of a function by its name."""
    return applied(name(function), *arguments, **keywords)


def applied(function: Tree, *arguments: Tree, **keywords: Tree) -> Tree:
    """A call of what an expression gives."""
    named = [ast.keyword(key, value) for key, value in keywords.items()]
    return ast.Call(function, list(arguments), named)


def attribute(tree: Tree, label: str) -> Tree:
    """An attribute, such as ``.T``."""
    return ast.Attribute(tree, label, ast.Load())


def item(tree: Tree, *index: Tree) -> Tree:
    """An entry, or a part of an array."""
    at = index[0] if len(index) == 1 else ast.Tuple(list(index), ast.Load())
    return ast.Subscript(tree, at, ast.Load())


def everything() -> Tree:
    """The index that takes all of an axis, ``:``."""
    return ast.Slice()


def listed(items: Sequence[Tree]) -> Tree:
    """A list."""
    return ast.List(list(items), ast.Load())


def paired(*items: Tree) -> Tree:
    """A tuple, such as a shape."""
    return ast.Tuple(list(items), ast.Load())


def each(body: Tree, index: str, first: Tree, end: Tree) -> Tree:
    """The values of ``body`` for the whole numbers from ``first`` to below ``end``."""
    over = ast.comprehension(ast.Name(index, ast.Store()), call("range", first, end), [], 0)
    return ast.ListComp(body, [over])


def function(argument: str, body: Tree) -> Tree:
    """A function without a name."""
    one = ast.arguments([], [ast.arg(argument)], None, [], [], None, [])
    return ast.Lambda(one, body)


def greater(left: Tree, right: Tree) -> Tree:
    """A comparison."""
    return ast.Compare(left, [ast.Gt()], [right])


def source(tree: Tree) -> str:
    """The tree as Python code, on one line."""
    return ast.unparse(ast.fix_missing_locations(ast.Expression(tree)))
