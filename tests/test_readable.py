"""What is printed reads as one thing only: names, signs, whole displays, and copied programs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sympy import Determinant, E, HadamardPower, MatMul, Symbol, Trace, cos, exp, pi

from gradproof import (
    NotProved,
    cross_entropy,
    define,
    derive,
    differential,
    dims,
    eye,
    function,
    gradient,
    inner,
    labels,
    matrix,
    norm,
    ones,
    prove,
    refute,
    scalar,
    sigmoid,
    softmax,
    total,
    vector,
)
from gradproof.errors import BadName, StatementError, UnknownConstruct
from gradproof.language.statement import Statement
from gradproof.printing import latex, text
from gradproof.printing.names import name_box
from gradproof.routes import kernel
from gradproof.verdict import display
from gradproof.verdict.certificate import certify
from gradproof.verdict.snippet import snippet

from .printing.hostile import NAMES, Hostile
from .test_printing import same

n, T, m = dims("n T m")
A, B, v, w = matrix("A", n, n), matrix("B", n, n), vector("v", n), vector("w", n)
x, y = scalar("x"), scalar("y")
KINDS = {
    "scalar": scalar,
    "size": dims,
    "function": function,
    "matrix": lambda name: matrix(name, n, n),
    "vector": lambda name: vector(name, n),
    "labels": lambda name: labels(name, n, m),
    "definition": lambda name: define(name, x + 1),
    "matrix definition": lambda name: define(name, A * B),
}
SIGNS = """
    log exp det tr Tr sqrt diag vec rank max min sum Sum softmax sigmoid relu erf tanh sin mean
    log_P max_1 nabla partial oo inf I I_n I' dA dx dphi dW_1 dx' J_v
