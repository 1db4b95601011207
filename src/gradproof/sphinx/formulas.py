"""Whether a formula states something: only one without a relation may be shown unproved.

Everything that LaTeX can draw cannot be listed, so what may occur is: letters, numbers, operations,
functions, brackets and spaces.  A relation occurs only below a sum, as the range of its index.
"""

from __future__ import annotations

import re

_RANGE = re.compile(
    r"\\(?:sum|prod|min|max|lim|int)(?:\\limits|\\nolimits)?\s*_\s*\{(?:[^{}]|\{[^{}]*\})*\}"
)
_NAME = re.compile(
    r"\\(?:operatorname\*?|mathrm|mathbf|mathit|mathsf|mathtt|boldsymbol)\{[A-Za-z]+\}"
)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{(?:[bpvV]?matrix|array|gathered|smallmatrix)\}")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.S)
_SIGNS = frozenset("{}()[]|+-*/^_,.!'&~" + " \n\t" + "−·×∂∇∞∑∏√†‖⊙⊗⊘⟨⟩")
# Greek letters and other signs; operations and functions; brackets, accents, spaces, styles.
_LISTED = r"""
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi
    rho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma
    Upsilon Phi Psi Omega ell hbar imath jmath partial nabla infty emptyset prime top bot dagger

    cdot times div pm mp circ odot oplus otimes oslash ominus ast star bullet wedge vee frac dfrac
    tfrac sqrt binom sum prod int lim sup inf max min arg det dim exp ln log lg sin cos tan cot sec
    csc sinh cosh tanh coth arcsin arccos arctan deg gcd ker limits nolimits bmod mod

    left right middle big Big bigg Bigg bigl bigr Bigl Bigr langle rangle lvert rvert lVert rVert
    vert Vert lfloor rfloor lceil rceil lbrace rbrace lbrack rbrack hat bar tilde vec dot ddot
    overline underline widehat widetilde mathbb mathcal mathfrak mathbf mathrm mathit boldsymbol bf
    rm dots ldots cdots vdots ddots quad qquad displaystyle textstyle scriptstyle small
"""
_COMMANDS = frozenset(_LISTED.split())


def states_nothing(latex: str) -> bool:
    """Whether the formula is an expression, or several, without a relation between them."""
    bare = _ENVIRONMENT.sub(" ", _NAME.sub(" ", _RANGE.sub(" ", latex.replace("$", " "))))
    return all(_allowed(token) for token in _TOKEN.findall(bare))


def _allowed(token: str) -> bool:
    if token[0] == "\\":
        return token[1:] in _COMMANDS or not token[1:].isalnum()
    return token.isalnum() or token in _SIGNS


#: Between the sides of an equation; a keyword argument of a program has no spaces.
_RELATION = re.compile(
    r"\s(?:=|==|:=|<|>|<=|>=)\s|[≠≈≡≤≥∼≅∝≔⇔⇒]|\b(?:Eq|Ne|Le|Lt|Ge|Gt|Equality|Unequality)\("
)
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")


def text_states_nothing(text: str) -> bool:
    """The same of plain text, where words between quotation marks are data."""
    bare = _QUOTED.sub("", text)
    return not _RELATION.search(bare)
