"""The article's own way, as a user would run it: SymPy's diff, expand, subtract, entry by entry.

Written for this project after the article's method; nothing of gradproof is used.
"""

from __future__ import annotations

from sympy import MatrixSymbol, Rational, diff, exp, expand, log


def residuals(classes: int, features: int, examples: int, wanted: str = "WX") -> list[object]:
    """The residual of every entry of ∂L/∂W = (∂L/∂S)Xᵀ and of ∂L/∂X = Wᵀ(∂L/∂S)."""
    w, x = MatrixSymbol("W", classes, features), MatrixSymbol("X", features, examples)
    s = MatrixSymbol("s", classes, examples)
    W, X, S = w.as_explicit(), x.as_explicit(), s.as_explicit()
    product = W * X
    to_product = [(S[i, j], product[i, j]) for i in range(classes) for j in range(examples)]
    losses = [
        log(sum(exp(S[i, j]) for i in range(classes))) - log(exp(S[j % classes, j]))
        for j in range(examples)
    ]
    loss = Rational(1, examples) * sum(losses)
    slope = S.applyfunc(lambda entry: diff(loss, entry))
    unfolded = loss.subs(to_product)
    found = []
    for name, variable, claim in (("W", W, slope * X.T), ("X", X, W.T * slope)):
        if name in wanted:
            for i in range(variable.rows):
                for j in range(variable.cols):
                    direct = expand(diff(unfolded, variable[i, j]))
                    found.append(direct - expand(claim[i, j].subs(to_product)))
    return found
