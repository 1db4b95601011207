"""The deriver: it finds gradients in matrix notation, and the prover proves them."""

from . import powers as powers  # fills the table, with the rules that it is made of
from .derivation import Derivation, Step, derive

__all__ = ["Derivation", "Step", "derive"]
