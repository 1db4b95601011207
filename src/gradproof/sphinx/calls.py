"""Every proof that a cell shows has run: its calls, compared with the verdicts of their lines."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

VERDICTS = frozenset(["prove", "refute", "chain"])
#: Names that elsewhere mean something else.
_SHARED = frozenset(["chain"])


NOT_RUN = (
    "this {} is shown and gave no verdict: let it run where it stands, once the cell is run, "
    "and by gradproof's own name"
)


class Call(NamedTuple):
    """A call that asks for a verdict: its kind, its lines, and the id that it gives."""

    kind: str
    first: int
    last: int
    id: str | None


def misused(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The lines where a verdict's name is given to something else, or is used but not called."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        name = _bound(node)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            name = node.id if id(node) not in called and node.id not in _SHARED else ""
        if name in VERDICTS:
            line = getattr(node, "lineno", 1)
            yield line, f"{name} is to mean gradproof's {name}: import it, and call it by its name"


def _bound(node: ast.AST) -> str:
    """The name that `node` gives to something, other than by importing it under its own."""
    if isinstance(node, ast.Name):
        return "" if isinstance(node.ctx, ast.Load) else node.id
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name
    if isinstance(node, ast.alias) and node.asname:
        return node.asname if node.asname in VERDICTS else node.name.rpartition(".")[2]
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return node.name or ""
    return node.arg if isinstance(node, ast.arg) else ""


def not_run(
    cells: Sequence[tuple[int, Mapping[str, Any]]], messages: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int, Call]]:
    """The calls in a page's cells that gave no verdict, each with where its cell begins."""
    trees = [_tree(str(cell["source"])) for _, cell in cells]
    foreign = _elsewhere(trees)
    for (start, cell), tree in zip(cells, trees, strict=True):
        source = str(cell["source"])
        # IPython leaves out empty lines before the code.
        empty = source[: len(source) - len(source.lstrip())].count("\n")
        for call in _without_verdict(
            list(_calls(tree, foreign)), empty, cell.get("execution_count"), messages
        ):
            yield start, call


def _tree(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:  # which is told elsewhere
        return ast.Module([], [])


def _elsewhere(trees: Sequence[ast.AST]) -> frozenset[str]:
    """The shared names that a page imports from another package."""
    return frozenset(
        alias.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "") != "gradproof"
        for alias in node.names
        if alias.name in _SHARED
    )


def _calls(tree: ast.AST, foreign: frozenset[str]) -> Iterator[Call]:
    """The calls in a cell that ask for a verdict."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node.func)
        if name in VERDICTS - foreign:
            last = node.func.end_lineno or node.lineno
            yield Call(name, node.lineno, last, _identity(node))


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute):
        of_module = isinstance(function.value, ast.Name)
        return function.attr if of_module or function.attr not in _SHARED else ""
    return ""


def _identity(node: ast.Call) -> str | None:
    for word in node.keywords:
        if word.arg == "name" and isinstance(word.value, ast.Constant):
            return str(word.value.value)
    return None


def _without_verdict(
    asked: Sequence[Call], empty: int, number: int | None, messages: Sequence[Mapping[str, Any]]
) -> Iterator[Call]:
    """The calls in the cell of that execution number of which no message of the page speaks."""
    left = [m for m in messages if m.get("at") and m["at"][0] == number]
    for call in asked:
        for message in left:
            certificate, line = message["certificate"], message["at"][1] + empty
            meant = call.id in (None, certificate.get("id"))
            if call.first <= line <= call.last and meant and certificate["kind"] == call.kind:
                left.remove(message)
                break
        else:
            yield call
