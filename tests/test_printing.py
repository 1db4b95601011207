"""What is printed: as expected, in three forms that agree, drawn by KaTeX, and reading back."""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import Any

import pytest
import sympy
from sympy import (
    Determinant,
    HadamardPower,
    HadamardProduct,
    Matrix,
    Rational,
    Trace,
    Transpose,
    exp,
    log,
    sqrt,
)

from gradproof import (
    cross_entropy,
    define,
    differential,
    dims,
    function,
    gradient,
    hessian,
    inner,
    jacobian,
    labels,
    matrix,
    mean,
    norm,
    one_hot,
    ones,
    scalar,
    softmax,
    total,
    vector,
)
from gradproof.errors import StatementError
from gradproof.language.nodes import as_expression
from gradproof.language.statement import Statement
from gradproof.language.unfold import GradientAt, unfold
from gradproof.printing import code, latex, text
from gradproof.verdict.facts import assumptions, variables, where
from gradproof.verdict.snippet import claim, declarations, snippet

from .printing.language import EXPECTED, namespace

CASES = [tuple(block.split("\n")) for block in EXPECTED.read_text("utf8").strip().split("\n\n")]
C, D, N = dims("C D N")
W, X, Y = matrix("W", C, D), matrix("X", D, N), matrix("Y", C, N, column_sums=1)
S = define("S", W * X)
P = define("P", softmax(S))
L = define("L", cross_entropy(P, Y))
A, B = matrix("A", N, N, invertible=True), matrix("B", N, N)
x, a, u = vector("x", N), vector("a", N), scalar("u")
NAMES = namespace()
STATEMENT = Statement(gradient(L, W), (P - Y) * X.T / N)


def read(source: str) -> Any:
    return as_expression(eval(source, NAMES), "It")


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_expected(case: tuple[str, str, str]) -> None:
    source, in_text, in_latex = case[0], case[1][4:], case[2][4:]
    expr = read(source)
    assert text(expr) == in_text
    assert latex(expr) == in_latex
    assert code(expr) == source
    # Elementwise functions carry a symbol of their own, which unfolding makes the same.
    assert unfold(read(code(expr))) == unfold(expr)


def test_there_are_many_expected_outputs() -> None:
    assert len(CASES) > 200


@pytest.fixture(scope="module")
def katex() -> Any:
    """KaTeX as the site runs it: strict, every warning an error."""
    pytest.importorskip("quickjs", reason="needs quickjs-ng, which runs KaTeX")
    drawing = pytest.importorskip("gradproof.sphinx.katex", reason="needs Sphinx")
    try:
        drawing.folder()
    except ModuleNotFoundError as missing:
        pytest.skip(str(missing))
    return drawing


def test_katex_draws_all_of_it(katex: Any) -> None:
    for case in CASES:
        assert "katex-error" not in katex.render(case[2].strip(), "display")
    for formula, _ in where(STATEMENT):
        katex.render(formula, "inline")


def test_katex_refuses_what_is_not_latex(katex: Any) -> None:
    with pytest.raises(katex.BadFormula):
        katex.render(r"\frac{1}{", "display")


def test_no_class_shows_through() -> None:
    """The names of SymPy's and gradproof's classes are for programs."""
    inside = re.compile(r"[a-z][A-Z]|Symbol|Add|Mul|Pow|Dummy|Lambda\(|Trace|Inverse|Total|Norm\b")
    for _, in_text, in_latex in CASES:
        assert not inside.search(in_text.replace("ReLU", "").replace("\u0304", "")), in_text
        assert not inside.search(re.sub(r"\\[A-Za-z]+", "", in_latex)), in_latex


