"""No step divides, splits or takes anything out in silence: what it needs is a condition."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import (
    Abs,
    Determinant,
    HadamardPower,
    HadamardProduct,
    Sum,
    Symbol,
    Trace,
    exp,
    log,
    sqrt,
)

from gradproof import (
    NotProved,
    define,
    dims,
    eye,
    gradient,
    inner,
    logdet,
    matrix,
    norm,
    ones,
    prove,
    scalar,
    vector,
)
from gradproof.errors import Undecided
from gradproof.language.statement import Statement
from gradproof.routes.kernel import NoRule, check, decide, rename
from gradproof.routes.kernel.axes import deltas
from gradproof.routes.kernel.consequences import Consequences
from gradproof.routes.kernel.domain import Domain
from gradproof.routes.kernel.indices import Index, Tensor
from gradproof.routes.kernel.matrix_powers import inverse_entry
from gradproof.routes.kernel.needs import Need, collected, forward, note
from gradproof.routes.kernel.terms import (
    Abstraction,
    Atom,
    Base,
    Entry,
    Mono,
    Op,
    as_atom,
    constant,
    of_atom,
    plus,
)

k, m, n, r = dims("k m n r")
a, b, c, u, v, x = (scalar(name) for name in "abcuvx")
y = scalar("y", positive=True)
A, B = matrix("A", n, n), matrix("B", n, n)
D = matrix("D", n, n, diagonal=True)
Z = matrix("Z", 1, 1)
p, q, w = vector("p", n), vector("q", n), vector("w", n)

U, V = (Entry(Tensor(name)) for name in "UV")
i, j = Index(n), Index(n)


def noted(make):
    with collected() as needs:
        make()
    return sorted({kind for kind, _ in needs})


MADE = {
    "a product": (lambda: Mono({U.key: (U, 2)}), []),
    "a quotient": (lambda: Mono({U.key: (U, -1)}), ["nonzero"]),
    "a root": (lambda: Mono({U.key: (U, Fraction(1, 2))}), ["nonnegative"]),
    "over a root": (lambda: Mono({U.key: (U, Fraction(-1, 2))}), ["nonnegative", "nonzero"]),
    "a logarithm": (lambda: Op("log", (Abstraction((), of_atom(U)),)), ["positive"]),
    "an exponential": (lambda: Op("exp", (Abstraction((), of_atom(U)),)), []),
    "an inverse": (
        lambda: inverse_entry((i,), (j,), Abstraction((i, j), of_atom(Entry(Tensor("M"), (i, j))))),
        ["invertible"],
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_what_may_be_undefined_says_so_when_it_is_made(name):
    make, needs = MADE[name]
    assert noted(make) == needs


def test_what_is_collected_apart_is_not_heard_of_outside_unless_it_is_forwarded():
    with collected() as outer:
        with collected() as inner_:
            note("nonzero", U)
        assert inner_
        assert not outer
        forward(inner_.values())
    assert outer == inner_


def needs_of_one(kind, atom):
    with collected() as needs:
        note(kind, atom)
    return needs


def test_a_need_is_met_by_its_form_or_by_what_is_granted():
    positive = Entry(Tensor("y", {"positive": True}))
    domain = Domain()
    for kind in ("nonzero", "nonnegative", "positive"):
        assert not domain.lacks(needs_of_one(kind, positive).values())
        assert domain.lacks(needs_of_one(kind, U).values())
    domain.grant(needs_of_one("positive", U))
    for kind in ("nonzero", "nonnegative", "positive"):
        assert not domain.lacks(needs_of_one(kind, U).values())
        assert domain.lacks(needs_of_one(kind, V).values())
    domain.grant(needs_of_one("nonzero", V))
    assert domain.lacks(needs_of_one("positive", V).values())
    assert not domain.lacks(
        needs_of_one("nonzero", Op("abs", (Abstraction((), of_atom(V)),))).values()
    )


def test_what_is_granted_of_every_entry_is_granted_of_each_and_not_the_other_way_round():
    general, diagonal = Entry(Tensor("M"), (i, j)), Entry(Tensor("M"), (i, i))
    other = Entry(Tensor("M"), (Index(n), Index(n)))
    domain = Domain()
    domain.grant(needs_of_one("nonzero", diagonal))
    assert domain.lacks(needs_of_one("nonzero", other).values())
    domain.grant(needs_of_one("nonzero", general))
    assert not domain.lacks(needs_of_one("nonzero", other).values())


def test_what_is_granted_of_a_sum_is_not_granted_of_its_terms():
    domain = Domain()
    domain.grant(needs_of_one("nonzero", Base(plus(of_atom(U), of_atom(V)))))
    assert domain.lacks(needs_of_one("nonzero", U).values())


def test_what_is_granted_of_a_bound_variable_is_granted_of_the_point_put_in_its_place():
    domain = Domain()
    domain.grant(needs_of_one("nonzero", U))
    domain.moved(U.tensor, Abstraction((), plus(of_atom(V), constant(1))))
    assert domain.lacks(needs_of_one("nonzero", U).values())
    assert not domain.lacks(needs_of_one("nonzero", Base(plus(of_atom(V), constant(1)))).values())


#: Claims that hold only where something is not 0, under hypotheses that hold where it is 0; with
#: the condition that the certificate must list.
SPLIT = {
    "a scalar": (u * x ** (2 * k - 2), v * x ** (2 * k - 2), (u * x**k, v * x**k), x),
    "one less": (u * x ** (k - 1), v * x ** (k - 1), (u * x**k, v * x**k), x),
    "a diagonal": (D ** (2 * k - 2) * p, D ** (2 * k - 2) * q, (D**k * p, D**k * q), D),
    "a 1×1 matrix": (u * Z ** (k - 1), v * Z ** (k - 1), (u * Z**k, v * Z**k), Z),
    "a multiple": (
        (c * A) ** (k - 1) * u,
        (c * A) ** (k - 1) * v,
        (c**k * u, c**k * v),
        c * A,
    ),
    "a determinant": (
        u * Determinant(A ** (2 * r - 2)),
        v * Determinant(A ** (2 * r - 2)),
        (u * Determinant(A) ** r, v * Determinant(A) ** r),
        A,
    ),
    "every entry": (
        u * HadamardPower(w, 2 * k - 2),
        v * HadamardPower(w, 2 * k - 2),
        (u * HadamardPower(w, k), v * HadamardPower(w, k)),
        w,
    ),
    "a sum": (
        u * (a + b) ** (k - 1),
        v * (a + b) ** (k - 1),
        (u * (a + b) ** k, v * (a + b) ** k),
        a + b,
    ),
    "an inner product": (
        u * inner(p, q) ** (k - 1),
        v * inner(p, q) ** (k - 1),
        (u * inner(p, q) ** k, v * inner(p, q) ** k),
        None,
    ),
}


@pytest.mark.parametrize("name", SPLIT)
def test_a_power_does_not_split_without_its_condition(name):
    left, right, hypothesis, what = SPLIT[name]
    conditions = check(Statement(left, right, [hypothesis])).conditions
    assert conditions
    if what is not None:
        assert [expr for _, expr in conditions] == [what]


@pytest.mark.parametrize("name", SPLIT)
def test_and_not_at_all_where_the_condition_is_taken_away(name, monkeypatch):
    """Without the condition the claim is refused by the points at which it fails."""
    left, right, hypothesis, _ = SPLIT[name]
    statement = Statement(left, right, [hypothesis])
    monkeypatch.setattr(decide, "trimmed", lambda conditions: ())
    with pytest.raises(NotProved):
        prove(statement.lhs, statement.rhs, given=statement.given)


UNSPLIT = {
    "a scalar": (u * x ** (2 * k), v * x ** (2 * k), [(u * x**k, v * x**k)]),
    "a diagonal": (D ** (2 * k) * p, D ** (2 * k) * q, [(D**k * p, D**k * q)]),
    "no hypothesis": (Trace(D**k * D), Trace(D ** (k + 1)), []),
    "a positive number": (u * y ** (k - 1), v * y ** (k - 1), [(u * y**k, v * y**k)]),
    "squared length": (gradient(norm(p) ** 2, p), 2 * p, []),
    "a length to the fourth": (gradient(norm(p) ** 4, p), 4 * norm(p) ** 2 * p, []),
}


@pytest.mark.parametrize("name", UNSPLIT)
def test_what_needs_no_condition_has_none(name):
    assert check(Statement(*UNSPLIT[name])).conditions == ()


def test_a_case_of_a_modulus_does_not_lose_the_condition():
    """At k = 1 and x > 0 the left side is 2x: (|x| − x)⁰ is 1."""
    power = (Abs(x) - x) ** (k - 1)
    assert check(Statement(power * (Abs(x) + x), 0)).conditions == (("nonzero", Abs(x) - x),)


def test_what_leaves_a_root_leaves_its_condition():
    """At a = 0, b < 0 the root as written is 0, and √b does not exist."""
    root = define("root", define("square", a * a) * b)
    (condition,) = check(Statement(sqrt(root) * c, c * sqrt(root))).conditions
    assert condition[0] == "positive"
    assert check(Statement(sqrt(y * b), sqrt(y) * sqrt(b))).conditions == (("nonnegative", b),)


NAMES = {
    "a reciprocal": (x * define("s", 1 / x), 1, [("nonzero", x)]),
    "a logarithm": (exp(define("s", log(x))), x, [("positive", x)]),
    "a root": (define("s", sqrt(x)) ** 2, x, [("nonnegative", x)]),
    "a difference": (define("s", 1 / x) - define("t", 1 / x), 0, [("nonzero", x)]),
    "an inverse": (A * define("S", A.I), eye(n), [("invertible", A)]),
    "an inverse of an inverse": (define("S", A.I).I, A, [("invertible", A)]),
    "every entry": (
        HadamardProduct(w, define("s", HadamardPower(w, -1))),
        ones(n),
        [("nonzero", w)],
    ),
    "a root of every entry": (
        HadamardPower(define("s", w.applyfunc(sqrt)), 2),
        w,
        [("nonnegative", w)],
    ),
    "in a derivative": (gradient(x * define("s", 1 / x), x), 0, [("nonzero", x)]),
    "a name in a name": (
        x * define("t", 2 * define("s", 1 / x)),
        2,
        [("nonzero", x)],
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_conditions_survive_names(name):
    left, right, conditions = NAMES[name]
    assert list(check(Statement(left, right)).conditions) == conditions


@pytest.mark.parametrize("name", ["a reciprocal", "a logarithm", "a root", "an inverse"])
def test_and_a_named_identity_of_this_sort_has_mutants(name, monkeypatch):
    monkeypatch.setenv("GRADPROOF_CERTIFICATES", "1")
    left, right, _ = NAMES[name]
    from gradproof.verdict.mutants import distrust

    assert distrust(Statement(left, right)).refused >= 5


def test_conditions_survive_a_hypothesis_that_says_what_a_symbol_is():
    assert check(Statement(x * u, 1, [(u, 1 / x)])).conditions == (("nonzero", x),)
    assert check(Statement(exp(u), x, [(u, log(x))])).conditions == (("positive", x),)


def test_a_step_that_nobody_vouches_for_refuses_the_proof(monkeypatch):
    monkeypatch.setattr(Domain, "grant", lambda self, needs: None)
    with pytest.raises(decide.Unmet, match="nothing says that it is"):
        check(Statement(x / x**2 * u, u / x))
    with pytest.raises(decide.Unmet):
        check(Statement(logdet(A * B), logdet(B * A)))


def test_an_equation_is_not_multiplied_by_what_may_not_exist():
    statement = Statement(u, v, [(u * x, v * x)])
    with pytest.raises(Undecided):
        check(statement)
    assert check(Statement(u * a / x, v * a / x, [(u * a, v * a)])).conditions == (("nonzero", x),)


def test_axes_of_other_sorts_are_not_compared():
    with pytest.raises(NoRule, match="split differently"):
        deltas((Index(n),), (Index(m),))


def test_a_multiple_that_lacks_something_is_none():
    equation = Abstraction((), of_atom(U))
    assert Consequences([equation], lambda needs: []).include(of_atom(U))
    assert not Consequences([equation], lambda needs: [Need("nonzero", U)]).include(of_atom(U))


def test_what_grows_too_large_to_be_multiplied_out_stays(monkeypatch):
    def refuse(poly):
        raise Undecided("too large")

    monkeypatch.setattr(decide, "whole", refuse)
    with pytest.raises(decide.Residual):
        check(Statement(u, v))


def test_a_place_beside_what_depends_on_it_is_summed_no_further():
    q = Symbol("q", integer=True, nonnegative=True)
    with pytest.raises(decide.Residual):
        check(Statement(Sum(q * a**q, (q, 0, k)), a * Sum(q, (q, 0, k))))
    with pytest.raises(Undecided, match="some of its indices"):
        check(Statement(Sum(a / q, (q, 0, k)), a))


def test_an_atom_without_a_rule_is_not_renamed():
    class Strange(Atom):
        pass

    with pytest.raises(Undecided, match="Strange has no rule"):
        rename._other(Strange(()), None)  # type: ignore[arg-type]


def test_a_polynomial_is_the_atom_that_it_is():
    assert as_atom(of_atom(U)) is U
    for poly in (of_atom(U, 2), plus(of_atom(U), of_atom(V)), constant(2)):
        assert isinstance(as_atom(poly), Base)
