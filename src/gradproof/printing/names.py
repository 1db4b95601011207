"""How a name is shown: Greek letters, indices after ``_``, primes, hats and bars."""

from __future__ import annotations

import re
from typing import Any

from .boxes import Box, atom, indexed

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "ell": "ℓ",
}  # fmt: skip
_ACCENTS = {
    "hat": (r"\hat", "\u0302"),
    "bar": (r"\bar", "\u0304"),
    "tilde": (r"\tilde", "\u0303"),
    "dot": (r"\dot", "\u0307"),
}


def name_box(name: str) -> Box:
    """The box of a symbol's name: ``gamma`` is γ, ``W_1`` and ``W1`` are W₁, ``x_hat`` is x̂."""
    bare = name.rstrip("'")
    stem, *parts = [part for part in bare.split("_") if part]
    if not parts and (match := re.fullmatch(r"([A-Za-z]+)(\d+)", stem)):
        stem, parts = match[1], [match[2]]
    box = _word(stem)
    while parts and parts[0] in _ACCENTS:
        command, mark = _ACCENTS[parts.pop(0)]
        box = atom(rf"{command}{{{box.latex}}}", box.text + mark)
    box = _primed(box, len(name) - len(bare))
    if parts:
        lower = [_index(part) for part in parts]
        marked = indexed(box, lower)
        text = marked.text
        if "[" in text:
            text = box.text + "".join(f"_{part.text}" for part in lower)
        box = atom(marked.latex, text, scripted=True)
    return atom(box.latex, box.text, scripted=box.scripted, plain=True)


def _word(word: str) -> Box:
    if word in _GREEK:
        return atom("\\" + word, _GREEK[word])
    if len(word) == 1:
        return atom(word, word)
    return atom(rf"\mathrm{{{word}}}", word)


def _index(part: str) -> Box:
    if part.isdigit() or len(part) == 1 or part in _GREEK:
        return _word(part) if not part.isdigit() else atom(part, part)
    return atom(rf"\text{{{part}}}", part)


def primes(count: int) -> str:
    """That many primes, in text."""
    return ("", "′", "″", "‴")[count] if count < 4 else "′" * count


def _primed(box: Box, count: int) -> Box:
    return atom(box.latex + "'" * count, box.text + primes(count)) if count else box


def entry_names(variable: Any, row: Box, col: Box) -> Box:
    """The name of an entry of a variable."""
    rows, cols = variable.shape
    indices = [row] if cols == 1 else [col] if rows == 1 else [row, col]
    return indexed(name_box(str(variable.name)), indices)


#: Functions that LaTeX has a command for, and those that people write by a sign of their own.
_COMMANDS = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "det", "max", "min")
_SIGNS = {
    "sigmoid": (r"\sigma", "σ"),
    "relu": (r"\operatorname{ReLU}", "ReLU"),
    "gelu": (r"\operatorname{GELU}", "GELU"),
    "silu": (r"\operatorname{SiLU}", "SiLU"),
    "elu": (r"\operatorname{ELU}", "ELU"),
    "trace": (r"\operatorname{tr}", "tr"),
    "determinant": (r"\det", "det"),
    "logdet": (r"\log\det", "log det"),
    "diag_matrix": (r"\operatorname{diag}", "diag"),
    "diagonal_matrix": (r"\operatorname{diag}", "diag"),
    "diagonal_of": (r"\operatorname{diag}", "diag"),
    "heaviside": (r"\operatorname{step}", "step"),
}


def function_box(name: str) -> Box:
    """The box of a known function's name: log, softmax, σ."""
    if name in _SIGNS:
        return atom(*_SIGNS[name])
    if name in _COMMANDS:
        return atom("\\" + name, name)
    shown = name.replace("_", "-")
    return atom(rf"\operatorname{{{shown}}}", name)


def snake(class_name: str) -> str:
    """``LogSoftmax`` as ``log_softmax``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name).lower()
