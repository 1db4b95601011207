"""What the reference pages say of the code is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docutils.nodes import make_id
from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Identity,
    KroneckerProduct,
    Matrix,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    cosh,
    erf,
    exp,
    gamma,
    log,
    pi,
    sin,
    sqrt,
    tanh,
)

import gradproof
from gradproof import (
    NotProved,
    chain,
    cross_entropy,
    define,
    dims,
    errors,
    gradient,
    matrix,
    prove,
    refute,
    scalar,
    softmax,
    vector,
)
from gradproof.language import symbols
from gradproof.language.statement import Statement
from gradproof.routes import kernel
from gradproof.routes.kernel import product

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "gradproof"
LANGUAGE, KERNEL, CERTIFICATES, DESIGN = (
    (ROOT / "docs" / "reference" / f"{page}.md").read_text("utf8")
    for page in ("language", "kernel", "certificates", "design")
)
KERNEL_MODULES = sorted(path.stem for path in (PACKAGE / "routes" / "kernel").glob("[a-z]*.py"))

C, D, N, n = dims("C D N n")
W, X, A = matrix("W", C, D), matrix("X", D, N), matrix("A", n, n)
x, t, u = vector("x", n), scalar("t"), scalar("u", positive=True)


def first_column(text: str, heading: str) -> list[str]:
    """The code in the first column of the tables below a heading."""
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [code for row in rows for code in re.findall(r"`([^`]+)`", row)]


def test_every_public_name_is_on_the_language_page():
    headings = (
        "Symbols",
        "Derivatives",
        "Differentials and hypotheses",
        "Functions",
        "Verdicts",
        "What is refused",
    )
    codes = [code for heading in headings for code in first_column(LANGUAGE, heading)]
    told = {re.match(r"\w+", code)[0] for code in codes}
    assert told - (set(vars(errors)) - set(gradproof.__all__)) == set(gradproof.__all__)
    assert all(getattr(gradproof, name).__doc__ for name in gradproof.__all__)


def test_every_assumption_is_on_the_language_page():
    section = LANGUAGE.split("## Assumptions", 1)[1].split("\n## ", 1)[0]
    told = dict(re.findall(r"^\| `(\w+)=\w+` \| .* \| (\w+) \|$", section, flags=re.MULTILINE))
    assert {name for name, kind in told.items() if kind == "tied"} == symbols.TYING
    assert {name for name, kind in told.items() if kind == "free"} == symbols.OPEN


def test_every_error_is_on_the_language_page():
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    told = set(first_column(LANGUAGE, "What is refused"))
    assert told == kinds | {"NotProved", "NotRefuted"}


REFUSED = {
    "ShapeMismatch": lambda: W * W,
    "InexactNumber": lambda: Statement(0.5 * t, t),
    "UnknownConstruct": lambda: Statement(sin(t), t),
    "NotAVariable": lambda: gradient(t, C),
    "DoesNotDepend": lambda: gradient(t, u),
    "NotScalar": lambda: gradient(W, W),
    "ConstrainedVariable": lambda: gradient(Trace(S := matrix("S", n, n, symmetric=True)), S),
    "BadName": lambda: matrix("1", n, n),
    "StatementError": lambda: Statement(Symbol("z"), t),
    "NotProved": lambda: prove(t, u),
    "NotRefuted": lambda: refute(t, t),
}


@pytest.mark.parametrize("name", REFUSED)
def test_each_refusal_is_the_error_that_the_page_names(name):
    kind = getattr(errors, name, None) or getattr(gradproof, name)
    with pytest.raises(kind) as caught:
        REFUSED[name]()
    assert type(caught.value) is kind


def test_accidental_sizes_are_told():
    scores = define("S", matrix("W", n, n) * matrix("X", n, n))
    Y = matrix("Y", n, n, column_sums=1)
    P = softmax(scores)
    with pytest.raises(errors.AccidentalSizes):
        prove(gradient(cross_entropy(P, Y), scores), (P - Y) / n)


UNDERSTOOD = [
    A + A,
    A - x * x.T,
    A @ A,
    t * A / u,
    A.T,
    Trace(A) * A,
    Identity(n),
    OneMatrix(n, n),
    ZeroMatrix(n, n) + A,
    A**3 + A**-2 + A.I,
    Determinant(A),
    KroneckerProduct(A, A),
    DiagonalOf(A),
    tanh(t) + erf(t),
    HadamardProduct(A, A),
    HadamardPower(A, Rational(1, 3)),
    t**2 * u ** Rational(-3, 2) + sqrt(u),
    DiagMatrix(x),
    A.applyfunc(lambda z: exp(z) + Abs(z) + log(1 + z**2)),
    pi * t + exp(1),
    Matrix([[t, 1], [u, Rational(1, 3)]]),
    matrix("M", 2, 2)[0, 1],
    matrix("M", 2, 2).as_explicit(),
    A**n + A ** (n - 1),
    HadamardPower(A, n),
    t**n + u**t,
    Sum(t**n, (n, 1, C)),
    Sum(A**C, (C, 1, n)),
]


@pytest.mark.parametrize("expr", UNDERSTOOD, ids=str)
def test_what_is_understood(expr):
    kernel.check(Statement(expr, expr))


@pytest.mark.parametrize(
    "expr",
    [sin(t), cosh(t), gamma(u), MatrixSymbol("M", n, n), A**t],
    ids=str,
)
def test_what_is_not_understood_is_refused_by_name(expr):
    with pytest.raises(errors.StatementError):
        Statement(expr, expr)


# -- the kernel ---------------------------------------------------------------------------------


def test_every_module_of_the_kernel_is_on_its_page():
    order = [
        name
        for line in KERNEL.splitlines()
        if line.startswith("## ")
        for name in re.findall(r"`(\w+)`", line)
    ]
    assert sorted(order) == KERNEL_MODULES
    told = re.search(r"Read in this order: ([^.]*)\.", kernel.__doc__)[1]
    assert [name.strip() for name in re.split(r",\s", told)] == order
    assert "twenty-nine modules" in KERNEL
    assert len(KERNEL_MODULES) == 29


def test_the_kernel_reads_in_its_import_order():
    told = re.search(r"Read in this order: ([^.]*)\.", kernel.__doc__)[1]
    order = [name.strip() for name in re.split(r",\s", told)]
    for place, name in enumerate(order):
        text = (PACKAGE / "routes" / "kernel" / f"{name}.py").read_text("utf8")
        used = re.findall(r"^ *from \.(\w+) import", text, flags=re.MULTILINE)
        assert set(used) <= set(order[:place]), name


@pytest.mark.parametrize("module", KERNEL_MODULES)
def test_a_module_of_the_kernel_is_read_in_one_go(module):
    assert (
        len((PACKAGE / "routes" / "kernel" / f"{module}.py").read_text("utf8").splitlines()) <= 320
    )


def test_the_kernel_is_as_long_as_its_page_says():
    lines = sum(
        len(path.read_text("utf8").splitlines())
        for path in (PACKAGE / "routes" / "kernel").glob("*.py")
    )
    told = int(re.search(r"about ([\d,]+) lines", KERNEL)[1].replace(",", ""))
    assert abs(lines - told) <= 100


def test_every_axiom_is_explained_and_no_other():
    source = "".join(
        path.read_text("utf8") for path in (PACKAGE / "routes" / "kernel").glob("*.py")
    )
    named = set(re.findall(r'axioms\.add\("([^"]+)"\)', source))
    for names in re.findall(r"axioms \|= \{([^}]+)\}", source):
        named |= set(re.findall(r'"([^"]+)"', names))
    labels = {f"axiom-{make_id(name)}" for name in named}
    assert labels == set(re.findall(r"^\((axiom-[^)]+)\)=$", KERNEL, flags=re.MULTILINE))
    assert KERNEL.count("```{axiom}") == len(named) == 5
    told = (ROOT / "docs" / "start" / "what-proved-means.md").read_text("utf8")
    assert labels == set(re.findall(r"<(axiom-[^>]+)>`", told))
    assert all("Five facts" in page for page in (KERNEL, told))


def test_the_limit_of_terms_is_what_the_page_says():
    assert f"{product.MOST_TERMS:,} terms" in KERNEL


UNDECIDED = {
    "factors": (log(t**2 - u**2), log(t - u) + log(t + u)),
    "squares": (sqrt(t**2 + 2 * t * u + u**2), Abs(t + u)),
    "orthogonal": (Determinant(matrix("Q", n, n, orthogonal=True)) ** 2, 1),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_the_page_says_it_cannot_decide(name):
    with pytest.raises(kernel.Residual):
        kernel.check(Statement(*UNDECIDED[name]))


def test_what_keeps_an_attack_off_is_there():
    page = (ROOT / "docs" / "reference" / "what-was-attacked.md").read_text("utf8")
    code = {path: path.read_text("utf8") for path in (ROOT / "tests").rglob("*.py")}
    for name in set(re.findall(r"`(test_\w+)`", page)):
        assert any(f"def {name}(" in text for text in code.values()), name
    for name in set(re.findall(r"`((?:tests/)?[\w/]+\.py)`", page)):
        assert any(str(path).endswith(name) for path in code), name


# -- certificates and decisions -----------------------------------------------------------------


def certificates():
    yield prove(gradient(t**2, t), 2 * t, name="a").certificate
    yield refute(t, u).certificate
    yield chain(t + t, (2 * t, "twice"), name="b").certificate
    for claim in (lambda: prove(t, 2 * t), lambda: refute(t, t)):
        with pytest.raises(NotProved) as caught:
            claim()
        yield caught.value.certificate


def test_the_fields_of_a_certificate_are_those_on_its_page():
    told = set(first_column(CERTIFICATES, "Fields"))
    routes = {"all shapes", "entries", "numbers"}
    fields = told - routes
    words = set(re.findall(r"`(\w+)`", CERTIFICATES))
    for certificate in certificates():
        assert set(certificate) == fields
        for part in ("statement", "failure", "counterexample"):
            assert set(certificate[part] or ()) <= words
        for part in ("variables", "where", "assumptions", "conditions", "steps", "routes"):
            for item in certificate[part] or ():
                assert set(item) <= words
        assert {route["route"] for route in certificate["routes"]} <= routes


def test_decisions_are_dated():
    sections = DESIGN.split("\n## ")[1:]
    assert len(sections) >= 9
    for section in sections:
        title, _, dated, *lines = section.strip().splitlines()
        assert re.fullmatch(r"Decided on \d{4}-\d\d-\d\d\.", dated), title
        assert len([line for line in lines if line]) == 4, title


def test_the_matrix_derivative_of_sympy_is_never_called(monkeypatch):
    def refused(*_args, **_options):
        raise AssertionError("MatrixExpr.diff was called")

    for name in ("diff", "_eval_derivative", "_eval_derivative_matrix_lines"):
        monkeypatch.setattr(MatrixExpr, name, refused, raising=False)
    Y = matrix("Y", C, N, column_sums=1)
    P = softmax(W * X)
    prove(gradient(cross_entropy(P, Y), W), (P - Y) * X.T / N)
    prove(gradient(Trace(A) + 1, A), gradproof.eye(n))
