"""Which names a symbol, a size, a function or a definition may have: those that read as one thing.

A name is printed as people read it: ``gamma`` as γ, ``x_1`` as x₁. One that would be read as an
operator, a constant, a differential or a derivative is refused, with another to take.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..errors import BadName

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*'*")

#: Greek letters by the names that print as them.
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "ell": "ℓ",
}  # fmt: skip

#: Words that read as a function, an operator or a constant, in small letters.
WORDS = frozenset(
    """abs arccos arcsin arctan argmax argmin cbrt conj cos cosh cot coth csc curl det determinant
    diag elu erf erfc erfinv exp expm eye gcd gelu grad heaviside hessian inf infinity infty inv
    jacobian ker lg lim liminf limsup ln log log2 log10 logdet logsumexp max mean min nabla nan
    norm onehot oo partial prod product rank relu sech sgn sigmoid sign silu sin sinh softmax
    softplus span sqrt sum sup swish tan tanh tr trace transpose vec zoo""".split()  # noqa: SIM905
)
_EXACT = frozenset({"Re", "Im"})
_DIFFERENTIAL = re.compile(rf"d([A-Za-z]|{'|'.join(GREEK)})\d*")


def check_name(name: object, kind: str = "symbol") -> str:
    """Return ``name`` if it can name a thing of this kind, else raise :class:`BadName`.

    Kinds are ``size``, ``scalar``, ``matrix``, ``function`` and ``symbol``, which is any of them.
    """
    made = check_form(name)
    stem, *parts = made.rstrip("'").split("_")
    for reads in _READINGS:
        told = reads(stem, parts, made, kind)
        if told:
            raise BadName(told)
    return made


def check_form(name: object) -> str:
    """Return ``name`` if it is made as a name is, whatever it reads as."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadName(
            f"{name!r} cannot name a symbol: use a letter, then letters or digits, "
            "with parts joined by '_' (for example 'W', 'W_1', 'gamma')."
        )
    return name


def _word(stem: str, parts: list[str], name: str, kind: str) -> str:
    if stem.lower() not in WORDS and stem not in _EXACT:
        return ""
    letter = {"e": "a", "i": "k", "d": "k"}.get(stem[0].lower(), stem[0].lower())
    other = "_".join([letter, *parts])
    return (
        f"{name!r} cannot name a {kind}: {stem} reads as a function or an operator. "
        f"Take a letter, for example {other!r}."
    )


def _identity(stem: str, parts: list[str], name: str, kind: str) -> str:
    if stem != "I":
        return ""
    return (
        f"{name!r} cannot name a {kind}: I is the identity, which is eye(n). "
        "Take another letter, for example 'J' or 'H'."
    )


def _constant(stem: str, parts: list[str], name: str, kind: str) -> str:
    if name not in ("e", "pi") or kind in ("matrix", "symbol"):
        return ""
    sign, other = {"e": ("e", "epsilon"), "pi": ("π", "pi_1")}[name]
    return (
        f"{name!r} cannot name a {kind}: {sign} reads as the number. "
        f"Take another name, for example {other!r}; the number itself is "
        f"{'exp(1)' if name == 'e' else 'pi, from sympy'}."
    )


def _differential(stem: str, parts: list[str], name: str, kind: str) -> str:
    if kind == "function" and name == "d":
        return "'d' cannot name a function: d(…) reads as a differential. Take another letter."
    if not _DIFFERENTIAL.fullmatch(stem):
        return ""
    moves = stem[1:]
    return (
        f"{name!r} cannot name a {kind}: it reads as the differential of {moves}, which is "
        f"differential({moves}). Take another name, for example 'd_{moves}' or 'Delta_{moves}'."
    )


def _jacobian(stem: str, parts: list[str], name: str, kind: str) -> str:
    if stem != "J" or not parts or parts[0].isdigit():
        return ""
    return (
        f"{name!r} cannot name a {kind}: it reads as the Jacobian in {parts[0]}. "
        f"Take another letter, for example 'K_{parts[0]}'."
    )


def _derivative(stem: str, parts: list[str], name: str, kind: str) -> str:
    if kind != "function" or not (name.endswith("'") or "prime" in parts):
        return ""
    return (
        f"{name!r} cannot name a function: it reads as a derivative of {stem}, which is "
        f"function(\"{stem}\").prime. Take another name, for example 'psi'."
    )


_READINGS: tuple[Callable[[str, list[str], str, str], str], ...] = (
    _word,
    _identity,
    _constant,
    _differential,
    _jacobian,
    _derivative,
)
