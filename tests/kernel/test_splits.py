"""Axes that are pairs of indices: symbols that meet Kronecker products, and their near misses.

Every statement has letters for its sizes. The index proof alone accepts what is true and refuses
what is false; a point with other values on the two sides shows that it is false.
"""

from random import Random

import pytest
from sympy import (
    Determinant,
    DiagMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    KroneckerProduct,
    MatMul,
    Matrix,
    Trace,
    log,
    prod,
    tanh,
)

from gradproof import (
    NotProved,
    define,
    dims,
    eye,
    function,
    gradient,
    hessian,
    inner,
    jacobian,
    logsumexp,
    matrix,
    norm,
    ones,
    prove,
    scalar,
    softmax,
    total,
    vector,
)
from gradproof.errors import StatementError, Undecided
from gradproof.language.statement import Statement
from gradproof.routes.kernel import Comparison, NoRule, Residual, check
from gradproof.routes.kernel.splits import splits
from gradproof.routes.numbers.route import Judge

kron = KroneckerProduct
m, E, d, p = dims("m E d p")
n = E * d
u, g, h, x, y = (vector(name, size) for name, size in zip("ughxy", (m, E, E, d, d), strict=True))
w, r = vector("w", n), vector("r", p)
V, U, Z = matrix("V", m, n), matrix("U", m, n), matrix("Z", d, E)
A, B, W = matrix("A", E, E), matrix("B", d, d), matrix("W", n, n)
G = matrix("G", m * E, n)
T = matrix("T", m, E * d * p)
S = matrix("S", n, n, symmetric=True)
D = matrix("D", n, n, diagonal=True)
M = matrix("M", n, n, invertible=True)
Q = matrix("Q", n, n, orthogonal=True)
P = matrix("P", m, n, column_sums=1)
Y = matrix("Y", n, m, column_sums=1)
e2, F, t = vector("e", E**2), function("F"), scalar("t")
k = kron(g, x)
named, scores, both = define("k", k), define("s", V * k), define("K", kron(A, B))
lifted = kron(eye(E), x)
experts = gradient(inner(u, V * k), V)

