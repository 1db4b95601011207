"""Route 2: every entry, by SymPy, at a small shape of unequal sizes."""

from .route import EntriesReport, EntryResidual, check

__all__ = ["EntriesReport", "EntryResidual", "check"]
