"""Wrong derivatives in print, each refused by every route, at all kinds of sizes.

What SymPy 1.14 answers, silently, and what books and code have had: at unequal sizes where shapes
allow, at sizes that are equal and unknown, and at sizes that are equal and known. Where unequal
sizes leave the formula without a shape, that is refused.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sympy import DiagMatrix

from gradproof import (
    NotProved,
    define,
    dims,
    eye,
    function,
    gradient,
    inner,
    jacobian,
    matrix,
    prove,
    vector,
)
from gradproof.errors import AccidentalSizes, ShapeMismatch, Undecided
from gradproof.language.statement import Statement
from gradproof.routes import entries, kernel, numbers

from . import wrong_in_print, wrong_in_sympy

IDS = Path(__file__).parent.parent / "docs" / "identities.txt"
#: What the article's column of scores comes to, which is true.
PROVED = {"article-perfect-column"}

n, m, k = dims("n m k")
FAMILIES = [
    (wrong_in_sympy.of_squares, [(n,), (2,)]),
    (wrong_in_sympy.of_vectors, [(n,), (2,)]),
    (wrong_in_sympy.of_rectangles, [(m, n), (n, n), (2, 2)]),
    (wrong_in_sympy.of_scores, [(m, k, n), (n, n, n), (2, 2, 2)]),
    (wrong_in_sympy.of_entries, [(2, 3), (3, 3)]),
    (wrong_in_print.article, [(m, k, n), (n, n, n), (2, 2, 2)]),
    (wrong_in_print.article_entries, [(3, 2, 4), (2, 2, 2)]),
    (wrong_in_print.article_coincidences, [(n, n, m), (m, n, n), (n, m, n), (n, n, n), (2, 2, 2)]),
    (wrong_in_print.article_column, [(3,), (2,)]),
    (wrong_in_print.of_vectors, [(n,), (2,)]),
    (wrong_in_print.of_squares, [(n,), (2,)]),
    (wrong_in_print.of_rectangles, [(m, n), (n, n), (2, 2)]),
    (wrong_in_print.of_transposes, [(n,), (2,)]),
    (wrong_in_print.of_scalars, [()]),
]
CLAIMS = {
    f"{name}, {family.__module__.rsplit('_')[-1]} {' '.join(map(str, sizes))}": claim
    for family, kinds in FAMILIES
    for sizes in kinds
    for name, claim in family(*sizes).items()
}
#: With as many classes as examples the two are the same number; only `prove` can tell.
ACCIDENTS = {f"article-m8, print {sizes}" for sizes in ("n n n", "2 2 2")}


@pytest.mark.parametrize("name", sorted(CLAIMS.keys() - ACCIDENTS))
@pytest.mark.parametrize("route", [kernel, entries, numbers], ids=lambda route: route.__name__)
def test_refused_by_each_route(name, route):
    with pytest.raises(numbers.NumbersDiffer if route is numbers else Undecided):
        route.check(Statement(*CLAIMS[name]))


@pytest.mark.parametrize("name", sorted(ACCIDENTS))
def test_refused_as_an_accident(name):
    with pytest.raises((NotProved, AccidentalSizes)):
        prove(*CLAIMS[name])


def _shapes():
    """Wrong formulas that unequal sizes leave without a shape."""
    w, x, f = matrix("W", m, k), matrix("X", k, n), function("F")
    s = define("S", w * x)
    in_w, in_x, in_s = gradient(f(s), w), gradient(f(s), x), gradient(f(s), s)
    phi, y, v = matrix("Phi", m, n), vector("y", m), vector("x", n)
    u = define("u", phi * v)
    delta = gradient(f(u), u)
    return {
        "article-m1": lambda: prove(in_w, in_x * x.T),
        "article-m2": lambda: prove(in_x, w.T * in_w),
        "article-m11": lambda: prove(in_w.T, x * in_s),
        "article-m20": lambda: prove(in_w, in_s.T * x.T),
        "err-input-for-weights": lambda: prove(in_w, in_s * w.T),
        "err-least-squares-estimate": lambda: phi * (phi * (phi.T * phi).I * phi.T * y),
        "err-least-squares-fit": lambda: phi * (phi.T * phi).I * phi * y,
        "Parr and Howard, a diagonal matrix as a row": lambda: prove(DiagMatrix(v), v.T * eye(n)),
        "CS224N (5)": lambda: prove(gradient(f(u), phi), delta * v),
        "d2l 2.4, an inner product": lambda: prove(gradient(f(u), v), inner(delta, jacobian(u, v))),
        "a transpose forgotten": lambda: prove(gradient(inner(y, phi * v), v), phi * y),
    }


@pytest.mark.parametrize("name", sorted(_shapes()))
def test_refused_for_its_shape(name):
    with pytest.raises(ShapeMismatch):
        _shapes()[name]()


def test_every_wrong_form_of_the_site_is_here():
    here = {name.split(",")[0] for name in CLAIMS}
    listed = IDS.read_text("utf8").split()
    wrong = {one for one in listed if one.startswith(("err-", "article-"))} - PROVED
    assert not wrong - here, "state these in tests/wrong_in_print.py or wrong_in_sympy.py too"
