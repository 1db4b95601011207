"""Sums, products, powers, functions of numbers: what scalars and matrices share."""

from __future__ import annotations

from typing import Any

from sympy import MatMul, Mul, Pow, S

from .boxes import (
    ATOM,
    Box,
    add,
    around,
    atom,
    call,
    fraction,
    is_tall,
    number,
    over,
    power,
    prefix,
    product,
    raised,
    root,
    series,
)
from .code import code
from .draw import Draw, rule
from .names import function_box, name_box, primes
from .taste import factors, matrix_terms, scalar_terms


def term(draw: Draw, expr: Any) -> tuple[bool, Box]:
    """A term as its sign and what follows the sign."""
    if isinstance(expr, Mul | MatMul) or expr.is_Rational:
        return signed_product(draw, expr)
    return False, draw(expr)


def signed_product(draw: Draw, expr: Any) -> tuple[bool, Box]:
    """A product: numbers and plain names over theirs in a fraction in front, then the rest."""
    parts = factors(expr, code)
    above = [draw(part) for part in parts.above]
    matrices = [draw(part) for part in parts.matrices]
    below = [draw(part) for part in parts.below]
    if not below:
        return parts.negative, product(above + matrices or [number(1)])
    plain = [box for box in above if box.plain]
    rest = [box for box in above if not box.plain] + matrices
    bottom = product(below)
    if bottom.plain and rest:
        return parts.negative, over(product(rest), product(plain or [number(1)]), bottom)
    return parts.negative, fraction(product(above + matrices or [number(1)]), bottom)


@rule("Mul", "MatMul", "Rational")
def _product(draw: Draw, expr: Any) -> Box:
    negative, box = signed_product(draw, expr)
    return add([(negative, box)])


@rule("Integer")
def _integer(draw: Draw, expr: Any) -> Box:
    return add([(bool(expr < 0), number(abs(int(expr))))])


@rule("Add", "MatAdd")
def _sum(draw: Draw, expr: Any) -> Box:
    matrices = getattr(expr, "is_Matrix", False)
    terms = matrix_terms(expr, code) if matrices else scalar_terms(expr)
    return add([term(draw, part) for part in terms])


@rule("Pow", "MatPow")
def _power(draw: Draw, expr: Any) -> Box:
    base, exponent = expr.args
    if exponent == S.Half:
        return root(draw(base))
    if isinstance(expr, Pow) and exponent.is_Rational and exponent < 0:
        return fraction(number(1), draw(Pow(base, -exponent)))
    return power(draw(base), *exponent_of(draw, exponent))


def exponent_of(draw: Draw, exponent: Any) -> tuple[str, str]:
    """An exponent, in LaTeX on one line."""
    if exponent.is_Rational:
        return str(exponent), str(exponent)
    box = draw(exponent)
    return box.latex, box.text


@rule("Exp1")
def _e(draw: Draw, expr: Any) -> Box:
    return call(function_box("exp"), number(1)) if draw.is_used("e") else atom("e", "e")


@rule("Pi")
def _pi(draw: Draw, expr: Any) -> Box:
    return atom(r"\pi", "π", plain=True)


@rule("exp")
def _exp(draw: Draw, expr: Any) -> Box:
    arg = draw(expr.args[0])
    if is_tall(arg) or draw.is_used("e"):
        return call(function_box("exp"), arg)
    power = raised(atom("e", "e"), arg.latex, arg.text)
    return Box(power.latex, f"exp({arg.text})", power.level, ATOM, scripted=True)


@rule("log")
def _log(draw: Draw, expr: Any) -> Box:
    return prefix(function_box("log"), draw(expr.args[0]))


@rule("Abs")
def _abs(draw: Draw, expr: Any) -> Box:
    arg = draw(expr.args[0])
    return atom(around(r"\lvert ", arg.latex, r" \rvert"), f"|{arg.text}|")


@rule("Sum", "MatrixSum")
def _series(draw: Draw, expr: Any) -> Box:
    body, *all_limits = expr.args
    box = draw(body)
    for limits in all_limits:
        index, first, last = map(draw, limits)
        box = series(index, first, last, box)
    return box


@rule("Series", "MatrixSeries")
def _series_from_0(draw: Draw, expr: Any) -> Box:
    body, bound, count = expr.args
    index = draw.letter("rsqmn")
    with draw.bind(bound, index):
        box = draw(body)
    return series(index, number(0), draw(count - 1), box)


@rule("FunctionOfMatrix", "FunctionOfScalar")
def _arbitrary(draw: Draw, expr: Any) -> Box:
    return call(arbitrary(expr.name, getattr(expr, "order", 0)), draw(expr.args[-1]))


def arbitrary(name: str, order: int = 0) -> Box:
    """The name of an arbitrary function, with a prime for each derivative."""
    box = name_box(name)
    if order > 3:
        return atom(f"{box.latex}^{{({order})}}", f"{box.text}⁽{order}⁾")
    return atom(box.latex + "'" * order, box.text + primes(order))
