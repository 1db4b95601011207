"""Declarations and the whole snippet: what a reader copies and runs."""

from __future__ import annotations

import re
from typing import Any

import sympy
from sympy import Sum, Symbol

from ..language.series import MatrixSum
from ..language.statement import Statement, is_dimension
from ..language.symbols import OneHot, Variable
from ..printing.code import code, identifier, is_ours
from ..printing.scope import definitions, functions, sides, walk
from .facts import spoken_of

_WIDTH = 88


def declarations(statement: Statement) -> str:
    """The lines that declare every name of a statement, each before its use."""
    indices = (limits[0] for side in (statement.lhs, statement.rhs) for limits in _limits(side))
    # A size may stand in a definition alone, and cancel where that is unfolded.
    written = {s for side in sides(statement) for s in walk(side) if is_dimension(s)}
    sizes = sorted({*statement.dimensions, *written}, key=lambda size: str(size.name))
    lines = _dimensions(tuple(dict.fromkeys((*sizes, *indices))))
    lines += _grouped([_declared(symbol) for symbol in _symbols(statement)])
    lines += _grouped([(identifier(n), f'function("{n}")') for n in sorted(functions(statement))])
    for node in reversed(definitions(statement)):
        value = f'define("{node.name}", {code(node.definition)})'
        lines.append(f"{identifier(node.name)} = {value}")
    return "\n".join(lines)


def claim(statement: Statement, verb: str = "prove", name: str | None = None) -> str:
    """The call that states it: ``prove(lhs, rhs, name=...)``."""
    last = f', name="{name}"' if name else ""
    if statement.given:
        pairs = ", ".join(f"({code(one)}, {code(other)})" for one, other in statement.given)
        last = f", given=[{pairs}]{last}"
    return f"{verb}({code(statement.lhs)}, {code(statement.rhs)}{last})"


def snippet(statement: Statement, verb: str = "prove", name: str | None = None) -> str:
    """A complete program: imports, declarations and the claim."""
    lines = [declarations(statement), claim(statement, verb, name)]
    body = "\n".join(line for line in lines if line)
    # Names between quotes or after a dot are no uses; symbols are declared, not imported.
    plain = re.sub(r'"[^"]*"|\.\w+', "", body)
    assigned = " ".join(re.findall(r"^([\w, ]+) = ", plain, re.M))
    called = set(re.findall(r"[A-Za-z_]\w*", plain)) - set(re.findall(r"\w+", assigned))
    own = {verb} | {word for word in called if is_ours(word)}
    theirs = {word for word in called - own if hasattr(sympy, word)}
    imports = [f"from gradproof import {', '.join(sorted(own))}"]
    if theirs:
        imports.append(f"from sympy import {', '.join(sorted(theirs))}")
    return "\n".join([*imports, "", body])


def _limits(side: Any) -> list[Any]:
    """The index, first and last value of every sum."""
    return [limits for each in side.atoms(Sum, MatrixSum) for limits in each.args[1:]]


def _symbols(statement: Statement) -> list[Any]:
    return spoken_of(statement)


def _dimensions(sizes: tuple[Any, ...]) -> list[str]:
    if not sizes:
        return []
    names = [str(size.name) for size in sizes]
    return [f'{", ".join(map(identifier, names))} = dims("{" ".join(names)}")']


def _declared(symbol: Any) -> tuple[str, str]:
    name = str(symbol.name)
    if isinstance(symbol, Symbol):
        given = [key for key in ("positive", "nonzero") if _declares(symbol, key)]
        return identifier(name), f'scalar("{name}"{_keywords(dict.fromkeys(given, True))})'
    rows, cols = (code(size) for size in symbol.shape)
    if isinstance(symbol, OneHot):
        return identifier(name), f'labels("{name}", {cols}, {rows})'
    given_ = _keywords(symbol.given if isinstance(symbol, Variable) else {})
    if symbol.shape[1] == 1:
        return identifier(name), f'vector("{name}", {rows}{given_})'
    return identifier(name), f'matrix("{name}", {rows}, {cols}{given_})'


def _declares(symbol: Symbol, fact: str) -> bool:
    """Whether the fact was given, not inferred from another."""
    return bool(symbol._assumptions_orig.get(fact))


def _keywords(given: dict[str, Any]) -> str:
    return "".join(f", {key}={value}" for key, value in given.items())


def _grouped(pairs: list[tuple[str, str]]) -> list[str]:
    """Assignments, several in a line as long as it stays readable."""
    lines: list[str] = []
    group: list[tuple[str, str]] = []
    for pair in pairs:
        if group and len(_line([*group, pair])) > _WIDTH:
            lines.append(_line(group))
            group = []
        group.append(pair)
    return [*lines, _line(group)] if group else lines


def _line(pairs: list[tuple[str, str]]) -> str:
    left, right = (", ".join(part) for part in zip(*pairs, strict=True))
    return f"{left} = {right}"