TRUE = {
    "mixture of experts": (experts, u * k.T),
    "expert": (gradient(inner(u, V * k), x), kron(g.T, eye(d)) * V.T * u),
    "gate": (gradient(inner(u, V * k), g), lifted.T * V.T * u),
    "named product": (gradient(inner(u, V * named), named), V.T * u),
    "named matrix": (gradient(Trace(both * both), both), 2 * both.T),
    "pairs on both axes": (gradient(inner(kron(u, g), G * k), G), kron(u, g) * k.T),
    "three factors": (gradient(inner(u, T * kron(g, x, r)), T), u * kron(g, x, r).T),
    "nested factors": (gradient(inner(u, T * kron(k, r)), T), u * kron(g, kron(x, r)).T),
    "a pair and its second part": (
        gradient(inner(u, T * kron(w, r)) + inner(u, T * kron(g, x, r)), T),
        u * kron(w + k, r).T,
    ),
    "coefficient of a Kronecker product": (gradient(Trace(kron(A, B) * W), W), kron(A, B).T),
    "nearest Kronecker product": (gradient(norm(W - kron(A, B)) ** 2, W), 2 * (W - kron(A, B))),
    "quadratic form": (gradient(inner(k, S * k), g), 2 * lifted.T * S * k),
    "second derivative": (hessian(inner(k, W * k), g), lifted.T * (W + W.T) * lifted),
    "symmetric swapped": (inner(k, S * w), inner(w, S * k)),
    "inverse": (gradient(inner(k, M.I * k), M), -M.I.T * k * k.T * M.I.T),
    "determinant": (gradient(log(Determinant(M) ** 2), M) + k * k.T, 2 * M.I.T + k * k.T),
    "Jacobian in V": (jacobian(V * kron(A, B), V), kron(kron(A, B).T, eye(m))),
    "Jacobian in the gate": (jacobian(V * k, g), V * lifted),
    "logits": (gradient(logsumexp(V * k), V), softmax(V * k) * k.T),
    "activation": (
        gradient(inner(u, (V * k).applyfunc(tanh)), V),
        HadamardProduct(u, ones(m) - HadamardPower((V * k).applyfunc(tanh), 2)) * k.T,
    ),
    "any loss": (gradient(F(scores), V), gradient(F(scores), scores) * k.T),
    "any function of the product": (
        gradient(F(named), g),
        lifted.T * gradient(F(named), named),
    ),
    "diagonal": (D * k, HadamardProduct(DiagonalOf(D), k)),
    "diagonal of a product": (DiagMatrix(k) * w, HadamardProduct(k, w)),
    "inverse undone": (MatMul(M.I, M, k), k),
    "inverse of a sum": ((M + k * k.T).I * (M * w + inner(k, w) * k), w),
    "Sherman and Morrison": (
        (M + k * k.T).I * k,
        M.I * k / (1 + inner(k, M.I * k)),
    ),
    "orthogonal": (inner(Q * k, Q * w), inner(k, w)),
    "orthogonal, rows": (inner(Q.T * k, Q.T * k), inner(g, g) * inner(x, x)),
    "a square of sizes": (total(ones(E**2)) + inner(e2, kron(g, h)), E**2 + inner(e2, kron(g, h))),
    "columns that sum to 1": (total(P * k), total(g) * total(x)),
    "constants": (gradient(total(V * k) / n, V), ones(m) * k.T / n),
    "trace": (Trace(kron(eye(E), eye(d)) * W) + Trace(eye(n)), Trace(W) + n),
    "determinant of a product": (
        Determinant(W * kron(A, B)),
        Determinant(W) * Determinant(A) ** d * Determinant(B) ** E,
    ),
    "slope": (gradient(inner(w, t**2 * k), t), 2 * t * inner(w, k)),
    "Jacobian of a transpose, squared": (
        jacobian(Z.T, Z) * jacobian(Z.T, Z).T,
        eye(n),
    ),
}
FALSE = {
    "swapped factors": (experts, u * kron(x, g).T),
    "another factor": (experts, u * kron(h, x).T),
    "wrong size": (experts, E * u * k.T),
    "wrong size, right at the first five": (
        experts,
        (1 + prod(E - i for i in range(1, 6))) * u * k.T,
    ),
    "wrong mean": (gradient(total(V * k) / n, V), ones(m) * k.T / m),
    "expert and gate exchanged": (gradient(inner(u, V * k), x), kron(eye(d), g.T) * V.T * u),
    "three factors, two swapped": (
        gradient(inner(u, T * kron(g, x, r)), T),
        u * kron(g, r, x).T,
    ),
    "not transposed": (gradient(Trace(kron(A, B) * W), W), kron(A, B)),
    "factors of a matrix swapped": (gradient(Trace(kron(A, B) * W), W), kron(B, A).T),
    "W taken for symmetric": (gradient(inner(k, W * k), g), 2 * lifted.T * W * k),
    "Jacobian, order of the pairs": (jacobian(V * kron(A, B), V), kron(eye(m), kron(A, B).T)),
    "trace of the Jacobian of a transpose": (Trace(jacobian(Z.T, Z)), 2),
    "only V is squared": (gradient(inner(V * k, V * k), V), V * k * k.T),
    "F of a split column and of a split matrix": (
        F(kron(u, g.T, x.T)),
        F(kron(u, g, x.T)),
    ),
    "F of a row and of a column": (F(k), F(k.T)),
    "inverse on the wrong side": (MatMul(M.I.T, M, k), k),
    "inverse of another matrix": (MatMul(M.I, W, k), k),
    "orthogonal on two sides": (inner(Q * k, Q.T * k), inner(k, k)),
    "orthogonal, divided": (
        HadamardProduct(Q, Q).T * HadamardPower(k, -1) + k,
        ones(n) + k,
    ),
    "rows that sum to 1": (total(P.T * u), total(u)),
    "P is no Q": (inner(P * k, P * k), inner(k, k)),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_for_all_shapes(name):
    check(Statement(*TRUE[name]))


@pytest.mark.parametrize("name", TRUE)
def test_multiples_of_it_are_refused(name):
    lhs, rhs = TRUE[name]
    for factor in (2, -1, E, 1 + (E - 1) * (E - 2)):
        with pytest.raises(Residual):
            check(Statement(lhs, factor * rhs))


@pytest.mark.parametrize("name", FALSE)
def test_near_misses_are_refused(name):
    with pytest.raises(Undecided):
        check(Statement(*FALSE[name]))


def test_the_statement_that_was_proved_at_one_shape():
    left, right = TRUE["mixture of experts"]
    assert prove(left, right).certificate["scope"] == "all shapes"
    with pytest.raises(NotProved):
        prove(*FALSE["wrong size, right at the first five"])


def test_splits_are_found_where_axes_meet():
    assert splits(V * k + U * w, V * k) == {(V, 1): (E, d)}
    assert splits(V * k + U * w, V * w) == dict.fromkeys(((V, 1), (U, 1), (w, 0)), (E, d))
    assert splits(V * w, U * w) == {}
    assert splits(T * kron(w, r), T * kron(g, x, r))[(w, 0)] == (E, d)
    assert splits(kron(w, r), kron(g, kron(x, r)))[(w, 0)] == (E, d)
    assert splits(D * k, k)[(D, 0)] == (E, d)
    assert splits(S * k, w)[(w, 0)] == (E, d)


def test_constants_are_split_where_they_are_split_alike_everywhere():
    one = ones(n)
    assert splits(one.T * k, kron(A, B) * one)[(one, 0)] == (E, d)
    assert splits(one.T * k, one.T * w) == {}


def test_one_symbol_with_pairs_of_two_orders_has_no_rule():
    """An index of sort E·d is one pair or the other; which place is meant depends on both."""
    two = V * kron(g, x) + V * kron(x, g)
    with pytest.raises(NoRule, match="split"):
        check(Statement(gradient(inner(u, two), V), u * (kron(g, x) + kron(x, g)).T))


def test_what_is_declared_of_whole_rows_has_no_rule_for_pairs():
    """A row of Y is a pair: the sum over one part of it is not declared."""
    with pytest.raises(NoRule, match="its assumptions"):
        check(Statement(inner(k, Y * u), inner(k, Y * u) + 0 * total(u)))
    for part in (kron(ones(E), x), kron(g, ones(d))):
        with pytest.raises(Undecided):
            check(Statement(inner(part, Y * u), total(u) * total(part)))


def test_another_right_side_may_split_other_axes():
    comparison = Comparison(Statement(k, k))
    for _ in range(2):
        comparison.check(MatMul(M.I, M, k))
        comparison.check(HadamardProduct(k, ones(n)))
        for wrong in (MatMul(M.I, W, k), w, kron(h, x), kron(x, g)):
            with pytest.raises(Undecided):
                comparison.check(wrong)


def test_known_sizes_and_named_entries():
    """Where entries are named, place 4 of 2·3 is the pair (1, 1)."""
    a, b, c = vector("a", 2), vector("b", 3), matrix("C", 2, 6)
    product = c * kron(a, b)
    check(Statement(gradient(product[1, 0], c)[1, 4], a[1, 0] * b[1, 0]))
    with pytest.raises(Undecided):
        check(Statement(gradient(product[1, 0], c)[1, 4], a[0, 0] * b[2, 0]))
    whole = Matrix([a[i, 0] * b[j, 0] for i in range(2) for j in range(3)])
    check(Statement(kron(a, b), whole))
    check(Statement(c * kron(a, b), c * whole))
    turned = Matrix([a[i, 0] * b[j, 0] for j in range(3) for i in range(2)])
    with pytest.raises(Undecided):
        check(Statement(c * kron(a, b), c * turned))


def some_vector(chance, depth):
    """A random vector of size E·d."""
    plain = [k, kron(h, y), w, ones(n), kron(g, ones(d)), kron(ones(E), x), kron(x, g), V.T * u]
    if depth == 0:
        return chance.choice(plain)
    one, other = some_vector(chance, depth - 1), some_vector(chance, depth - 1)
    squares = [S, W, M.I, D, kron(A, B), kron(A, eye(d)), eye(n), ones(n, n), V.T * U, Y * P]
    return chance.choice(
        [one + other, HadamardProduct(one, other), chance.choice(squares) * one, MatMul(2, one)]
    )


SWAPS = [{S: W}, {g: h}, {k: kron(h, x)}, {kron(A, B): kron(B, A)}, {M: M.T}, {D: S}, {V: U}]


@pytest.mark.parametrize("seed", range(4))
def test_no_random_statement_that_is_false_is_accepted(seed):
    chance, accepted = Random(seed), 0
    for _ in range(30):
        value = inner(u, chance.choice([V, U, V + U]) * some_vector(chance, 2))
        symbol = chance.choice([s for s in (V, x, g, w, W, u) if value.has(s)])
        other = chance.choice([value.expand(), value.xreplace(chance.choice(SWAPS))])
        try:
            statement = Statement(gradient(value, symbol), gradient(other, symbol))
            check(statement)
        except (StatementError, Undecided):
            continue
        accepted += 1
        assert Judge(statement).agrees(statement.right), statement
    assert accepted > 8
