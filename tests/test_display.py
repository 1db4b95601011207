"""What a verdict shows of itself, in text, LaTeX and HTML."""

from __future__ import annotations

from typing import Any

import pytest

from gradproof import (
    NotProved,
    NotRefuted,
    chain,
    cross_entropy,
    define,
    dims,
    function,
    gradient,
    labels,
    matrix,
    norm,
    prove,
    refute,
    scalar,
    softmax,
    vector,
)
from gradproof.errors import Undecided
from gradproof.language.statement import Statement
from gradproof.routes.entries.route import EntryResidual
from gradproof.routes.kernel import Residual, check
from gradproof.verdict import display
from gradproof.verdict.prover import Proof

from .test_printing import katex  # noqa: F401

C, D, N = dims("C D N")
W, X, Y = matrix("W", C, D), matrix("X", D, N), matrix("Y", C, N, column_sums=1)
S = define("S", W * X)
P = define("P", softmax(S))
L = define("L", cross_entropy(P, Y))
u = scalar("u")


@pytest.fixture(scope="module")
def proof() -> Proof:
    return prove(gradient(L, W), (P - Y) * X.T / N, name="softmax-ce-W")


def changed(proof: Proof, **parts: Any) -> dict[str, Any]:
    return {**proof.certificate, **parts}


def test_a_proof_in_text(proof: Proof) -> None:
    assert repr(proof).splitlines() == [
        "∂L/∂W = (P − Y)Xᵀ/N",
        "  where L = −1/N Σᵢⱼ Yᵢⱼ log(Pᵢⱼ), P = softmax(S), S = W X",
        "  shapes W: C×D, X: D×N, Y: C×N",
        "  given every column of Y sums to 1",
        "  softmax-ce-W: proved for all shapes · every entry at C×D×N = 3×2×4 "
        "· numbers to 40 digits",
    ]


def test_mutants_conditions_and_a_shape_of_its_own(proof: Proof) -> None:
    condition = {"text": "X is invertible", "latex": "X"}
    shown = display.text(
        changed(proof, mutants={"refused": 14}, conditions=[condition], scope="this shape", id=None)
    )
    assert "  if X is invertible" in shown
    assert "  proved at this shape only · every entry at" in shown
    assert shown.endswith("· 14 mutants refused")


def test_sizes_that_were_numbers_have_no_names(proof: Proof) -> None:
    route = {"route": "entries", "sizes": {"3": 3, "2": 2}}
    assert "every entry at 3×2" in display.verdict(changed(proof, routes=[route]))
    nothing = {"route": "entries", "sizes": {}}
    assert display.verdict(changed(proof, routes=[nothing])).endswith("· every entry")


def test_a_proof_in_latex(proof: Proof) -> None:
    bundle = proof._repr_mimebundle_()
    assert set(bundle) == {"text/latex", "text/plain"}
    assert bundle["text/plain"] == repr(proof)
    assert bundle["text/latex"].startswith(
        "$$\n\\begin{gathered} \\frac{\\partial L}{\\partial W} = \\frac{1}{N}(P - Y) X^{\\top}"
    )
    assert r"{\small \text{proved for all shapes" in bundle["text/latex"]


def test_no_html_hides_the_latex(proof: Proof) -> None:
    """MyST-NB shows HTML where an output has any; then no formula of it is drawn at build time."""
    render = pytest.importorskip("myst_nb.core.render", reason="needs MyST-NB")
    order = render.get_mime_priority("html", [])
    assert order.index("text/html") < order.index("text/latex") < order.index("text/plain")
    shown = next(kind for kind in order if kind in display.mimebundle(proof.certificate))
    assert shown == "text/latex"


def test_a_refutation_shows_the_point() -> None:
    refuted = refute(gradient(L, W), (Y - P) * X.T / N)
    lines = repr(refuted).splitlines()
    assert lines[0] == "∂L/∂W ≠ (Y − P)Xᵀ/N"
    assert any(line.startswith("  refuted at C×D×N = ") for line in lines)
    assert any(line.startswith("    W = [[") for line in lines)
    latex = display.latex(refuted.certificate)
    assert r"\ne" in latex
    assert r"\text{at } W = \begin{bmatrix}" in latex


