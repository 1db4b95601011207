"""One-hot columns choose: sums over them in products, powers and functions, and near misses."""

from __future__ import annotations

import pytest
from sympy import HadamardPower, HadamardProduct, exp, log, sqrt

from gradproof import (
    NotProved,
    dims,
    gradient,
    inner,
    log_softmax,
    matrix,
    prove,
    softmax,
    total,
    vector,
)
from gradproof.errors import Undecided
from gradproof.language.statement import Statement
from gradproof.language.unfold import unfold
from gradproof.routes.kernel import check
from gradproof.routes.kernel.choices import met
from gradproof.routes.kernel.indices import Index
from gradproof.routes.kernel.read import Reader
from gradproof.routes.kernel.terms import Entry

C, N = dims("C N")
s, u, p = vector("s", C), vector("u", C), softmax(vector("s", C))
y, w = vector("y", C, one_hot=True), vector("w", C, one_hot=True)
Y, S = matrix("Y", C, N, one_hot=True), matrix("S", C, N)
r = vector("r", C, positive=True)
picked = inner(y, p)
squares = HadamardPower(S, 2)

TRUE = {
    "square": (inner(y, s) ** 2, inner(y, HadamardPower(s, 2))),
    "cube": (inner(y, s) ** 3, inner(y, HadamardPower(s, 3))),
    "product": (inner(y, s) * inner(y, u), inner(y, HadamardProduct(s, u))),
    "quotient": (inner(y, HadamardPower(s, 2)) / inner(y, s), inner(y, s)),
    "root": (sqrt(inner(y, r)), inner(y, r.applyfunc(sqrt))),
    "each column": (
        total(HadamardPower(total(HadamardProduct(Y, S), axis=0), 2)),
        total(HadamardProduct(Y, squares)),
    ),
    "beside an entry": (y * inner(y, s), HadamardProduct(y, s)),
    "below an entry": (y / inner(y, s), HadamardProduct(y, HadamardPower(s, -1))),
    "beside an entry of another column": (w * inner(y, w), HadamardProduct(y, w)),
    "beside an entry of either column": (y * inner(y, w), HadamardProduct(y, w)),
    "exponential": (exp(-inner(y, s)), 1 / inner(y, s.applyfunc(exp))),
    "logarithm": (log(picked), inner(y, log_softmax(s))),
    "negative log-likelihood": (gradient(-log(picked), s), p - y),
    "Brier score": (gradient(picked**2, s), 2 * picked**2 * (y - p)),
    "focal loss": (
        gradient(-((1 - picked) ** 2) * log(picked), s),
        (2 * (1 - picked) * picked * log(picked) - (1 - picked) ** 2) * (y - p),
    ),
}
FALSE = {
    "two columns": (inner(y, s) * inner(w, u), inner(y, HadamardProduct(s, u))),
    "square of a sum of columns": (total(HadamardProduct(Y, S)) ** 2, inner(Y, squares)),
    "no one-hot": (inner(u, s) ** 2, inner(u, HadamardPower(s, 2))),
    "square": (inner(y, s) ** 2, inner(y, s)),
    "another column": (w * inner(y, s), HadamardProduct(w, s)),
    # What chooses is the column of the entry, and no other column in the sum.
    "beside an entry, the other chooses": (w * inner(y, w), w),
    "beside an entry, the first chooses": (y * inner(y, w), y),
    "logarithm of all": (log(inner(Y, S.applyfunc(exp))), inner(Y, S)),
    "Brier score, dropped power": (gradient(picked**2, s), 2 * picked * (y - p)),
    "focal loss, sign": (
        gradient(-((1 - picked) ** 2) * log(picked), s),
        (2 * (1 - picked) * picked * log(picked) + (1 - picked) ** 2) * (y - p),
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_proved_for_all_shapes(name):
    check(Statement(*TRUE[name]))


@pytest.mark.parametrize("name", ["product", "negative log-likelihood", "focal loss"])
def test_proved_by_all_routes(name):
    assert prove(*TRUE[name]).certificate["scope"] == "all shapes"


@pytest.mark.parametrize("name", FALSE)
def test_refused_by_the_index_proof(name):
    with pytest.raises(Undecided):
        check(Statement(*FALSE[name]))


@pytest.mark.parametrize("name", ["two columns", "focal loss, sign"])
def test_refused_by_all_routes(name):
    with pytest.raises(NotProved):
        prove(*FALSE[name])


def test_rows_that_are_not_chosen_count_where_a_function_is_undefined():
    """log of the chosen entry may exist where another entry is negative: nothing is said."""
    with pytest.raises(Undecided):
        check(Statement(log(inner(y, s)), inner(y, s.applyfunc(log))))


def test_an_entry_meets_its_choice_where_the_power_is_surely_defined():
    """y_k / Σ_i y_i s_i exists where another entry of s is 0, and y_k / s_k does not."""
    ((one, _),) = Reader().scalar(unfold(inner(y, s)))
    ((choice, _),) = one
    chooser, _ = choice.choices[next(iter(choice.choices))]
    k = Index(C)
    entry = Entry(chooser.tensor, (k,))
    assert met(entry, choice, -1) is None
    assert repr(met(entry, choice, 2)) == f"1·s{{shape=(C, 1)}}({k.token})^2"