@cache
def every_expression() -> list[Any]:
    """All that a few symbols and two rounds of the usual operations give: thousands."""
    phi = function("phi")
    matrices = [A, B, A.T, A * B, A + B, A - B, -A, 2 * A, u * A, A / N, HadamardProduct(A, B), A.I]
    matrices += [A.applyfunc(phi), A.applyfunc(exp), A.applyfunc(log), x * a.T, ones(N, N) * A]
    matrices += [HadamardPower(A, 2), HadamardPower(B, -1), softmax(A), softmax(A, axis=1), A / u]
    matrices += [softmax(A + B), (A + B) / 2, A * B / N, norm(x) * A, A / norm(x), A**2]
    scalars = [u, u + 1, -u, u / 2, 1 / u, u**2, sqrt(u), exp(u), log(u), phi(u), norm(x)]
    scalars += [inner(x, a), total(A), mean(A), total(x.T * A * x), Trace(A), norm(x) ** 2]
    scalars += [Determinant(A), gradient(phi(u), u), log(u + 1), exp(-u), 2 * total(A), u - 1]
    pairs = list(itertools.product(matrices, matrices))
    made = [*matrices, *scalars]
    made += [one * two for one, two in pairs] + [one + two for one, two in pairs]
    made += [HadamardProduct(one, two) for one, two in pairs]
    made += [one.T for one in matrices] + [total(one) for one in matrices]
    made += [one.applyfunc(phi) for one in matrices] + [norm(one) for one in matrices]
    both = list(itertools.product(scalars, scalars))
    made += [one * two for one, two in both] + [one + two for one, two in both]
    made += [one / two for one, two in both] + [one * two for one in scalars for two in matrices]
    made += [one**2 for one in scalars] + [log(one) for one in scalars] + [exp(o) for o in scalars]
    # A zero matrix shows as 0, as on paper.
    return [expr for expr in made if not getattr(expr, "is_ZeroMatrix", False)]


def same(one: Any, two: Any) -> bool:
    """Whether two unfolded expressions are equal but for what SymPy leaves undone."""
    return bool(one == two or spread(one) == spread(two))


def spread(expr: Any) -> Any:
    """Products multiplied out, entrywise products in one order."""
    return expr.replace(
        lambda part: isinstance(part, HadamardProduct),
        lambda part: HadamardProduct(*sorted(part.args, key=str)),
    ).expand()


def told_apart_by(show: Any) -> list[str]:
    """What ``show`` writes for two expressions that are not the same."""
    seen: dict[str, Any] = {}
    clashes = []
    for expr in every_expression():
        plain = unfold(expr)
        other = seen.setdefault(show(expr), plain)
        if not same(other, plain):
            clashes.append(f"{show(expr)}: {plain} and {other}")
    return clashes


@pytest.mark.parametrize("show", [text, latex, code])
def test_what_is_different_looks_different(show: Any) -> None:
    """No parenthesis is missing: of thousands of expressions no two print the same."""
    assert told_apart_by(show) == []


def test_every_expression_reads_back() -> None:
    names = namespace() | {"A": A, "B": B, "x": x, "a": a, "u": u}
    for expr in every_expression():
        back = as_expression(eval(code(expr), names), "It")
        assert same(unfold(back), unfold(expr)), code(expr)


# --- order, signs, names ---------------------------------------------------------------------


def test_positive_terms_come_first() -> None:
    assert text(-Y + P) == "P − Y"
    assert text(-u + 1) == "1 − u"
    assert text(-(A + B) * x) == "−(A + B)x"


def test_a_transposed_difference_is_not_spread() -> None:
    assert text((x - a) * (x - a).T) == "(x − a)(x − a)ᵀ"
    assert text(Transpose(A.I)) == "A⁻ᵀ"
    assert text((x * 2 - a * 3).T * A) == "(2 x − 3 a)ᵀ A"


def test_a_function_without_a_rule_shows_under_its_own_name() -> None:
    from sympy import Function, Product

    assert text(Function("bessel")(u)) == "bessel(u)"
    assert text(Product(u, (u, 0, 3))) == "Product(u, (u, 0, 3))"


