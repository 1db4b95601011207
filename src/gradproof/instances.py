"""Concrete functions in the place of arbitrary ones, with derivatives known in closed form."""

from __future__ import annotations

from math import perm
from random import Random
from typing import Any, Protocol

from sympy import Symbol, latex

from .reals import OutsideDomain

#: Beyond this an exponential is refused: applied again and again it would outgrow the digits.
LARGEST_EXPONENT = 20


def _exp(ctx: Any, x: Any) -> Any:
    if abs(x) > LARGEST_EXPONENT:
        raise OutsideDomain
    return ctx.exp(x)


class Instances(Protocol):
    """What gives every arbitrary function a value."""

    def scalar(self, ctx: Any, name: str, order: int, x: Any) -> Any:
        """The ``order``-th derivative of the function ``name`` of one variable, at ``x``."""

    def matrix(self, ctx: Any, name: str, rows: list[list[Any]]) -> Any:
        """The scalar function ``name`` of a matrix."""


class Generic:
    """Smooth functions without any symmetry, drawn from a seed, the name and the shape."""

    def __init__(self, seed: Any) -> None:
        self._seed = seed
        self._known: dict[Any, list[Any]] = {}

    def _coefficients(self, ctx: Any, key: Any, count: int) -> list[Any]:
        numbers = self._known.get((ctx.prec, key))
        if numbers is None:
            rng = Random(f"{self._seed}/{key}")
            drawn = [rng.choice((-1, 1)) * rng.randint(3, 20) for _ in range(count)]
            numbers = self._known[(ctx.prec, key)] = [ctx.mpf(p) / 17 for p in drawn]
        return numbers

    def scalar(self, ctx: Any, name: str, order: int, x: Any) -> Any:
        """The derivative of a·sin(bx + c) + d·exp(ex) + a cubic polynomial."""
        a, b, c, d, e, *poly = self._coefficients(ctx, (name, "scalar"), 9)
        # The derivatives of the sine: sin, cos, −sin, −cos.
        wave = (ctx.sin if order % 2 == 0 else ctx.cos)(b * x + c)
        value = (-1) ** (order // 2) * a * b**order * wave + d * e**order * _exp(ctx, e * x)
        for power, coefficient in enumerate(poly):
            if power >= order:
                value += coefficient * perm(power, order) * x ** (power - order)
        return value

    def matrix(self, ctx: Any, name: str, rows: list[list[Any]]) -> Any:
        """Waves of linear forms in all entries, cubes, and products of neighbours."""
        entries = [entry for row in rows for entry in row]
        count = len(entries)
        numbers = self._coefficients(ctx, (name, len(rows), count), 5 * count + 4)
        value = ctx.zero
        for k in range(2):
            form = ctx.fdot(zip(numbers[k * count : (k + 1) * count], entries, strict=True))
            value += numbers[-1 - k] * ctx.sin(form + numbers[-3 - k])
        cubes, products, squares = (numbers[k * count : (k + 1) * count] for k in (2, 3, 4))
        for k, entry in enumerate(entries):
            value += entry * (
                entry * (cubes[k] * entry + squares[k]) + products[k] * entries[k - 1]
            )
        return value


class Simple:
    """Functions that fit on a line, another choice for each ``attempt``."""

    def __init__(self, attempt: int) -> None:
        self._attempt = attempt
        self._names: dict[str, bool] = {}

    def _choice(self, name: str, of_matrix: bool) -> int:
        self._names.setdefault(name, of_matrix)
        return (list(self._names).index(name) + self._attempt) % 3

    def scalar(self, ctx: Any, name: str, order: int, x: Any) -> Any:
        """The derivative of x², exp x or x³."""
        choice = self._choice(name, False)
        if choice == 1:
            return _exp(ctx, x)
        power = 2 if choice == 0 else 3
        return perm(power, order) * x ** (power - order) if order <= power else ctx.zero

    def matrix(self, ctx: Any, name: str, rows: list[list[Any]]) -> Any:
        """Weighted squares, the exponential of a weighted sum, or weighted cubes."""
        choice = self._choice(name, True)
        power = (2, 1, 3)[choice]
        value = ctx.fsum(
            (1 + 2 * i + 3 * j) * entry**power
            for i, row in enumerate(rows)
            for j, entry in enumerate(row)
        )
        return _exp(ctx, value) if choice == 1 else value

    def described(self) -> tuple[tuple[str, str], ...]:
        """What stands for each function met, in LaTeX and text."""
        return tuple(self._describe(name, of) for name, of in self._names.items())

    def _describe(self, name: str, of_matrix: bool) -> tuple[str, str]:
        choice = self._choice(name, of_matrix)
        tex = latex(Symbol(name))
        if not of_matrix:
            shown = (("x^2", "x^2"), (r"e^{x}", "exp(x)"), ("x^3", "x^3"))[choice]
            return f"{tex}(x) = {shown[0]}", f"{name}(x) = {shown[1]}"
        power = ("^2", "", "^3")[choice]
        terms = r"\sum_{ij} (1 + 2i + 3j)\, M_{ij}" + power
        text = f"Σ (1 + 2i + 3j) M_ij{power}"
        if choice == 1:
            terms, text = rf"\exp\Bigl({terms}\Bigr)", f"exp({text})"
        return f"{tex}(M) = {terms}", f"{name}(M) = {text}"
