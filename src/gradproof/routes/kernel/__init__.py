"""The all-shapes route: statements as sums over indices of symbolic range.

This package is what a proof for all shapes rests on. It uses SymPy to read a statement and for
nothing else. Read in this order: indices, needs, terms, labels, signs, product, powers, functions,
exponents, choices, linear, matrix_powers, parts, sums, rename, calculus, splits, axes, domain,
conditions, scalars, matrices, read, quotients, decide, uniqueness, consequences.
"""

from .axes import NoRule
from .decide import Comparison, IndexProof, Residual, check, stated

__all__ = ["Comparison", "IndexProof", "NoRule", "Residual", "check", "stated"]
