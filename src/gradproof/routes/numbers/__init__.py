"""Route 3: both sides in numbers, at random exact points and degenerate ones."""

from .route import Judge, NoPoint, NumbersDiffer, NumbersReport, check, difference

__all__ = ["Judge", "NoPoint", "NumbersDiffer", "NumbersReport", "check", "difference"]
