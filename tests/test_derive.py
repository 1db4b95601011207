"""The deriver: what it finds, what it says of it, and that nothing it finds is believed."""

from __future__ import annotations

from types import SimpleNamespace

import matplotlib.pyplot
import numpy as np
import pytest
from sympy import (
    Determinant,
    DiagMatrix,
    HadamardPower,
    HadamardProduct,
    KroneckerProduct,
    Rational,
    Sum,
    Trace,
    exp,
    log,
    tanh,
)

import gradproof
from gradproof import (
    GradproofError,
    NotProved,
    cross_entropy,
    define,
    derive,
    dims,
    elu,
    function,
    gelu,
    gradient,
    inner,
    log_softmax,
    logdet,
    logsumexp,
    matrix,
    mean,
    norm,
    numpy_function,
    ones,
    relu,
    scalar,
    sigmoid,
    softmax,
    softplus,
    total,
    vector,
)
from gradproof.derive import table, walk
from gradproof.derive.names import unique, with_name
from gradproof.errors import ConstrainedVariable, DoesNotDepend, NotDerived, NotScalar
from gradproof.language.derivatives import Gradient, ScalarDerivative
from gradproof.language.nodes import DefinedMatrix
from gradproof.language.statement import Statement
from gradproof.printing import text
from gradproof.routes import kernel
from gradproof.sphinx import lists

from .test_pages import DOCS, PAGES, RUN, cells

C, D, N, H = dims("C D N h")
W, X = matrix("W", C, D), matrix("X", D, N)
Y, T = matrix("Y", C, N, column_sums=1), matrix("T", C, N)
A, B = matrix("A", D, D), matrix("B", D, D, symmetric=True)
x, g, b = vector("x", D), vector("g", D), vector("b", C)
t, lam = scalar("t"), scalar("lambda")
F, phi = function("F"), function("phi")
S = define("S", W * X)
P = define("P", softmax(S))
v, LOGISTIC = vector("v", N), define("s", sigmoid(X.T * x))
#: Identities of the site whose loss names entries, or has a derivative in it: no rule applies.
WITHOUT_RULE = {
    "chol",
    "conv-k",
    "conv-x",
    "hess-ce-W-times",
    "max",
    "probability-gradient",
    "residual",
    "toeplitz-param",
}


def planned(loss, variable):
    """The plans of a derivation, unproved, and the result."""
    plans = walk.Walk(unique(with_name(loss, variable)), variable).plans()
    return plans, plans[-1].steps[-1].expression


def holds(left, right):
    """The all-shapes route alone, which raises if it does not accept."""
    kernel.check(Statement(left, right))


def layers():
    """A network with one hidden layer, up to its scores."""
    V, U = matrix("V", H, D), matrix("U", C, H)
    Z = define("Z", V * X + vector("c", H) * ones(1, N))
    A_ = define("A", Z.applyfunc(phi))
    return V, define("S", U * A_ + b * ones(1, N))


DERIVED = [
    (cross_entropy(P, Y), W, "(P − Y)Xᵀ/N", {"matmul-W", "soft-ce"}),
    (cross_entropy(P, Y), X, "Wᵀ(P − Y)/N", {"matmul-X", "soft-ce"}),
    (cross_entropy(P, T), S, "(P diag(Tᵀ 𝟏) − T)/N", {"softmax-ce-any-targets"}),
    (norm(S - T) ** 2 / (2 * N) + lam / 2 * norm(W) ** 2, W, "(S − T)Xᵀ/N + λ W", {"frob"}),
    (-inner(Y, log_softmax(S)) / N, W, "(softmax(S) − Y)Xᵀ/N", {"back-log-softmax"}),
    (F(layers()[1]), layers()[0], "(φ′(Z) ⊙ (Uᵀ(∂F/∂S)))Xᵀ", {"back-elementwise"}),
    (total(softplus(A * x)) - inner(g, A * x), x, "Aᵀ(σ(A x) − g)", {"back-elementwise"}),
    (
        -inner(v, LOGISTIC.applyfunc(log))
        - inner(ones(N) - v, (ones(N) - LOGISTIC).applyfunc(log)),
        x,
        "X (s − v)",
        {"back-inner"},
    ),
    (x.T * A * x, x, "(A + Aᵀ)x", {"back-transpose", "back-total"}),
    (x.T * B * x, x, "2 B x", {"matmul-X"}),
    (logdet(A), A, "A⁻ᵀ", {"logdet"}),
    (Trace(A**3), A, "3 Aᵀ Aᵀ", {"sandwich"}),
    (norm(t * x), t, "t ⟨x, x⟩/‖t x‖", {"back-scale-t", "frob"}),
    (inner(g, x.applyfunc(lambda z: elu(z, t))), t, None, {"back-parameter"}),
    (inner(g, DiagMatrix(x) * A * x), x, None, {"diag-param-any", "back-inner"}),
]


