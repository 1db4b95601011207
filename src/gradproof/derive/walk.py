"""The plan of a derivation: which expression follows which, by which rules, and what to prove.

The walk is made twice, once with a symbol ∂L/∂S for each adjoint, which gives the steps, and
once with the values of the adjoints, which gives the result.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sympy import Identity, MatMul, OneMatrix, Transpose, ZeroMatrix, preorder_traversal

from ..errors import NotDerived
from ..language.derivatives import Gradient, ScalarDerivative
from ..language.functions import FunctionOfMatrix, function
from ..language.nodes import define
from ..language.shapes import is_matrix
from ..language.shown import shown
from ..language.symbols import Variable
from ..printing.scope import names
from .graph import Applied, Graph
from .names import fresh_name, named, unused_name
from .tidy import apart, is_symmetric, size, tidied

#: An adjoint that is used more than once gets a name if it is made of more matrices than this.
SMALL = 2
#: What a rule was applied to is left out of the reason for a step if it is longer than this.
SHORT = 32


class Planned(NamedTuple):
    """A step before it is proved, and the two sides of the equation that proves it."""

    expression: Any
    reason: str
    rules: tuple[str, ...]
    equation: tuple[Any, Any]


class Plan(NamedTuple):
    """A chain before it is proved."""

    start: Any
    steps: list[Planned]


class Walk:
    """The adjoints of a loss on the way to a variable, and the chains that lead to it."""

    def __init__(self, loss: Any, variable: Any) -> None:
        self.loss = loss
        self.graph = Graph(loss, variable)
        ends = [node for node in self.graph.order if self.graph.is_variable(node)]
        if not ends:
            raise NotDerived(
                f"{shown(loss)} depends on {shown(variable)} in a place that has no rule, such as "
                "an exponent or a size."
            )
        self.end = ends[0]
        self.held: list[Any] = []
        self.local = self.graph.sweep(self._symbolic)
        self.given: dict[Any, Any] = {}
        #: Matrices that stand for an unnamed part in the equation of a step.
        self.standing: dict[Any, Any] = {}
        self._taken = names(loss, variable)
        self.values = self.graph.sweep(self._valued)

    def symbol(self, node: Any) -> Any:
        """The unevaluated adjoint of a node: the gradient of the loss in it."""
        return (Gradient if is_matrix(node) else ScalarDerivative)(self.loss, node)

    def _symbolic(self, node: Any, adjoint: Any) -> Any:
        if not is_matrix(node) or isinstance(node, Transpose) or _is_plain(adjoint):
            return adjoint
        if isinstance(node, MatMul) and len(apart(node)[1]) == 1:  # a scalar multiple
            return adjoint
        self.held.append(node)
        return self.symbol(node)

    def _valued(self, node: Any, adjoint: Any) -> Any:
        if node not in self.held or self._uses(node) < 2 or size(adjoint) <= SMALL:
            return adjoint
        self.given[node] = define(fresh_name(node, self._taken), named(adjoint, self.loss))
        return self.given[node]

    def _uses(self, node: Any) -> int:
        """How often the adjoint of a node occurs in those of others."""
        symbol = self.symbol(node)
        wanted = [self.local[other].adjoint for other in (*self.held, self.end)]
        return sum(part == symbol for expr in wanted for part in preorder_traversal(expr))

    def plans(self) -> list[Plan]:
        """A chain for each adjoint that has a name of its own, and last that of the variable."""
        return [Plan(self.symbol(node), self._steps(node)) for node in (*self.given, self.end)]

    def _steps(self, node: Any) -> list[Planned]:
        current, applied = self.local[node]
        steps = [self._step(current, applied, self._equation(node))]
        # The node nearest the variable first: it is made of no other whose adjoint is left.
        for held in reversed(self.held):
            if held == node or not current.has(self.symbol(held)):
                continue
            if held in self.given:
                value, applied = self.given[held], ()
                equation = self.symbol(held), self.given[held]
            else:
                value, applied = self.local[held]
                equation = self._equation(held)
            current = tidied(current.xreplace({self.symbol(held): value}))
            steps.append(self._step(current, applied, equation))
        result = named(self.values[node].adjoint, self.loss)
        return [*steps[:-1], steps[-1]._replace(expression=result)]

    def _step(self, expr: Any, applied: tuple[Applied, ...], equation: Any) -> Planned:
        ids = dict.fromkeys(one.rule.identity for one in applied)
        reason = reasons(applied) or f"which is called {shown(equation[1])}"
        return Planned(named(expr, self.loss), reason, tuple(ids), equation)

    def _equation(self, node: Any) -> tuple[Any, Any]:
        """The adjoint of a node by those of the nodes made from it, for as many losses as can be.

        Where all goes through one node, the loss is an arbitrary function of that, and ``node``
        an arbitrary matrix: the equation is then a rule of the table and says more, and its
        proof is quick.
        """
        left, right = self.symbol(node), self.local[node].adjoint
        through = [p for p in self.held if p != node and right.has(self.symbol(p))]
        if len(through) == 1 and self._goes_through(node, *through):
            (single,) = through
            rest = right.xreplace({self.symbol(single): single})
            if not rest.has(self.loss, FunctionOfMatrix):
                any_loss = function(self.loss.name)(single)
                left = left.func(any_loss, node)
                right = right.xreplace({self.symbol(single): Gradient(any_loss, single)})
        if node.is_symbol or not is_matrix(node) or is_symmetric(node):
            return left, named(right, self.loss)
        free = Variable(getattr(node, "name", None) or unused_name(left, right), *node.shape)
        if not hasattr(node, "name"):
            self.standing[free] = node
        right = named(right, self.loss)
        return left.xreplace({node: free}), right.xreplace({node: free})

    def _goes_through(self, node: Any, through: Any) -> bool:
        """Whether the loss depends on ``node`` only as far as ``through`` does."""
        if not hasattr(self.loss, "name"):
            return False
        other = Variable("_", *through.shape)
        return not self.loss.xreplace({through: other}).has(node)


def reasons(applied: tuple[Applied, ...]) -> str:
    """The rules in words, each with what it was applied to where that is short."""
    told = []
    for one in applied:
        body = one.to.definition if hasattr(one.to, "name") else one.to
        text = shown(body) if is_matrix(body) else ""
        told.append(f"{one.rule.words}: {text}" if 0 < len(text) <= SHORT else one.rule.words)
    return "; ".join(dict.fromkeys(told))


def _is_plain(adjoint: Any) -> bool:
    """Whether an adjoint is another one, scaled or transposed, or a constant matrix."""
    _, factors = apart(adjoint)
    if len(factors) != 1:
        return False
    inner = factors[0].arg if isinstance(factors[0], Transpose) else factors[0]
    return isinstance(inner, Gradient | Identity | OneMatrix | ZeroMatrix)
