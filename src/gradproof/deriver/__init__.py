"""The deriver: it finds gradients in matrix notation, and the prover proves them."""

from . import rules as rules  # fills the table
from .derivation import Derivation, Step, derive

__all__ = ["Derivation", "Step", "derive"]
