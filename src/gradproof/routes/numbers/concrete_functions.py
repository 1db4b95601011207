"""Concrete functions in the place of arbitrary ones, with derivatives known in closed form."""

from __future__ import annotations

from math import perm
from random import Random
from typing import Any, Protocol

from flint import fmpq
from sympy import Symbol, latex

from .reals import ZERO, cos, dot, exp, power, sin, total


class Instances(Protocol):
    """What gives every arbitrary function a value."""

    def scalar(self, name: str, order: int, x: Any) -> Any:
        """The ``order``-th derivative of the function ``name`` of one variable, at ``x``."""

    def matrix(self, name: str, rows: list[list[Any]]) -> Any:
        """The scalar function ``name`` of a matrix."""


class Generic:
    """Smooth functions without any symmetry, drawn from a seed, the name and the shape."""

    def __init__(self, seed: Any) -> None:
        self._seed = seed
        self._known: dict[Any, list[Any]] = {}

    def _coefficients(self, key: Any, count: int) -> list[Any]:
        numbers = self._known.get(key)
        if numbers is None:
            rng = Random(f"{self._seed}/{key}")
            drawn = [rng.choice((-1, 1)) * rng.randint(3, 20) for _ in range(count)]
            numbers = self._known[key] = [fmpq(p, 17) for p in drawn]
        return numbers

    def scalar(self, name: str, order: int, x: Any) -> Any:
        """The derivative of two waves and a line: it stays small in a network of many layers."""
        *waves, slope, height = self._coefficients((name, "scalar"), 8)
        value = slope * x + height if order == 0 else slope if order == 1 else ZERO
        for size, speed, start in (waves[:3], waves[3:]):
            # The derivatives of the sine: sin, cos, −sin, −cos.
            wave = (sin if order % 2 == 0 else cos)(speed * x + start)
            value = value + (-1) ** (order // 2) * size * speed**order * wave
        return value

    def matrix(self, name: str, rows: list[list[Any]]) -> Any:
        """Waves of linear forms in all entries, cubes, and products of neighbours."""
        entries = [entry for row in rows for entry in row]
        count = len(entries)
        numbers = self._coefficients((name, len(rows), count), 5 * count + 4)
        value = ZERO
        for k in range(2):
            form = dot(numbers[k * count : (k + 1) * count], entries)
            value = value + numbers[-1 - k] * sin(form + numbers[-3 - k])
        cubes, products, squares = (numbers[k * count : (k + 1) * count] for k in (2, 3, 4))
        for k, entry in enumerate(entries):
            value = value + entry * (
                entry * (cubes[k] * entry + squares[k]) + products[k] * entries[k - 1]
            )
        return value


class Zero:
    """The function that is zero everywhere, for all."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], None] = {}

    def scalar(self, name: str, order: int, x: Any) -> Any:
        """Zero."""
        self._names[name, "x"] = None
        return 0 * x

    def matrix(self, name: str, rows: list[list[Any]]) -> Any:
        """Zero."""
        self._names[name, "M"] = None
        return ZERO

    def described(self) -> tuple[tuple[str, str], ...]:
        """That it is zero, of each function met, in LaTeX and text."""
        return tuple(
            (f"{latex(Symbol(name))}({of}) = 0", f"{name}({of}) = 0") for name, of in self._names
        )


class Simple:
    """Functions that fit on a line, another choice for each ``attempt``."""

    def __init__(self, attempt: int) -> None:
        self._attempt = attempt
        self._names: dict[str, bool] = {}

    def _choice(self, name: str, of_matrix: bool) -> int:
        self._names.setdefault(name, of_matrix)
        return (list(self._names).index(name) + self._attempt) % 3

    def scalar(self, name: str, order: int, x: Any) -> Any:
        """The derivative of x², exp x or x³."""
        choice = self._choice(name, False)
        if choice == 1:
            return exp(x)
        to = 2 if choice == 0 else 3
        return perm(to, order) * power(x, to - order) if order <= to else ZERO

    def matrix(self, name: str, rows: list[list[Any]]) -> Any:
        """Weighted squares, the exponential of a weighted sum, or weighted cubes."""
        choice = self._choice(name, True)
        to = (2, 1, 3)[choice]
        value = total(
            (1 + 2 * i + 3 * j) * power(entry, to)
            for i, row in enumerate(rows)
            for j, entry in enumerate(row)
        )
        return exp(value) if choice == 1 else value

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