@pytest.mark.parametrize(
    ("name", "in_latex", "in_text", "in_code"),
    [
        ("lambda", r"\lambda", "λ", "lambda_"),
        ("Sigma_0", r"\Sigma_{0}", "Σ₀", "Sigma_0"),
        ("x_hat_1", r"\hat{x}_{1}", "x̂₁", "x_hat_1"),
        ("W''", "W''", "W″", "W_prime_prime"),
        ("W_ab_3", r"W_{\text{ab},3}", "W_ab_3", "W_ab_3"),
        ("labels", r"\mathrm{labels}", "labels", "labels_"),
        ("h12", "h_{12}", "h₁₂", "h12"),
        ("w_x", "w_{x}", "wₓ", "w_x"),
        ("w_b", "w_{b}", "w_b", "w_b"),
    ],
)
def test_names(name: str, in_latex: str, in_text: str, in_code: str) -> None:
    symbol = scalar(name)
    assert (latex(symbol), text(symbol), code(symbol)) == (in_latex, in_text, in_code)


def test_what_is_no_expression_is_refused() -> None:
    with pytest.raises(StatementError, match="What is printed"):
        latex(object())


def test_numbers_and_explicit_matrices_print() -> None:
    assert latex(Rational(-1, 2)) == r"-\frac{1}{2}"
    assert text(Matrix([[1, u], [exp(u), 0]])) == "[[1, u], [exp(u), 0]]"
    assert text(3) == "3"


# --- what depends on what stands around it ---------------------------------------------------


def test_an_index_is_no_letter_in_use() -> None:
    i = scalar("i")
    assert text(i * total(A)) == "i Σₖₗ Aₖₗ"


def test_sums_within_sums_have_indices_of_their_own() -> None:
    assert text(total(A * total(B))) == "Σᵢⱼ Aᵢⱼ Σₖₗ Bₖₗ"


def test_more_sums_than_letters() -> None:
    nested = total(A)
    for _ in range(7):
        nested = total(nested * A)
    assert text(nested).count("Σ") == 8


def test_a_function_of_two_things_names_its_argument() -> None:
    loss = function("L")
    both = gradient(loss(S), S) + gradient(loss(P), P)
    assert latex(both) == (r"\frac{\partial L(P)}{\partial P} + \frac{\partial L(S)}{\partial S}")
    assert latex(gradient(loss(S), S), loss(P)) == r"\frac{\partial L(S)}{\partial S}"


def test_labels_given_as_a_list() -> None:
    m = define("Q", softmax(matrix("Z", 3, 2)))
    assert text(cross_entropy(m, [2, 0])) == "−(log(Q₂₀) + log(Q₀₁))/2"
    soft = Matrix([[1, 0], [0, 0], [0, 2]])
    assert text(cross_entropy(m, soft)).startswith("−1/2 Σᵢⱼ ")
    assert text(cross_entropy(define("q", softmax(vector("z", 3))), [1])) == "−log(q₁)"
    assert code(one_hot([1], 2)) == "Matrix([[0], [1]])"


# --- what a derivative unfolds to ------------------------------------------------------------


def test_internal_derivatives_print_too() -> None:
    loss = function("L")
    assert text(unfold(gradient(loss(S), W))) == "∂L/∂W"
    assert text(unfold(gradient(loss(S), S))) == "∂L/∂(W X)"
    assert text(unfold(jacobian(A * x, x))) == "J_x(A x)"
    assert text(unfold(gradient(u**2, u))) == "∂/∂u (u²)"
    assert latex(unfold(hessian(inner(x, x), x))).startswith("J_{x}")
    assert code(unfold(gradient(loss(S), S))) == "gradient(L(W*X), W*X)"
    # A point that the body contains cannot stand for the bound variable.
    bound = vector("z", N)
    assert code(GradientAt(inner(bound, x), bound, x)) == "gradient_at(inner(z, x), z, x)"
    assert text(GradientAt(inner(bound, x), bound, x)) == "(∇_z ⟨z, x⟩ at z = x)"


