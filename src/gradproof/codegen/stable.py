"""Finite forms: an entry expression rewritten so that floating-point numbers can follow it.

Every rewrite is an identity of real functions. Where a function has a kink, or a product is
0 log 0, it also fixes the value that people use there: 0 for the slope of max(z, 0).
"""

from __future__ import annotations

from typing import Any

from sympy import Abs, Add, Mul, Pow, S, exp, log, sign

from ..language.activations import Activation, elu, gelu, leaky_relu, relu, sigmoid, softplus, step
from .atoms import Atoms
from .heads import Erfc, Expm1, LogErfc, LogSubExp, LogSum, Ratio, Xlogy
from .joins import choices, complements, on_one_side
from .logarithms import Logarithms

#: Activations that programs know by name; any other is written by its definition.
_NAMED = (sigmoid, softplus, relu, step, leaky_relu, elu, gelu)


class Stable:
    """Rewrites entry expressions; ``atoms`` says what their symbols stand for."""

    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms
        self.logs = Logarithms(atoms)
        self._known: dict[Any, Any] = {}

    def __call__(self, expr: Any) -> Any:
        """The expression in a finite form."""
        if expr not in self._known:
            self._known[expr] = self._form(expr)
        return self._known[expr]

    def _form(self, expr: Any) -> Any:
        if not expr.args:
            return expr
        if isinstance(expr, Pow) and expr.base.is_number:
            return Pow(self(expr.base), self._exponent(expr.exp))
        if isinstance(expr, log):
            return self._log(expr.args[0])
        if isinstance(expr, Add):
            return self._sum([self(term) for term in expr.args])
        if isinstance(expr, (Mul, Pow)):
            return self._product(expr)
        if isinstance(expr, Activation) and not isinstance(expr, _NAMED):
            return self(expr.definition)
        return expr.func(*map(self, expr.args))

    def _log(self, argument: Any) -> Any:
        argument = self.logs.unfolded(argument)
        apart = self.logs.apart(argument)
        if apart is not None and apart[0].has(LogSubExp, LogSum):  # 1 − 1/(1 + exp z) has a better
            again = self.logs.apart(self(argument))
            apart = apart if again is None or again[0].has(LogSubExp, LogSum) else again
        if apart is None:
            return _log_of_tails(self(argument))
        finite, rest = apart
        return self(finite) + (_log_of_tails(self(rest)) if rest != 1 else 0)

    # Sums

    def _sum(self, terms: list[Any]) -> Any:
        """A sum of terms in finite form, with those joined that are better computed as one."""
        whole = Add(*terms)
        for join in (choices, complements):
            if isinstance(whole, Add):
                whole = join(whole)
        return whole

    # Products

    def _product(self, expr: Any) -> Any:
        factors = self._factors(expr)
        quotient = self._quotient(factors)
        if quotient is not None:
            return quotient
        made = Mul(*(_raised(self(base), self._exponent(to)) for base, to in factors))
        again = self._factors(made)
        if set(again) != set(factors):  # such as exp(z)(1 − σ(z)) = exp(z) σ(−z)
            quotient = self._quotient(again)
        if quotient is not None:
            return quotient
        return self._at_kinks(_within_steps(_signs(again)))

    def _factors(self, expr: Any) -> list[Any]:
        """The factors as bases and exponents; of a sum of exponentials, its number apart."""
        made = []
        for base, to in map(_power, Mul.make_args(expr)):
            number, rest = S.One, base
            if isinstance(base, Add) and self.logs.is_raw(base):
                number, rest = base.primitive()
            made += [(number, to)] * (number != 1) + [(rest, to)]
        return made

    def _exponent(self, exponent: Any) -> Any:
        return self(exponent) if not exponent.is_Rational else exponent

    def _quotient(self, factors: list[Any]) -> Any:
        """A quotient of exponentials, or None if it is none: no part of it is ever large."""
        logs = self.logs
        exponentials = [(b, k) for b, k in factors if logs.is_raw(b) and logs.of(b) is not None]
        below = [(b, k) for b, k in exponentials if _negative(k) and not isinstance(b, exp)]
        if exponentials:
            exponentials += [(b, k) for b, k in factors if isinstance(b, sigmoid)]
        if not (below or len(exponentials) > 1):
            return None
        mixed = next((f for f in factors if self._is_mixed(f)), None)
        if mixed is not None:
            rest = Mul(*(_raised(*f) for f in factors if f != mixed))
            return self(Add(*(term * rest for term in mixed[0].args)))
        within = next((f for f in factors if f not in exponentials and self._scaled(f)), None)
        if within is not None:
            return self._within(within[0], [f for f in factors if f != within])
        others = [f for f in factors if f not in exponentials]
        finite = self._named(exponentials) or self._sigmoids(exponentials)
        if finite is None:
            finite = exp(Add(*(k * self.logs.of(b) for b, k in exponentials)))
            finite = exp(self(finite.args[0])) if isinstance(finite, exp) else self(finite)
        return self._product_of(finite, others)

    def _scaled(self, factor: Any) -> bool:
        atom = self.atoms.get(factor[0])
        return factor[1] == 1 and atom is not None and atom.scaled is not None

    def _within(self, base: Any, others: list[Any]) -> Any:
        """A sum times others, with the scalars among them within it: an array has its own index."""
        rest = Mul(*(_raised(*f) for f in others))
        arrays, scalars = rest.as_independent(*self.atoms.arrays(rest), as_Add=False)[::-1]
        made = self.atoms.of[base].scaled(scalars)  # type: ignore[misc]
        return made * self(arrays) if arrays != 1 else made

    def _product_of(self, finite: Any, others: list[Any]) -> Any:
        rest = Mul(*(_raised(*f) for f in others))
        return finite * self(rest) if rest != 1 else finite

    def _is_mixed(self, factor: Any) -> bool:
        """Whether it is a sum of exponentials with signs that differ, or with other terms."""
        base, to = factor
        return bool(
            isinstance(base, Add)
            and to == 1
            and self.logs.of(base) is None
            and any(map(self.logs.is_raw, base.args))
        )

    def _named(self, exponentials: list[Any]) -> Any:
        """Softmax, where exp(s) is divided by its own sum."""
        for base, to in exponentials:
            atom = self.atoms.get(base)
            if atom is not None and atom.normalised is not None and to == -1:
                above = [(b, k) for b, k in exponentials if b != base]
                exponent = Add(*(k * self.logs.of(b) for b, k in above))
                return atom.normalised(exponent)
        return None

    def _sigmoids(self, exponentials: list[Any]) -> Any:
        """A product of sigmoids: e^(mt) / (1 + e^t)^k for m from 0 to k."""
        sums = [(b, k) for b, k in exponentials if isinstance(b, Add)]
        if not sums:
            sums = [(1 + exp(-b.args[0]), -k) for b, k in exponentials if isinstance(b, sigmoid)]
            exponentials = [f for f in exponentials if not isinstance(f[0], sigmoid)] + sums
        if len(sums) != 1 or len(sums[0][0].args) != 2 or not sums[0][1].is_Rational:
            return None
        (base, to), count = sums[0], -sums[0][1]
        terms = sorted(base.args, key=lambda term: not term.is_number)
        first, second = (self.logs.of(term) for term in terms)
        argument = second - first
        shift = to * first + Add(*(k * self.logs.of(b) for b, k in exponentials if b != base))
        ratio = shift / argument
        ratio = ratio.cancel() if not ratio.is_Rational else ratio
        if not (ratio.is_Rational and 0 <= ratio <= count):
            return None
        argument = self(argument)
        return sigmoid(argument) ** ratio * sigmoid(-argument) ** (count - ratio)

    def _at_kinks(self, factors: list[Any]) -> Any:
        """The product, with 0 log 0 = 0, and 0 where 0 is divided by a modulus or a norm."""
        logarithm = next((b for b, k in factors if _is_unbounded(b) and k == 1), None)
        others = [(b, k) for b, k in factors if b != logarithm]
        if logarithm is not None and _may_vanish(others):
            return Xlogy(self._at_kinks(others), logarithm.args[0])
        sums = next((f for f in factors if _has_logarithms(f)), None)
        if sums is not None and _may_vanish([f for f in factors if f != sums]):
            rest = Mul(*(_raised(*f) for f in factors if f != sums))
            return Add(*(self._product(term * rest) for term in sums[0].args))
        above = [(b, k) for b, k in factors if not _negative(k)]
        kinked = [(b, k) for b, k in factors if _negative(k) and self._is_kinked(b, k)]
        labelled = any(self._is_label(b) for b, _ in above)
        whole = Mul(*(_raised(*f) for f in factors))
        if not ((kinked or labelled) and _may_vanish(above)):
            return whole
        below = Mul(*(_raised(b, -k) for b, k in factors if _negative(k)))
        return Ratio(Mul(*(_raised(*f) for f in above)), below) if below != 1 else whole

    def _is_kinked(self, base: Any, exponent: Any) -> bool:
        if base.is_positive:
            return False
        atom = self.atoms.get(base)
        return (
            isinstance(base, Abs)
            or not exponent.is_integer
            or (atom is not None and atom.is_kinked)
        )

    def _is_label(self, base: Any) -> bool:
        atom = self.atoms.get(base)
        return atom is not None and atom.is_label