@pytest.mark.parametrize(("loss", "variable", "result", "ids"), DERIVED)
def test_it_derives_and_proves(loss, variable, result, ids):
    made = derive(loss, variable)
    assert result is None or text(made.result) == result
    assert not made.result.has(ScalarDerivative)
    assert ids <= {identity for step in made.steps for identity in step.rules}
    told = made.certificate
    assert (told["kind"], told["verdict"], told["scope"]) == ("chain", "proved", "all shapes")
    assert [route["route"] for route in told["routes"]] == ["all shapes", "entries", "numbers"]
    assert [step["uses"] for step in told["steps"]] == [
        list(step.rules) for step in made.steps[-len(told["steps"]) :]
    ]
    assert made.lhs.args[1] == variable
    assert all(step.reason and step.proof.certificate["verdict"] == "proved" for step in made.steps)


def test_it_shows_every_step():
    made = derive(define("L", cross_entropy(P, Y)), W)
    assert repr(made).split("\n")[:3] == [
        "∂L/∂W",
        "  = (∂L/∂S)Xᵀ     product, left factor: W X",
        "  = (P − Y)Xᵀ/N   softmax and cross-entropy together",
    ]
    assert r"\begin{aligned}" in made._repr_mimebundle_()["text/latex"]
    assert made._repr_mimebundle_()["text/plain"] == repr(made)


def test_what_is_used_again_gets_a_name_and_a_chain_of_its_own():
    d = define("d", x - mean(x) * ones(D))
    made = derive(norm(HadamardProduct(d, d) - g) ** 2, x)
    assert len(made.chains) == 2
    assert text(made.chains[0].lhs) == "∂L/∂d"
    name = next(node for node in made.result.atoms(DefinedMatrix) if node != d)
    assert text(name.definition) == text(made.chains[0].rhs) == "4 ((d^(⊙2) − g) ⊙ d)"
    assert "which is called δ_d" in [step.reason for step in made.steps]
    shown = made._repr_mimebundle_()["text/latex"]
    assert shown.count("$$") == 2
    assert shown.count(r"\begin{aligned}") == 2


@pytest.mark.parametrize(
    ("loss", "variable"),
    [
        (norm(S) ** 2 + inner(T, W * X), W),  # a part with and without its name
        (cross_entropy(P, Y) + norm(P) ** 2, W),  # softmax, used twice
        (norm(define("Q", S)) ** 2 + total(S), W),  # a second name for one thing
        (inner(T, S) * norm(S) + exp(total(W)), W),
        (inner(g, (A + t * B).I * g), t),
        (Determinant(define("Q", X.T * B * X)), X),
        (total(HadamardPower(A, Rational(3, 2))), A),
        (total(logsumexp(W * X)), W),
        (log(1 + norm(x) ** 2), x),
        (inner(matrix("G", D, N), softmax(X, axis=1)), X),
        (inner(matrix("G", D, N), log_softmax(X, axis=1)), X),
        (total(x.applyfunc(lambda z: gelu(z) * tanh(z) + abs(z))), x),
        (total(x.applyfunc(lambda z: z / (1 + norm(x) ** 2))), x),
        (Trace(A**-2), A),
    ],
)
def test_the_result_is_the_gradient_for_all_shapes(loss, variable):
    holds(gradient(loss, variable), planned(loss, variable)[1])


def test_known_sizes_that_coincide():
    w, z = matrix("W", 3, 2), matrix("X", 2, 3)
    loss = cross_entropy(softmax(w * z), matrix("Y", 3, 3, column_sums=1))
    assert derive(loss, w).certificate["verdict"] == "proved"


def test_its_result_is_a_program():
    loss = cross_entropy(softmax(S + b * ones(1, N)), Y)
    made = numpy_function(derive(loss, W).result, W, b, X, Y)
    rng = np.random.default_rng(0)
    point = {s: rng.normal(size=s_) for s, s_ in ((W, (3, 2)), (b, (3, 1)), (X, (2, 4)))}
    targets = np.eye(3)[:, rng.integers(3, size=4)]
    value = numpy_function(loss, W, b, X, Y)
    step = np.zeros((3, 2))
    step[1, 0] = 1e-6
    others = (point[b], point[X], targets)
    slope = (value(point[W] + step, *others) - value(point[W] - step, *others)) / 2e-6
    assert np.isclose(made(point[W], *others)[1, 0], slope, rtol=1e-6)


# --- the site -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stated():
    """Every gradient that the pages state: its two sides and its id."""
    found = []

    def state(left, right, *, name=None, given=()):
        if not given:  # derive knows of no hypotheses
            found.append((left, right, name))
        told = {"id": name, "statement": {"text": "", "latex": ""}, "routes": [], "steps": []}
        return SimpleNamespace(certificate=told, lhs=left, rhs=right)

    def linked(start, *steps, name=None):
        return state(start, steps[-1][0], name=name)

    matplotlib.use("Agg")
    with pytest.MonkeyPatch.context() as patch, matplotlib.rc_context():
        patch.setattr(gradproof, "prove", state)
        patch.setattr(gradproof, "refute", lambda *_, **__: None)
        patch.setattr(gradproof, "chain", linked)
        for slug in RUN:
            if slug.split("/")[0] in ("cookbook", "derivations") or slug == "reference/rules":
                patch.chdir(PAGES[slug].parent)
                space = {"__name__": "__main__", "display": lambda *_: None}
                for source in cells(slug):
                    exec(compile(source, slug, "exec"), space)
                matplotlib.pyplot.close("all")
    return [one for one in found if isinstance(one[0], Gradient | ScalarDerivative)]