# --- SymPy's own printers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expr", "plain", "tex"),
    [
        (gradient(norm(x), x), "∇_x ‖x‖", r"\nabla_{x} \, \lVert x \rVert"),
        (differential(x), "dx", r"\mathrm{d} x"),
        (A * differential(x), "A*dx", r"A \mathrm{d} x"),
        (total(x) ** 2, "(Σᵢ xᵢ)**2", r"\left( \sum_{i} x_{i} \right)^{2}"),
        (softmax(S) * X.T, "softmax(S)*X.T", r"\operatorname{softmax}(S) X^{T}"),
    ],
    ids=str,
)
def test_sympy_prints_a_node_as_we_do(expr: Any, plain: str, tex: str) -> None:
    assert str(expr) == repr(expr) == plain
    assert sympy.latex(expr) == tex
    assert plain.split("*")[0] in sympy.pretty(expr)


# --- declarations, claims, snippets ----------------------------------------------------------


def test_declarations() -> None:
    assert declarations(STATEMENT).splitlines() == [
        'C, D, N = dims("C D N")',
        'W, X, Y = matrix("W", C, D), matrix("X", D, N), matrix("Y", C, N, column_sums=1)',
        'S = define("S", W*X)',
        'P = define("P", softmax(S))',
        'L = define("L", cross_entropy(P, Y))',
    ]
    assert claim(STATEMENT) == "prove(gradient(L, W), (P - Y)*X.T/N)"


def statements() -> list[Statement]:
    loss, phi, y = function("L"), function("phi"), labels("y", N, C)
    t, k = scalar("t", positive=True), scalar("lambda", nonzero=True)
    T = define("T", matrix("M", 3, 2) * matrix("Z", 2, 4))
    return [
        STATEMENT,
        Statement(gradient(loss(S), X), W.T * gradient(loss(S), S)),
        Statement(S.applyfunc(phi), S.applyfunc(phi)),
        Statement(gradient(cross_entropy(P, y), S), (P - y) / N),
        Statement(t * A * x / k, A * x * t / k),
        Statement(T[0, 1], T[0, 1]),
        Statement(A * A.I, A * A.I),
        Statement(
            matrix("W'", 2, 3) * vector("labels", 3), matrix("W'", 2, 3) * vector("labels", 3)
        ),
        Statement(Rational(1, 2), Rational(1, 2)),
        Statement(mean(A, axis=0), ones(1, N) * A / N),
        Statement(S.applyfunc(lambda entry: 1 / (1 + exp(-entry))), S),
        Statement(W * X - S, 0),
    ]


@pytest.mark.parametrize("statement", statements(), ids=str)
def test_a_snippet_runs_and_states_the_same(statement: Statement) -> None:
    program = snippet(statement, name="an-id")
    assert 'name="an-id")' in program
    stated: list[Statement] = []
    program = program.replace("prove, ", "").replace(", prove", "")
    program = program.replace("import prove", "import dims")
    scope = {"prove": lambda lhs, rhs, name: stated.append(Statement(lhs, rhs))}
    exec(program, scope)
    assert (stated[0].left, stated[0].right) == (statement.left, statement.right)


def test_a_snippet_imports_what_it_uses_and_no_more() -> None:
    first, second, *_ = snippet(Statement(A.applyfunc(exp), B), "refute").splitlines()
    assert first == "from gradproof import dims, matrix, refute"
    assert second == "from sympy import exp"


def test_a_long_declaration_takes_several_lines() -> None:
    many = sum((matrix(f"matrix_{n}", N, N) for n in range(2, 7)), A)
    lines = declarations(Statement(many, many)).splitlines()
    assert len(lines) > 2
    assert max(map(len, lines)) <= 100


# --- the words beside a statement ------------------------------------------------------------