def _log_of_tails(expr: Any) -> Any:
    """The logarithm of an expression in finite form; that of erfc z is finite where erfc is 0."""
    tails, rest = expr.as_independent(Erfc, as_Add=False)[::-1]
    if isinstance(tails, Erfc) and (rest.is_positive or rest == 1):
        return LogErfc(*tails.args) + log(rest)
    return log(expr)


def _power(factor: Any) -> tuple[Any, Any]:
    """A factor as base and exponent; an exponential is its own base."""
    if isinstance(factor, Pow) and not factor.base.is_number:
        return factor.base, factor.exp
    return factor, S.One


def _raised(base: Any, exponent: Any) -> Any:
    return base if exponent == 1 else Pow(base, exponent)


def _negative(exponent: Any) -> bool:
    return bool(exponent.could_extract_minus_sign())


def _may_vanish(factors: list[Any]) -> bool:
    return any(not base.is_positive and not base.is_number for base, _ in factors)


def _has_logarithms(factor: Any) -> bool:
    base, to = factor
    return (
        isinstance(base, Add)
        and to == 1
        and any(_is_unbounded(part) for term in base.args for part in Mul.make_args(term))
    )


def _is_unbounded(part: Any) -> bool:
    """Whether it is a logarithm that may be one of zero."""
    return isinstance(part, log) and not part.args[0].is_positive


