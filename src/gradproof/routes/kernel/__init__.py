"""The all-shapes route: statements as sums over indices of symbolic range.

This package is what a proof for all shapes rests on. It uses SymPy to read a statement and for
nothing else. Read in this order: indices, needs, terms, labels, signs, product, powers, parts,
rename, sums, functions, exponents, choices, abstractions, matrix_powers, inverses, determinants,
calculus, splits, axes, conditions, consequences, quotients, domain, scalars, matrices, read,
uniqueness, decide. Each module imports only those before it.
"""

from . import choices as choices  # they register rules, and nothing imports them
from . import inverses as inverses
from .axes import NoRule
from .decide import Comparison, IndexProof, Residual, check, stated

__all__ = ["Comparison", "IndexProof", "NoRule", "Residual", "check", "stated"]
