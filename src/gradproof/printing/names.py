"""How a name is shown: Greek letters, indices after ``_``, primes, hats and bars."""

from __future__ import annotations

import itertools
import re
from collections.abc import Container, Iterable
from typing import Any

from ..language.naming import GREEK
from .boxes import Box, atom, indexed

_ACCENTS = {
    "hat": (r"\hat", "\u0302"),
    "bar": (r"\bar", "\u0304"),
    "tilde": (r"\tilde", "\u0303"),
    "dot": (r"\dot", "\u0307"),
}


def name_box(name: str) -> Box:
    """The box of a symbol's name: ``gamma`` is γ, ``W_1`` and ``W1`` are W₁, ``x_hat`` is x̂."""
    stem, parts, count = taken_apart(name)
    box = _word(stem)
    while parts and parts[0] in _ACCENTS:
        command, mark = _ACCENTS[parts.pop(0)]
        box = atom(rf"{command}{{{box.latex}}}", box.text + mark)
    box = _primed(box, count)
    if parts:
        box = _lowered(box, parts, small=stem != "Sigma")
    return atom(box.latex, box.text, scripted=box.scripted, plain=True)


def _lowered(box: Box, parts: list[str], *, small: bool) -> Box:
    """A name with what hangs on it; letters are small only where no sum or entry looks so."""
    lower = [_index(part) for part in parts]
    text = box.text + "".join(f"_{part.text}" for part in lower)
    if len(parts) == 1 and (parts[0].isdigit() or (small and len(parts[0]) == 1)):
        marked = indexed(box, lower).text
        text = text if "[" in marked else marked
    latex = ",".join(part.latex for part in lower)
    return atom(f"{box.latex}_{{{latex}}}", text, scripted=True)


def taken_apart(name: str) -> tuple[str, list[str], int]:
    """The stem of a name, what hangs on it, and the number of its primes."""
    bare = name.rstrip("'")
    stem, *parts = [part for part in bare.split("_") if part]
    if not parts and (match := re.fullmatch(r"([A-Za-z]+)(\d+)", stem)):
        stem, parts = match[1], [match[2]]
    lower = [part for part in parts if part != "prime"]
    return stem, lower, len(name) - len(bare) + len(parts) - len(lower)


def is_letter(name: str) -> bool:
    """Whether the name shows as one letter, with whatever hangs on it."""
    stem = taken_apart(name)[0]
    return len(stem) == 1 or stem in GREEK


def letters(names: Iterable[str]) -> set[str]:
    """What names show, and what hangs on them: no letters for an index or an argument."""
    found: set[str] = set()
    for name in names:
        _, lower, _ = taken_apart(name)
        found |= {name, *lower, *(letter for part in lower for letter in part)}
    return found


def free(used: Container[str], likely: str) -> str:
    """A letter that is not used: one of these, or the first of them with a number."""
    more = (f"{likely[0]}_{number}" for number in itertools.count(1))
    return next(name for name in itertools.chain(likely, more) if name not in used)


def _word(word: str) -> Box:
    if word in GREEK:
        return atom("\\" + word, GREEK[word])
    if len(word) == 1:
        return atom(word, word)
    return atom(rf"\mathrm{{{word}}}", word)


def _index(part: str) -> Box:
    if part.isdigit() or len(part) == 1 or part in GREEK:
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
