"""Shapes: what is a matrix, how its shape is written, and which shapes fit."""

from __future__ import annotations

from typing import Any

from sympy import MatrixExpr
from sympy.matrices import MatrixBase

from ..errors import ShapeMismatch
from .shown import shown


def is_matrix(expr: Any) -> bool:
    """Whether ``expr`` is a matrix expression or an explicit matrix."""
    return isinstance(expr, (MatrixExpr, MatrixBase))


def shape_text(expr: Any) -> str:
    """The shape of ``expr`` in words: ``3×2``, or ``a scalar``."""
    if not is_matrix(expr):
        return "a scalar"
    return "×".join(str(size) for size in expr.shape)


def check_same_shape(left: Any, right: Any, what: str) -> None:
    """Raise :class:`ShapeMismatch`, showing both shapes, unless they are the same."""
    if not (is_matrix(left) and is_matrix(right)):
        scalar_, other = (left, right) if is_matrix(right) else (right, left)
        raise ShapeMismatch(
            f"{what}: {shown(other)} is {shape_text(other)} and {shown(scalar_)} is a scalar. "
            "Both sides must be matrices, or both scalars."
        )
    if tuple(left.shape) != tuple(right.shape):
        raise ShapeMismatch(
            f"{what}: {shown(left)} is {shape_text(left)} and {shown(right)} is "
            f"{shape_text(right)}. They must have the same shape."
        )


def check_product(left: Any, right: Any) -> None:
    """Raise :class:`ShapeMismatch`, showing both shapes, unless the product exists."""
    if is_matrix(left) and is_matrix(right) and left.shape[1] != right.shape[0]:
        raise ShapeMismatch(
            f"The product of {shown(left)} ({shape_text(left)}) and {shown(right)} "
            f"({shape_text(right)}) does not exist: {left.shape[1]} columns meet "
            f"{right.shape[0]} rows."
        )