def test_the_gradients_of_the_site(stated):
    failed, without, derived = [], set(), 0
    for left, right, name in stated:
        try:
            result = planned(*left.args)[1]
            holds(left, result)
            holds(result, right)
            derived += 1
        except NotDerived:
            without.add(name)
        except GradproofError as error:
            failed.append((name, text(left), str(error)))
    assert not failed
    assert without - {None} == WITHOUT_RULE
    assert derived >= 180


def test_every_rule_is_an_identity_of_the_site_and_applies_to_it(stated):
    published = lists.in_force(DOCS / "identities.txt")
    by_id = {name: left for left, _, name in stated if name in table.RULES}
    assert set(table.RULES) <= set(published)
    assert set(table.RULES) == set(by_id)
    for name, left in by_id.items():
        plans, _ = planned(*left.args)
        assert name in {rule for plan in plans for step in plan.steps for rule in step.rules}


# --- distrust -------------------------------------------------------------------------------


def wrong_by(change):
    """A rule that sends back what ``change`` makes of what it should."""

    def damage(back):
        def wrong(expr, adjoint, value):
            for share in back(expr, adjoint, value):
                yield share._replace(adjoint=change(share.adjoint))

        return wrong

    return damage


SABOTAGE = [
    ("MatMul", lambda adjoint: 2 * adjoint, F(S), W),
    ("MatMul", lambda adjoint: -adjoint, cross_entropy(P, Y), W),
    ("Trace", lambda adjoint: adjoint / D, Trace(A * B), A),
    ("ElementwiseApplyFunction", lambda adjoint: 2 * adjoint, F(x.applyfunc(phi)), x),
    ("Norm", lambda adjoint: adjoint / 2, norm(x - g) ** 2, x),
    ("Inverse", lambda adjoint: -adjoint, inner(g, A.I * x), A),
    ("Softmax", lambda adjoint: adjoint * Rational(2001, 2000), inner(g, softmax(x)), x),
]


@pytest.mark.parametrize(("head", "change", "loss", "variable"), SABOTAGE)
def test_a_wrong_rule_is_caught(monkeypatch, head, change, loss, variable):
    monkeypatch.setitem(table._BACK, head, wrong_by(change)(table._BACK[head]))
    with pytest.raises(NotProved) as caught:
        derive(loss, variable)
    assert "The two sides differ" in str(caught.value)
    assert any("derive had these steps" in note for note in caught.value.__notes__)


def test_a_step_put_together_wrongly_is_caught(monkeypatch):
    # The result and each adjoint are right; an expression between them is not.
    step = walk.Walk._step
    monkeypatch.setattr(
        walk.Walk, "_step", lambda *a: step(*a)._replace(expression=2 * step(*a).expression)
    )
    with pytest.raises(NotProved):
        derive(F(layers()[1]), layers()[0])


def test_a_wrong_equation_is_caught(monkeypatch):
    equation = walk.Walk._equation
    monkeypatch.setattr(walk.Walk, "_equation", lambda *a: (equation(*a)[0], 2 * equation(*a)[1]))
    with pytest.raises(NotProved):
        derive(cross_entropy(P, Y), W)


# --- refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "variable", "error", "words"),
    [
        (x.T, x, NotScalar, "is 1×D"),
        (norm(x), g, DoesNotDepend, "does not occur"),
        (Trace(B), B, ConstrainedVariable, "symmetric"),
        (matrix("Z", 2, 2)[0, 1] ** 2, matrix("Z", 2, 2), NotDerived, "single entries"),
        (norm(gradient(F(x), x)), x, NotDerived, "derivative within the loss, ∂F/∂x"),
        (Trace(KroneckerProduct(A, A, A)), A, NotDerived, "of 3 factors"),
        (Sum(inner(g, x) ** H, (H, 1, D)), x, NotDerived, "Sum"),
    ],
)
def test_refusals(loss, variable, error, words):
    with pytest.raises(error, match=words):
        derive(loss, variable)


def test_an_entry_elsewhere_is_no_obstacle():
    z = matrix("Z", 2, 2)
    made = planned(z[0, 0] * norm(matrix("V", 2, 1)) ** 2, matrix("V", 2, 1))[1]
    assert text(made) == "2 Z₀₀ V"


def test_relu_keeps_its_condition():
    told = derive(total((A * x).applyfunc(lambda z: relu(z))), x).certificate
    assert told["conditions"]
    assert text(derive(total((A * x).applyfunc(sigmoid)), x).result).startswith("Aᵀ")