""".split()  # noqa: SIM905
NUMBERS = {"scalar", "size", "function", "definition"}


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SIGNS)
def test_a_name_that_reads_as_a_sign_is_refused(name: str, kind: str) -> None:
    with pytest.raises(BadName, match=f"{re.escape(repr(name))} cannot name .* reads|is eye"):
        KINDS[kind](name)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["e", "pi"])
def test_a_number_is_refused_as_the_name_of_one(name: str, kind: str) -> None:
    if kind not in NUMBERS:
        assert KINDS[kind](name).name == name
        return
    with pytest.raises(BadName, match="reads as the number"):
        KINDS[kind](name)


@pytest.mark.parametrize("name", ["phi'", "f''", "phi_prime", "d"])
def test_a_function_is_no_derivative(name: str) -> None:
    with pytest.raises(BadName, match=r"derivative|differential"):
        function(name)
    assert text(scalar(name)) == name_box(name).text


@pytest.mark.parametrize(
    "name", ["a b", "x^2", "\\alpha", "$x$", "<b>", "α", "x\u200b", "А", "x_{1}"]
)
def test_a_symbol_made_by_sympy_has_a_name_too(name: str) -> None:
    with pytest.raises(BadName, match="cannot name"):
        Statement(Symbol(name, real=True), x)


@pytest.mark.parametrize("facts", [{"negative": True}, {"nonnegative": True}, {"rational": True}])
def test_what_no_print_shows_is_not_assumed(facts: dict[str, bool]) -> None:
    with pytest.raises(StatementError, match="no print of it shows"):
        Statement(Symbol("z", real=True, **facts), x)
    with pytest.raises(StatementError, match="dims"):
        Statement(Symbol("k", integer=True, positive=True, even=True) * x, x)


phi = function("phi")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (scalar("x1"), scalar("x_1")),
        (matrix("A'", n, n), matrix("A_prime", n, n)),
        (pi * vector("pi", n), v),
        (v.applyfunc(phi.prime), vector("phi'", n)),
        (v.applyfunc(phi), define("phi'", v + w)),
        (matrix("M", 3, 2)[0, 1], scalar("M_01")),
        (vector("v", 12)[10, 0], scalar("v10")),
        (cross_entropy(matrix("P", 3, 1), [2]), scalar("P_2")),
        (scalar("d") * differential(v), v),
        (sigmoid(x), scalar("sigma")),
        (total(v.applyfunc(phi)), phi(v)),
    ],
    ids=str,
)
def test_what_would_print_alike_does_not_stand_together(left: Any, right: Any) -> None:
    with pytest.raises(BadName, match="another name"):
        Statement(left, right)


def test_names_of_one_stem_print_apart() -> None:
    forms = [(name_box(name).latex, name_box(name).text) for name in NAMES]
    alike = {("x1", "x_1"), ("A'", "A_prime")}
    for (one, two), (first, second) in zip(
        itertools.combinations(NAMES, 2), itertools.combinations(forms, 2), strict=True
    ):
        equal = first[0] == second[0], first[1] == second[1]
        assert equal == ((True, True) if (one, two) in alike else (False, False)), (one, two)


# --- signs ---------------------------------------------------------------------------------------


def test_a_power_by_a_size_T_is_no_transpose() -> None:
    assert text(A**T) == "pow(A, T)"
    assert latex(A**-T) == r"\operatorname{pow}(A, -T)"
    assert text((A.T) ** T) == "pow(Aᵀ, T)"
    assert text(x**T) == "pow(x, T)"
    assert text(A ** (T - 1)) == "A^(T − 1)"
    assert text(HadamardPower(A, T)) == "A^(⊙T)"
    with pytest.raises(NotProved, match=r"pow\(A, T\)ⱼᵢ"):
        prove(A.T**T, A**T)
    assert repr(prove(MatMul(A**T, A), MatMul(A, A**T))).startswith("pow(A, T) A = A pow(A, T)")
    shown = repr(derive(Trace(A**T), A))
    assert "pow" in shown
    assert "A^T" not in shown


def test_e_beside_a_symbol_e() -> None:
    e = vector("e", n)
    assert latex(exp(x)) == "e^{x}"
    assert latex(exp(x) * e) == r"\exp(x) e"
    assert text(E * e) == "exp(1) e"


def test_a_product_with_a_bracket_is_no_function() -> None:
    f, loss = scalar("f"), scalar("loss")
    assert latex(f * (x + y)) != latex(function("f")(x + y))
    assert text(f * (x + y)) == "f (x + y)"
    assert text(function("f")(x + y)) == "f(x + y)"
    assert text(loss * (x + y)) == "loss · (x + y)"
    assert latex(A.I * (v + w)) == r"A^{-1} \, (v + w)"


def test_differentials_of_words_have_brackets() -> None:
    assert text(differential(scalar("loss"))) == "d(loss)"
    assert text(differential(norm(v))) == "d(‖v‖)"
    assert text(differential(A)) == "dA"


def test_sizes_of_constants_show_where_they_differ() -> None:
    two = inner(eye(n), A), inner(eye(m), matrix("M", m, m))
    assert [text(one) for one in two] == ["⟨I, A⟩", "⟨I, M⟩"]
    assert text(two[0] + two[1]) in ("⟨I_n, A⟩ + ⟨I_m, M⟩", "⟨I_m, M⟩ + ⟨I_n, A⟩")
    M = matrix("M", n, m)
    assert text(M * ones(m) * v.T * ones(n)) == "M 𝟏_m vᵀ 𝟏_n"
    assert text(A * ones(n) * v.T * ones(n)) == "A 𝟏 vᵀ 𝟏"
    assert "I: n×n" in display_of(Statement(eye(n), eye(n)))


def test_an_index_is_no_subscript_in_use() -> None:
    assert text(scalar("v_i") * total(A)) == "vᵢ Σₖₗ Aₖₗ"


def test_a_lambda_does_not_catch_a_function() -> None:
    f = function("x")
    of = A.applyfunc(lambda entry: entry * f(entry) + 1)
    assert text(of) == "(t ↦ 1 + t x(t))(A)"
    assert reads_back(Statement(of, A))


# --- names that nobody wrote ---------------------------------------------------------------------

INTERNAL = re.compile(r"_entry|_r?\d|ξ|_d\b|Dummy|Lambda|Variable")


@pytest.mark.parametrize(
    "claim",
    [
        lambda: prove(gradient(function("L")(A * v), A * v), w),
        lambda: prove(A.applyfunc(lambda z: z * cos(z)), A),
        lambda: prove(A.applyfunc(lambda z: z**2 + 1), A),
        lambda: prove(gradient(total(A**m), A), A),
        lambda: prove(differential(softmax(v)), v),
        lambda: prove(scalar("delta") * gradient(norm(v) ** 2, v), eye(n) * v),
        lambda: prove(gradient(Determinant(A) ** 2 * norm(v), v), v),
    ],
)
def test_no_internal_name_is_shown(claim: Any) -> None:
    with pytest.raises((NotProved, UnknownConstruct)) as error:
        claim()
    assert not INTERNAL.search(str(error.value)), str(error.value)
    assert not INTERNAL.search(str(getattr(error.value, "certificate", "")))


def test_a_letter_of_derive_is_explained() -> None:
    W, X, Y = matrix("W", m, n), matrix("X", n, T), matrix("Y", m, T)
    for step in derive(cross_entropy(softmax(W * X), Y), W).steps:
        letters = {letter for letter in "SUZAB" if re.search(rf"\b{letter}\b", repr(step.proof))}
        for letter in letters:
            assert f"{letter} is any matrix in the place of W X" in repr(step.proof)


# --- whole displays ------------------------------------------------------------------------------


def certificate_of(statement: Statement) -> dict[str, Any]:
    return certify(statement, kind="prove", verdict="proved", name=None)


def display_of(statement: Statement) -> str:
    return display.text(certificate_of(statement))


def reads_back(statement: Statement) -> bool:
    """Whether the program that is copied states the same."""
    stated: list[Statement] = []
    program = re.sub(r"\bprove, |, prove\b", "", snippet(statement)).replace(
        "import prove", "import dims"
    )
    exec(program, {"prove": lambda left, right: stated.append(Statement(left, right))})
    return equal(stated[0], statement)


def equal(one: Statement, two: Statement) -> bool:
    """Whether two statements have equal sides, which may be written differently."""
    pairs = [(one.left, two.left), (one.right, two.right)]
    if all(left == right or same(left, right) for left, right in pairs):
        return True
    try:
        for left, right in pairs:
            kernel.check(Statement.of_primitives(left, right))
    except Exception:
        return False
    return True


def hostile(seed: int, tries: int) -> Iterator[Statement]:
    """Statements of few names, so that many are almost the same."""
    made = Hostile(seed, names=2 + seed % 3)
    yield from filter(None, (made.statement() for _ in range(tries)))


@pytest.mark.parametrize("seed", range(8))
def test_different_statements_print_differently(seed: int) -> None:
    """In the text of a verdict, in the LaTeX of a card and in the program that is copied."""
    seen: dict[tuple[str, str], Statement] = {}
    count = 0
    for statement in hostile(seed, 60):
        certificate = certificate_of(statement)
        forms = {
            "text": display.text(certificate),
            "latex": display.latex(certificate),
            "code": certificate["statement"]["sympy"],
        }
        count += 1
        for form in forms.items():
            other = seen.setdefault(form, statement)
            assert other is statement or equal(other, statement), form
    assert count > 15


@pytest.mark.parametrize("seed", range(100, 104))
def test_a_copied_program_states_the_same(seed: int) -> None:
    for statement in hostile(seed, 60):
        assert reads_back(statement), snippet(statement)


def same_sides() -> list[Statement]:
    """Statements whose equations are printed with the same signs: something else differs."""
    S = matrix("A", n, n, symmetric=True)
    P, f = matrix("P", n, n), function("f")
    return [
        Statement(A, A.T),
        Statement(S * v, w),
        Statement(A * v, w),
        Statement(matrix("A", 3, 3), matrix("A", 3, 3).T),
        Statement(A, A.T, [(A, A.T)]),
        Statement(A, A.T, [(A, B)]),
        Statement(matrix("A", n, n, invertible=True), matrix("A", n, n, invertible=True).T),
        Statement(define("A", B), define("A", B).T),
        Statement(define("A", P), define("A", P).T),
        Statement(define("A", B + P), define("A", B + P).T),
        Statement(scalar("c"), scalar("a")),
        Statement(vector("c", n), vector("a", n)),
        Statement(vector("c", m), vector("a", m)),
        Statement(labels("c", 1, n), labels("a", 1, n)),
        Statement(scalar("c", positive=True), scalar("a")),
        Statement(matrix("c", 1, n), matrix("a", 1, n)),
        Statement(eye(n), eye(n)),
        Statement(eye(m), eye(m)),
        Statement(eye(3), eye(3)),
        Statement(f(v), x),
        Statement(f(A), x),
        Statement(sigmoid(v), w),
        Statement(v.applyfunc(function("sigma")), w),
        Statement(dims("s") * x, y),
        Statement(scalar("s") * x, y),
    ]


def test_what_the_equation_does_not_say_stands_beside_it() -> None:
    for show in (display.text, display.latex):
        shown = [show(certificate_of(statement)) for statement in same_sides()]
        assert len(set(shown)) == len(shown)


def test_a_verdict_shows_what_it_rests_on() -> None:
    S = matrix("A", n, n, symmetric=True)
    proof = prove(S * v, S.T * v)
    assert "given A is symmetric" in display.words(proof.certificate)
    assert r"\text{with } A \in \mathbb{R}^{n \times n}" in display.latex(proof.certificate)
    assert "  shapes A: n×n, v: n×1" in repr(proof)
    shown = refute(A * v, A.T * v)
    assert "shapes A: n×n" in repr(shown)