def _signs(factors: list[Any]) -> list[Any]:
    """Join z and 1/|z|, and |z| and 1/z, to the sign of z, which is 0 at 0."""
    if not any(isinstance(base, Abs) for base, _ in factors):
        return factors
    powers: dict[Any, Any] = {}
    for base, to in factors:
        powers[base] = powers.get(base, S.Zero) + to
    for base in list(powers):
        if not isinstance(base, Abs):
            continue
        inner = base.args[0]
        one, other = powers[base], powers.get(inner, S.Zero)
        if one.is_odd and other.is_Integer and one * other < 0:
            shift = 1 if one > 0 else -1
            powers[base], powers[inner] = one - shift, other + shift
            powers[sign(inner)] = powers.get(sign(inner), S.Zero) + 1
    made = Mul(*(Pow(base, to) for base, to in powers.items()))
    return [_power(factor) for factor in Mul.make_args(made)]


def _within_steps(factors: list[Any]) -> list[Any]:
    """Where a step or relu is 0, what it multiplies must be finite: exp(z) step(−z) is small."""
    steps = [b for b, k in factors if isinstance(b, (step, relu)) and k.is_positive]
    made = []
    for base, to in factors:
        for one in steps:
            if base != one and base.has(exp, Expm1):
                base = on_one_side(base, one.args[0])
        made.append((base, to))
    return made