def test_a_refutation_of_scalars_has_no_entry() -> None:
    shown = repr(refute(u**2, 2 * u))
    assert "refuted: the left side is" in shown
    assert "entry" not in shown


def test_a_chain_is_aligned_with_its_reasons() -> None:
    proved = chain(
        gradient(L, W),
        (gradient(L, S) * X.T, "the chain rule"),
        ((P - Y) * X.T / N, "100% of ∂L/∂S"),
    )
    assert repr(proved).splitlines()[:3] == [
        "∂L/∂W",
        "  = (∂L/∂S)Xᵀ     the chain rule",
        "  = (P − Y)Xᵀ/N   100% of ∂L/∂S",
    ]
    latex = display.latex(proved.certificate)
    assert r"\begin{aligned} \frac{\partial L}{\partial W} &= " in latex
    assert r"&& {\small \text{the chain rule}} \\ &= " in latex
    assert r"100\% of" in latex


def test_a_chain_with_a_long_start_begins_on_a_row_of_its_own() -> None:
    proved = chain(gradient(cross_entropy(P, Y), W), (gradient(L, W), ""))
    latex = display.latex(proved.certificate)
    assert r"\right) \\ &= \frac{\partial L}{\partial W} \end{aligned}" in latex
    assert repr(proved).splitlines()[1] == "  = ∂L/∂W"


def test_a_long_equation_takes_two_rows() -> None:
    left = cross_entropy(softmax(W * X), Y) + norm(W) ** 2
    latex = display.latex(prove(left, norm(W) ** 2 + cross_entropy(P, Y)).certificate)
    assert r"\\ &\quad = " in latex
    wrong = display.latex(refute(left, norm(W) ** 2 - cross_entropy(P, Y)).certificate)
    assert r"\\ &\quad \ne " in wrong


def test_a_failure_shows_all_that_is_known() -> None:
    with pytest.raises(NotProved) as failure:
        prove(gradient(L, W), (P - Y) * X.T / C, name="wrong-mean")
    shown = str(failure.value)
    assert "  wrong-mean: not proved: The two sides differ." in shown
    assert "left − right = " in shown
    assert "    W = [[" in shown
    assert "not proved" in display.latex(failure.value.certificate)


def test_a_statement_that_was_not_refuted() -> None:
    with pytest.raises(NotRefuted, match="not refuted: No point was found"):
        refute(u + u, 2 * u)


def test_a_claim_that_is_no_statement_is_shown_as_words(proof: Proof) -> None:
    nothing = {"latex": "", "text": "W_1 = {2}", "lhs_latex": "", "rhs_latex": "", "sympy": ""}
    failed = changed(proof, statement=nothing, verdict="not proved", routes=[])
    assert display.latex(failed).startswith(r"\begin{gathered} \text{W\_1 = \{2\}}")


def left_over(lhs: Any, rhs: Any) -> str:
    statement = Statement(lhs, rhs)
    with pytest.raises(Residual) as error:
        check(statement)
    return display.residual(statement, error.value)


def test_a_residual_is_written_with_indices() -> None:
    x, n = vector("x", N), scalar("n")
    phi, loss, A = function("phi"), function("F"), matrix("A", N, N)
    B, M, Z = matrix("B", N, N), matrix("M", 3, 2), matrix("Z", 2, 4)
    assert left_over(A * B, B * A) == "entry i,j of left − right = Σₖ Aᵢₖ Bₖⱼ − Σₖ Aₖⱼ Bᵢₖ"
    assert left_over(gradient(norm(x), x), x).startswith("entry i of left − right = xᵢ/√(Σⱼ xⱼ²) −")
    assert left_over(S.applyfunc(phi), S) == (
        "entry i,j of left − right = φ(Σₖ Wᵢₖ Xₖⱼ) − Σₖ Wᵢₖ Xₖⱼ"
    )
    assert left_over(gradient(loss(X), X), 0 * X + X) == (
        "entry i,j of left − right = ∂ᵢⱼF(…) − Xᵢⱼ"
    )
    assert left_over((M * Z)[0, 1] - M[0, 0] * Z[0, 1], Z[0, 0]) == "left − right = M₀₁ Z₁₁ − Z₀₀"
    assert left_over(phi.prime(u) / n, u / 3) == "left − right = φ′(u)/n − u/3"
    assert left_over((u + n) ** 3, 2 / (1 + u)) != ""
    assert left_over(X, 2 * X) == "entry i,j of left − right = −Xᵢⱼ"
    many = sum(u**k for k in range(1, 12))
    assert left_over(many, -u).endswith("+ … (3 more terms)")


