"""From statements in primitives to polynomials in tensor entries: derivatives, with the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Symbol

from ...language.shapes import is_matrix
from ...language.symbols import TYING, Variable
from ...language.unfold import GradientAt, SlopeAt
from .axes import Indices, check_places
from .calculus import derivative
from .conditions import without_zeros
from .indices import Tensor
from .matrices import MatrixReader
from .needs import collected, forward
from .quotients import atoms, entries
from .rename import replaced
from .terms import Abstraction, Op, Poly


class Reader(MatrixReader):
    """Reads scalars, entries of matrices, and derivatives."""

    def derivative(self, expr: Any) -> Poly:
        """The polynomial of the derivative of a scalar in a scalar."""
        return self._differentiated(expr, self.scalar, ())

    def entry_of_derivative(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        """The polynomial of an entry of a gradient, a Jacobian or the slope of a matrix."""
        if isinstance(expr, GradientAt):
            return self._differentiated(expr, self.scalar, (*rows, *cols))
        if isinstance(expr, SlopeAt):
            return self._differentiated(expr, lambda inner: self.entry(inner, rows, cols), ())
        return self._jacobian(expr, rows, cols)

    def _jacobian(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        body, bound, _ = expr.args
        width, depth = len(self.sorts(body, 1)), len(self.sorts(bound, 1))
        outputs = (rows[width:], rows[:width])
        place = (*cols[depth:], *cols[:depth])
        return self._differentiated(expr, lambda inner: self.entry(inner, *outputs), place)

    def _differentiated(self, expr: Any, read: Callable[[Any], Poly], place: Indices) -> Poly:
        """Read the body, differentiate in the bound variable, put the point in its place."""
        body, bound, point = expr.args
        if is_matrix(bound):
            check_places(place, self.sorts(bound, 0) + self.sorts(bound, 1), bound)
        symbolic = self._is_free(point) and point not in body.free_symbols
        resolve = self._tensor if is_matrix(bound) else self._scalar_tensor
        tensor = resolve(point if symbolic else bound)
        slope = self._in_scope(bound, point, tensor, lambda: self._slope(read(body), tensor, place))
        if symbolic:
            return slope
        value = (
            self._whole(point, bound) if is_matrix(point) else Abstraction((), self.scalar(point))
        )
        self.domain.moved(tensor, value)
        return replaced(slope, tensor, value)

    def _slope(self, body: Poly, tensor: Tensor, place: Indices) -> Poly:
        """The derivative; that of a partial derivative has places whose order does not matter."""
        moved = (atom for atom, _ in atoms(body) if isinstance(atom, Op) and atom.slots)
        if any(entry.tensor.key == tensor.key for atom in moved for entry in entries(atom)):
            self.axioms.add("the symmetry of second derivatives")
        return derivative(body, tensor, place)

    def _in_scope(self, bound: Any, point: Any, tensor: Tensor, work: Callable[[], Poly]) -> Poly:
        """Work while the bound variable stands for ``tensor``; its conditions are of the point."""
        outer, self._tensors = self._tensors, {**self._tensors, bound: tensor}
        before, self.conditions = self.conditions, {}
        self._differentiating += 1
        try:
            with collected() as needs:
                result = work()
        finally:
            self._differentiating -= 1
            found, self.conditions = self.conditions, before
            self._tensors = outer
        for kind, written in found:
            self.conditions[(kind, without_zeros(written.xreplace({bound: point})))] = None
        forward(self.domain.lacks(needs.values()))  # what is granted of the bound one ends here
        return result

    def _is_free(self, point: Any) -> bool:
        """Whether the entries at the point can themselves move, and nothing else has their names.

        Not if they are tied, nor where a function is applied to an entry that may contain them.
        """
        if self._entry_value is not None:
            return False
        if isinstance(point, Variable):
            return not TYING & set(point.given)
        return isinstance(point, Symbol)
