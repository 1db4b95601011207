"""Logarithms of what is made of exponentials, without the exponentials."""

from __future__ import annotations

from functools import reduce
from itertools import chain
from typing import Any

from sympy import Abs, Add, Mul, Pow, S, exp, log

from ..language.activations import sigmoid, softplus
from .atoms import Atoms
from .heads import LogAbsDet, LogAddExp, LogDet, LogSubExp, LogSum


class Logarithms:
    """Finds logarithms of entry expressions in a finite form, where there is one."""

    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms

    def of(self, expr: Any) -> Any:
        """The logarithm of a positive expression, or None if it need not be positive."""
        if isinstance(expr, exp):
            return expr.args[0]
        if isinstance(expr, sigmoid):
            return -softplus(-expr.args[0])
        atom = self.atoms.get(expr)
        if atom is not None and atom.logarithm is not None:
            return atom.logarithm()
        if atom is not None and atom.inside is not None and self.is_exponential(atom.inside):
            return self.of(atom.inside)
        if isinstance(expr, Pow):
            inner = self.of(expr.base)
            return None if inner is None else expr.exp * inner
        if isinstance(expr, Mul):
            logs = [self.of(factor) for factor in expr.args]
            return None if None in logs else Add(*logs)
        if isinstance(expr, Add):
            return self._of_sum(expr)
        return log(expr) if expr.is_positive else None

    def _of_sum(self, expr: Any) -> Any:
        one, other = expr.as_independent(sigmoid, as_Add=True)
        if one == 1 and isinstance(-other, sigmoid):
            return -softplus((-other).args[0])
        if not self.has_exponential(expr):
            return log(expr) if expr.is_positive else None
        logs = [self.of(term) for term in expr.args]
        if None in logs:
            return None
        if len(logs) == 2 and 0 in logs:
            return softplus(logs[0] + logs[1])
        return reduce(LogAddExp, sorted(logs, key=str))

    def has_exponential(self, expr: Any) -> bool:
        """Whether exponentials, or what is computed from them, occur in it as factors or terms."""
        if isinstance(expr, (exp, sigmoid)):
            return True
        if isinstance(expr, (Add, Mul)):
            return any(map(self.has_exponential, expr.args))
        if isinstance(expr, Pow):
            return self.has_exponential(expr.base)
        atom = self.atoms.get(expr)
        if atom is None:
            return False
        if atom.logarithm is not None or atom.logarithm_if_positive is not None:
            return True
        return atom.inside is not None and self.has_exponential(atom.inside)

    def is_raw(self, expr: Any) -> bool:
        """Whether exponentials occur in it as they are, which may overflow, as factors or terms."""
        if isinstance(expr, exp):
            return True
        if isinstance(expr, (Add, Mul)):
            return any(map(self.is_raw, expr.args))
        if isinstance(expr, Pow):
            return self.is_raw(expr.base)
        atom = self.atoms.get(expr)
        if atom is None:
            return False
        return atom.normalised is not None or (atom.inside is not None and self.is_raw(atom.inside))

    def is_exponential(self, expr: Any) -> bool:
        """Whether its logarithm is known, and without exponentials is better than with them."""
        return self.has_exponential(expr) and self.of(expr) is not None

    def apart(self, expr: Any) -> tuple[Any, Any] | None:
        """log of ``expr`` as a finite form and a factor whose logarithm is left; else None."""
        finite, rest = [], []
        signed = []
        for factor in Mul.make_args(expr):
            base, to = factor.as_base_exp() if isinstance(factor, Pow) else (factor, S.One)
            modulus = isinstance(base, Abs)
            determinant = self._determinant(base.args[0] if modulus else base)
            if self.is_exponential(base):
                finite.append(to * self.of(base))
            elif determinant is not None and (modulus or to.is_even):
                finite.append(to * LogAbsDet(determinant))
            elif determinant is not None and to.is_Rational:
                signed.append((factor, to * LogDet(determinant)))
            elif to.is_Rational and not to.is_even and self.if_positive(base) is not None:
                signed.append((factor, to * self.if_positive(base)))
            else:
                rest.append(factor)
        if len(signed) == 1 and all(factor.is_positive for factor in rest):
            finite.append(signed[0][1])
        else:
            rest += [factor for factor, _ in signed]
        return (Add(*finite), Mul(*rest)) if finite else None

    def if_positive(self, expr: Any) -> Any:
        """The logarithm of what may be negative too; None where exponentials do not make it."""
        atom = self.atoms.get(expr)
        if atom is not None and atom.logarithm_if_positive is not None:
            return atom.logarithm_if_positive()
        if not isinstance(expr, Add) or not any(map(self.weighted, expr.args)):
            return None
        terms = [self.weighted(term) or (term, S.Zero) for term in expr.args]
        (one, first), (other, second) = terms[:2]
        if len(terms) == 2 and one + other == 0 and (one.is_positive or one.is_negative):
            above, below = (first, second) if one.is_positive else (second, first)
            return LogSubExp(above, below) + log(Abs(one))
        return LogSum(*chain(*terms))

    def weighted(self, expr: Any) -> tuple[Any, Any] | None:
        """A product as a weight, and the exponent of the exponentials in it; None without them."""
        powers = [f for f in Mul.make_args(expr) if self.is_exponential(f)]
        if not powers:
            return None
        weight = Mul(*(f for f in Mul.make_args(expr) if f not in powers))
        return weight, Add(*map(self.of, powers))

    def unfolded(self, expr: Any) -> Any:
        """The expression with what names stand for, where that is made of exponentials."""
        inside = {s: self.atoms.of[s].inside for s in expr.free_symbols if s in self.atoms.of}
        known = {s: e for s, e in inside.items() if e is not None and self.has_exponential(e)}
        return self.unfolded(expr.xreplace(known)) if known else expr

    def _determinant(self, expr: Any) -> Any:
        """The symbol of the determinant that it is, under a name or not; None if it is none."""
        atom = self.atoms.get(expr)
        if atom is None:
            return None
        return expr if atom.determinant_of is not None else self._determinant(atom.inside)