def test_a_residual_of_an_entry() -> None:
    statement = Statement(X, X)
    error = EntryResidual((0, 1), u**2 - u, {"D": 2, "N": 3})
    assert display.residual(statement, error) == ("entry 0,1 of left − right = u² − u at D×N = 2×3")
    assert display.residual(statement, EntryResidual(None, u, {})) == "left − right = u"
    assert display.residual(statement, Undecided("?")) == ""


def test_html_is_escaped(proof: Proof) -> None:
    assert display.html(proof.certificate).startswith(
        r'<div class="gradproof proved"><div>\[\frac{\partial L}{\partial W} = '
    )
    statement = {**proof.certificate["statement"], "text": "<b>", "latex": "a < b"}
    shown = display.html(changed(proof, statement=statement, id="<i>"))
    assert "<i>" not in shown
    assert "a &lt; b" in shown


def test_words_are_escaped_for_latex() -> None:
    assert display.escape_latex("50% of A_1 & #2 {x} $y$ \\z ~^") == (
        r"50\% of A\_1 \& \#2 \{x\} \$y\$ \textbackslash z \textasciitilde \textasciicircum "
    )


def test_long_decimals_are_cut() -> None:
    assert display.shorten("0.3333333333333333333333") == "0.333333333333…"
    assert display.shorten("-1/3") == "-1/3"
    assert display.shorten("0.5") == "0.5"


def test_katex_draws_verdicts(katex: Any, proof: Proof) -> None:  # noqa: F811
    step = {"latex": "a", "text": "a", "reason": r"all of ~^\ {it} & $more$ 100% #1_2"}
    refuted = refute(u**2, 2 * u)
    for certificate in (
        proof.certificate,
        refuted.certificate,
        refute(gradient(L, W), W).certificate,
        changed(proof, steps=[step], mutants={"refused": 3}),
    ):
        katex.render(display.latex(certificate), "display")
    for thing in (P, W, labels("y", N, C), u):
        katex.render(display.shown(thing)[0], "inline")


def test_expressions_show_what_they_are() -> None:
    assert display.shown(P) == (r"P = \operatorname{softmax}(S)", "P = softmax(S)")
    assert display.shown(W) == (r"W \in \mathbb{R}^{C \times D}", "W: C×D")
    assert display.shown(labels("y", N, C))[1] == "y: N labels, 0 to C − 1"
    assert display.shown(P - Y) == ("P - Y", "P − Y")


def test_install_teaches_ipython(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("IPython", reason="needs IPython")
    from IPython.core import getipython
    from IPython.core.formatters import DisplayFormatter

    class Shell:
        display_formatter = DisplayFormatter()

    monkeypatch.setattr(getipython, "get_ipython", Shell)
    display.install()
    show = Shell.display_formatter.format
    assert show(P)[0] == {
        "text/plain": "P = softmax(S)",
        "text/latex": r"$\displaystyle P = \operatorname{softmax}(S)$",
    }
    assert show((W, u))[0]["text/latex"] == (
        r"$\displaystyle W \in \mathbb{R}^{C \times D}, \quad u$"
    )
    assert "text/latex" not in show((1, 2))[0]
    assert "text/latex" not in show(())[0]


def test_install_does_nothing_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    display.install()
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    display.install()
