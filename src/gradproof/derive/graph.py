"""The expression as a graph, walked backwards from the loss to the variable.

The adjoint of a node is the gradient of the loss in it, everything that is not made from it
held fixed: what all nodes made from it send back, added up. This is reverse-mode automatic
differentiation, with matrix expressions in the place of numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sympy import Add, Dummy, S

from ..language.functions import CrossEntropy
from ..language.nodes import DefinedMatrix, DefinedScalar
from ..language.shapes import is_matrix
from ..language.unfold import unfold
from .reductions import is_softmax, softmax_cross_entropy
from .table import Rule, Share, shares
from .tidy import plus


class Applied(NamedTuple):
    """A rule, and the expression that it was applied to."""

    rule: Rule
    to: Any


class Received(NamedTuple):
    """The adjoint of a node, and the rules that led to it."""

    adjoint: Any
    applied: tuple[Applied, ...]


#: Given a node and its adjoint, what the node passes on: the adjoint, or something for it.
Hold = Callable[[Any, Any], Any]


class Graph:
    """The parts of a loss that depend on a variable, each before those that it is made of."""

    def __init__(self, loss: Any, variable: Any) -> None:
        self.loss, self.variable = loss, variable
        self._depends: dict[Any, bool] = {}
        self.order: list[Any] = []
        self._visit(loss, set())
        self.order.reverse()

    def _visit(self, node: Any, seen: set[Any]) -> None:
        seen.add(node)
        if not self.is_variable(node):
            unit = Dummy() if not is_matrix(node) else DefinedMatrix(Dummy().name, node)
            for share in self._shares(node, unit):
                if share.part not in seen:
                    self._visit(share.part, seen)
        self.order.append(node)

    def is_variable(self, node: Any) -> bool:
        """Whether ``node`` is what the derivative is taken in."""
        if node == self.variable:
            return True
        symbol = self.variable.is_symbol
        return not symbol and is_matrix(node) and unfold(node) == unfold(self.variable)

    def _reaches(self, node: Any) -> bool:
        """Whether the variable occurs in ``node``."""
        if node not in self._depends:
            self._depends[node] = self.is_variable(node) or any(
                self._reaches(arg) for arg in node.args
            )
        return self._depends[node]

    def _shares(self, node: Any, adjoint: Any) -> list[Share]:
        return [share for share in self._all_shares(node, adjoint) if self._reaches(share.part)]

    def _all_shares(self, node: Any, adjoint: Any) -> list[Share]:
        body = node.definition if isinstance(node, DefinedScalar) else node
        sent = shares(node, adjoint)
        if not isinstance(body, CrossEntropy) or not self._passes_through(body):
            return sent
        return [softmax_cross_entropy(body, adjoint), *sent[1:]]

    def _passes_through(self, entropy: CrossEntropy) -> bool:
        """Whether its probabilities are a softmax that nothing else depends on."""
        probabilities, targets = entropy.args
        if not is_softmax(probabilities) or self.is_variable(probabilities):
            return False
        rest = self.loss.xreplace({entropy: Dummy(real=True)})
        return not rest.has(probabilities) and not targets.has(probabilities)

    def sweep(self, hold: Hold) -> dict[Any, Received]:
        """Walk from the loss to the variable: the adjoint of every node, as it was received."""
        parts: dict[Any, list[tuple[Any, tuple[Applied, ...]]]] = {node: [] for node in self.order}
        parts[self.loss].append((S.One, ()))
        found = {}
        for node in self.order:
            add = plus if is_matrix(node) else Add
            adjoint = add(*(share for share, _ in parts[node]))
            applied = tuple(dict.fromkeys(rule for _, rules in parts[node] for rule in rules))
            found[node] = Received(adjoint, applied)
            if self.is_variable(node):
                continue
            passed = hold(node, adjoint)
            carried = applied if passed == adjoint else ()
            for share in self._shares(node, passed):
                own = () if share.rule is None else (Applied(share.rule, node),)
                parts[share.part].append((share.adjoint, carried + own))
        return found
