"""Single rules of the kernel, where no identity of the site needs them: each must be true."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    DiagonalOf,
    E,
    HadamardPower,
    HadamardProduct,
    Inverse,
    KroneckerProduct,
    MatMul,
    MatPow,
    Rational,
    Trace,
    Transpose,
    erf,
    exp,
    log,
    sqrt,
)

from gradproof import (
    dims,
    eye,
    function,
    gradient,
    jacobian,
    matrix,
    ones,
    scalar,
    softmax,
    total,
    vector,
)
from gradproof.errors import Undecided
from gradproof.language.statement import Statement
from gradproof.routes.kernel import NoRule, Residual, check, quotients
from gradproof.routes.kernel.decide import vanishes
from gradproof.routes.kernel.determinants import determinant
from gradproof.routes.kernel.functions import logarithm, of_head
from gradproof.routes.kernel.indices import Index, Tensor
from gradproof.routes.kernel.matrix_powers import inverse_entry
from gradproof.routes.kernel.powers import absolute, content_of, number_power, power
from gradproof.routes.kernel.product import delta, divided, settled, times
from gradproof.routes.kernel.quotients import numerator, surely_positive
from gradproof.routes.kernel.read import Reader
from gradproof.routes.kernel.rename import renamed
from gradproof.routes.kernel.sums import extent
from gradproof.routes.kernel.sums import total as summed
from gradproof.routes.kernel.terms import (
    ONE,
    UNIT,
    ZERO,
    Abstraction,
    Delta,
    Entry,
    constant,
    of_atom,
    plus,
    scaled,
)

m, n = dims("m n")
A, B = matrix("A", n, n), matrix("B", n, n)
R, v, w = matrix("R", m, n), vector("v", n), vector("w", n)
H = matrix("H", m, n, one_hot=True)
t, u = scalar("t"), scalar("u")
F = function("F")
P, sums = matrix("P", m, n, positive=True), total(R, axis=0)
beside = ones(1, n) + total(P, axis=0)


def entry(name, *indices):
    return of_atom(Entry(Tensor(name), indices))


def same(one, other):
    return not plus(one, scaled(other, -1)).terms


roots = HadamardPower(total(P, axis=0), Rational(1, 2))


TRUE = {
    "inverse of a product as written": (Inverse(MatMul(A, B)), B.I * A.I),
    "inverse of a multiple": (Inverse(MatMul(2, A)), A.I / 2),
    "inverse of a power": (Inverse(MatPow(A, 2)), A.I * A.I),
    "inverse of kron": (Inverse(KroneckerProduct(A, B)), KroneckerProduct(A.I, B.I)),
    "inverse of the identity": (Inverse(MatMul(2, eye(n))), eye(n) / 2),
    "det of a transpose": (Determinant(Transpose(A)), Determinant(A)),
    "det of an inverse": (Determinant(Inverse(A)), 1 / Determinant(A)),
    "det of a power": (Determinant(MatPow(A, 2)), Determinant(A) ** 2),
    "det of the identity": (Determinant(eye(n) + A - A), t / t),
    "det after a substitution": (
        gradient(Determinant(A + B), A + B),
        Determinant(A + B) * (A + B).I.T,
    ),
    "diagonal matrix": (Trace(DiagMatrix(v) * A), total(HadamardProduct(v, DiagonalOf(A)))),
    "diagonal in a gradient": (
        gradient(total(DiagMatrix(v) * R.T), v),
        R.T * ones(m),
    ),
    "one-hot squared": (HadamardProduct(H, H), H),
    "one-hot powers": (total(HadamardProduct(H, H, H)), total(H)),
    "deltas squared": (HadamardProduct(eye(n), eye(n)), eye(n)),
    "Euler's number": (log(E * exp(t)), 1 + t),
    "odd erf of zero": (erf(t - t + 0 * u), t - t),
    "a root that opens": (sqrt(t**2 * (1 + u**2)), Abs(t) * sqrt(1 + u**2)),
    "scalar function of a scalar": (gradient(F(t * v), t * v), gradient(F(t * v), t * v)),
    "ratio of sums": (total(R) / total(R), t / t),
    "shares of a column": (total(softmax(R)), n),
    "shares of a column, squared below": (
        total(HadamardProduct(R, ones(m) * HadamardPower(sums, -2))),
        total(HadamardPower(sums, -1)),
    ),
    "shares of a column and one": (
        total(HadamardProduct(P, ones(m) * HadamardPower(beside, -1))),
        n - total(HadamardPower(beside, -1)),
    ),
    "a sum over a sum": (
        total(HadamardProduct(v, w)) / (1 + total(v) ** 2) * (1 + total(v) ** 2),
        total(HadamardProduct(w, v)),
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_true(name):
    check(Statement.of_primitives(*map(unfolded, TRUE[name])))


def unfolded(expr):
    from gradproof.language.unfold import unfold

    return unfold(expr)


FALSE = {
    "inverses in the wrong order": (Inverse(MatMul(A, B)), A.I * B.I),
    "det of a multiple": (Determinant(MatMul(2, A)), 2 * Determinant(A)),
    "one-hot rows": (H * H.T, eye(m)),
    "rows of a one-hot": (H * ones(n), ones(m)),
    "shares, of the root of a sum": (
        total(HadamardProduct(P, ones(m) * HadamardPower(ones(1, n) + roots, -1))),
        n - total(HadamardPower(ones(1, n) + roots, -1)),
    ),
    "sign of a root": (sqrt(t**2 * (1 + u**2)), t * sqrt(1 + u**2)),
}


@pytest.mark.parametrize("name", FALSE)
def test_false(name):
    with pytest.raises(Residual):
        check(Statement.of_primitives(*FALSE[name]))


def test_numbers():
    assert power(ZERO, 2) is ZERO
    assert same(
        times(number_power(Fraction(2), Fraction(1, 2)), number_power(Fraction(2), Fraction(1, 2))),
        constant(2),
    )
    for refused in (lambda: number_power(Fraction(-2), Fraction(1, 2)), lambda: power(ZERO, -1)):
        with pytest.raises(Undecided):
            refused()


def test_functions_at_the_edge():
    assert repr(logarithm(ZERO)) == "1·log(0)^1"
    assert same(of_head("abs", constant(3)), constant(3))
    assert same(absolute(constant(-3)), constant(3))
    assert not of_head("erf", ZERO).terms
    assert same(determinant(Abstraction((), entry("a"))), entry("a"))
    assert same(inverse_entry((), (), Abstraction((), entry("a"))), power(entry("a"), -1))


def test_deltas():
    i, j = Index(n), Index(n)
    square = settled({(d := Delta(i, j)).key: (d, 2)})
    assert same(square, delta(i, j))
    with pytest.raises(Undecided):
        settled({d.key: (d, -1)})
    assert delta(0, 1) is ZERO
    assert delta(i, i) is ONE


def test_inverse_of_a_transposed_argument():
    i, j = Index(n), Index(n)
    upright = Abstraction((i, j), entry("A", i, j))
    lying = Abstraction((j, i), entry("A", i, j))
    p, q = Index(n), Index(n)
    assert same(inverse_entry((p,), (q,), upright), inverse_entry((q,), (p,), lying))
    renamed_again = renamed(inverse_entry((p,), (q,), upright), {p: q, q: p})
    assert same(renamed_again, inverse_entry((q,), (p,), upright))


def test_a_batch_of_inverses_is_not_inverted_across_the_batch():
    """Σ_j A_ij (B^j)⁻¹_jk: the matrix that is inverted moves with j, so nothing cancels."""
    i, j, k, p, q = (Index(n) for _ in range(5))
    batch = Abstraction((p, q), times(entry("A", p, q), entry("x", j)))
    poly = summed((j,), times(entry("A", i, j), inverse_entry((j,), (k,), batch)))
    assert not same(poly, delta(i, k))
    assert "δ" not in repr(poly)


def test_sizes():
    assert same(extent(m * n), times(extent(m), extent(n)))
    with pytest.raises(Undecided):
        extent(m + n)


def test_only_a_positive_factor_leaves_a_root_of_a_sum():
    """√(pa + pb) = √p √(a + b) where p > 0, and √(ta + tb) may exist where √t does not."""
    a, b, t = entry("a"), entry("b"), entry("t")
    p = of_atom(Entry(Tensor("p", {"positive": True})))
    for factor, leaves in ((p, True), (t, False)):
        content, _, _ = content_of(plus(times(factor, a), times(factor, b)), False)
        assert bool(content.factors) is leaves


def test_a_factor_of_an_inverse_leaves_where_it_is_surely_not_zero():
    """tr B(I + tB)⁻¹ exists at t = 0, and (n − tr (I + tB)⁻¹)/t does not."""
    for factor, leaves in ((scalar("p", nonzero=True), True), (t, False)):
        trace = Reader().scalar(unfolded(Trace(B * (eye(n) + factor * B).I)))
        assert (len(trace) == 2) is leaves


def test_denominators_are_multiplied_out_up_to_a_limit(monkeypatch):
    one, other = (power(plus(ONE, entry(name)), -1) for name in ("a", "b"))
    p = of_atom(Entry(Tensor("p", {"positive": True})))
    fraction = plus(power(plus(ONE, p), -1), scaled(power(plus(p, constant(2)), -1), -1))
    assert not numerator(plus(times(one, other), scaled(times(other, one), -1))).terms
    assert "^-1" not in repr(numerator(plus(one, other)))
    assert surely_positive(fraction)
    monkeypatch.setattr(quotients, "_MOST_DENOMINATORS", 1)
    assert "^-1" in repr(numerator(plus(one, other)))
    assert not surely_positive(fraction)


def test_products_that_grow_are_given_up():
    many = plus(*(entry(f"a{k}") for k in range(200)))
    with pytest.raises(Undecided):
        times(many, many)


def test_what_has_no_rule_says_so():
    reader = Reader()
    with pytest.raises(NoRule):
        reader.entry(MatPow(A, t), reader.indices(A, 0), reader.indices(A, 1))
    with pytest.raises(Undecided):
        reader.entry(t, (), ())
    with pytest.raises(Undecided):
        check(Statement.of_primitives(A[0, 0], t))
    # Rows that are three indices, and columns that are two.
    k = dims("k")
    tall, flat = matrix("T", m, n), matrix("Z", n, m * k)
    with pytest.raises(NoRule, match="split apart"):
        check(Statement(Determinant(KroneckerProduct(tall, flat, matrix("z", k, 1))), t))
    twice = jacobian(A * v, v)
    check(Statement(twice, A))


def test_powers_of_what_opens():
    a, b = entry("a"), entry("b")
    share = plus(ONE, scaled(times(b, power(plus(a, b), -1)), -1))
    one, other = times(power(share, -1), a), times(share, power(share, -2), a)
    assert vanishes(plus(one, scaled(other, -1)))
    assert same(one, plus(a, b))
    root = power(times(a, a, b), Fraction(1, 2))
    assert same(times(root, root), times(a, a, b))
    assert divided({}, UNIT) is None
    assert not logarithm(ONE).terms


def test_the_inverse_of_a_multiple_needs_a_factor_that_is_not_zero():
    proof = check(Statement.of_primitives(Inverse(MatMul(t, A)), A.I / t))
    assert ("nonzero", t) in proof.conditions


def test_a_diagonal_matrix_has_no_term_to_invert_by():
    side = unfolded(Inverse(DiagMatrix(v)) * w)
    check(Statement.of_primitives(side, side))