def test_where_lists_definitions_innermost_last() -> None:
    assert [found for _, found in where(STATEMENT)] == [
        "L = −1/N Σᵢⱼ Yᵢⱼ log(Pᵢⱼ)",
        "P = softmax(S)",
        "S = W X",
    ]
    assert where(STATEMENT)[1][0] == r"P = \operatorname{softmax}(S)"
    # S is used by P, and meets the eye before it.
    assert [found for _, found in where(Statement(S + P, P + S))] == ["P = softmax(S)", "S = W X"]


def test_where_names_arbitrary_functions() -> None:
    loss, phi = function("L"), function("phi")
    assert where(Statement(loss(X), loss(X)))[0][1] == "L = L(X) for every smooth L"
    assert where(Statement(loss(X), loss(W)))[0][1] == "for every smooth L"
    assert where(Statement(phi(u), phi(u)))[0][1] == "for every smooth φ"
    some = where(Statement(loss(X), loss(X)), "refute")[0]
    assert some == (r"L = L(X) \text{ for some smooth } L", "L = L(X) for some smooth L")


def test_assumptions_in_words() -> None:
    def told(symbol: Any) -> list[str]:
        return [fact["text"] for fact in assumptions(Statement(symbol, symbol))]

    assert told(Y) == ["every column of Y sums to 1"]
    assert told(matrix("T", C, N, one_hot=True)) == ["T is one-hot in every column"]
    assert told(labels("y", N, C)) == ["y is a vector of N integer labels, 0 to C − 1"]
    assert told(labels("y", 1, 3)) == ["y is a label, 0 to 2"]
    assert told(matrix("Q", N, N, symmetric=True, invertible=True)) == [
        "Q is invertible",
        "Q is symmetric",
    ]
    assert told(matrix("O", N, N, orthogonal=True)) == ["O is orthogonal"]
    assert told(matrix("G", N, N, diagonal=True)) == ["G is diagonal"]
    assert told(vector("w", N, positive=True)) == ["every entry of w is positive"]
    assert told(vector("w", N, nonzero=True)) == ["no entry of w is zero"]
    assert told(scalar("t", positive=True)) == ["t > 0"]
    assert told(scalar("t", nonzero=True)) == ["t ≠ 0"]
    assert told(scalar("t")) == []
    assert assumptions(STATEMENT)[0]["latex"] == r"\text{every column of } Y\text{ sums to 1}"


def test_every_assumption_is_put_into_words(katex: Any) -> None:
    from gradproof.language.symbols import OPEN, TYING
    from gradproof.verdict.facts import _GIVEN

    assert set(_GIVEN) >= TYING | OPEN
    for given in TYING | OPEN:
        value = 1 if given == "column_sums" else True
        symbol = matrix("Q", N, N, **{given: value})
        for fact in assumptions(Statement(symbol, symbol)):
            katex.render(fact["latex"], "inline")


def test_variables() -> None:
    shown = variables(Statement(u * (W * X), u * (W * X)))
    assert [(v["name"], v["shape"], v["shape_latex"]) for v in shown] == [
        ("W", ["C", "D"], r"C \times D"),
        ("X", ["D", "N"], r"D \times N"),
        ("u", [], ""),
    ]
    (y,) = variables(Statement(labels("y", N, C), labels("y", N, C)))
    assert (y["latex"], y["shape"], y["set_latex"]) == ("y", ["N"], r"\{0, \dots, C - 1\}")


def test_a_sum_of_products_with_a_transpose_is_no_transpose_of_a_sum():
    """A Bᵀ + B Aᵀ once showed as (AB + BA)ᵀ: false, and under the word proved."""
    n = dims("n")
    a, b = matrix("A", n, n), matrix("B", n, n)
    assert text(a * b.T + b * a.T) == "A Bᵀ + B Aᵀ"
    c, d = vector("c", n), vector("d", n)
    assert "(" not in text(c * d.T + d * c.T)
