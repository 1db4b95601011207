"""Claims: a statement, and what its generator knows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from sympy import MatMul

from gradproof.language.shapes import is_matrix
from gradproof.language.statement import Statement


@dataclass(frozen=True)
class Claim:
    """A statement that may be true or false.

    ``holds`` says that it is true by construction, wherever both sides are defined; ``fails`` that
    it fails at a point that the third route has to find.
    """

    statement: Statement
    holds: bool = False
    fails: bool = False


Generator = Callable[[Random], Iterator[Claim]]


def scaled(factor: Any, expr: Any) -> Any:
    """A multiple, of a number or of a matrix, that SymPy does not work out."""
    return MatMul(factor, expr) if is_matrix(expr) else factor * expr
