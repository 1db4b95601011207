"""Certificates: what a verdict says of itself, as plain data that survives a notebook's output."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

import sympy
from sympy import Basic

from .. import printing
from ..errors import BadName
from ..language.accidental_sizes import as_written
from ..language.shapes import is_matrix
from ..language.shown import shown
from ..language.statement import Statement
from . import facts
from .pieces import pieces
from .snippet import snippet

SCHEMA = 1
_IDENTITY = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
#: How a condition of each kind is written behind its expression.
_KINDS = {
    "positive": ("> 0", "> 0"),
    "nonnegative": (r"\ge 0", "≥ 0"),
    "nonzero": (r"\ne 0", "≠ 0"),
    "invertible": (r"\text{ invertible}", "invertible"),
}

Certificate = dict[str, Any]

#: What every certificate has.
FIELDS = frozenset(
    """schema id kind verdict statement where variables pieces assumptions conditions axioms scope
    routes mutants steps failure counterexample seconds versions""".split()  # noqa: SIM905
)

#: The one verdict of each kind of certificate that is not a failure.
WANTED = {"prove": "proved", "chain": "proved", "refute": "refuted"}


def check_identity(name: str | None) -> str | None:
    """Return the permanent id of an identity if it is well formed, else raise ``BadName``."""
    if name is not None and (not isinstance(name, str) or not _IDENTITY.fullmatch(name)):
        raise BadName(
            f"{name!r} cannot be the id of an identity: use letters and digits in parts joined "
            "by '-', for example name='softmax-ce-W', or leave name out."
        )
    return name


def certify(
    statement: Statement,
    *,
    kind: str,
    verdict: str,
    name: str | None,
    routes: Iterable[dict[str, Any]] = (),
    scope: str = "all shapes",
    conditions: Iterable[tuple[str, Any]] = (),
    axioms: Iterable[str] = (),
    seconds: float = 0.0,
) -> Certificate:
    """Return the certificate of a verdict on ``statement``."""
    lhs, rhs = (printing.box(side, statement) for side in (statement.lhs, statement.rhs))
    where = facts.where(statement, kind)
    relation = r"\ne" if kind == "refute" else "="
    sign = "≠" if kind == "refute" else "="
    taken = list(routes)
    sizes: dict[str, int] = next((route["sizes"] for route in taken if route.get("sizes")), {})
    return {
        "schema": SCHEMA,
        "id": name,
        "kind": kind,
        "verdict": verdict,
        "statement": {
            "latex": f"{lhs.latex} {relation} {rhs.latex}",
            "text": f"{lhs.text} {sign} {rhs.text}",
            "sympy": snippet(statement, kind, name),
            "lhs_latex": lhs.latex,
            "rhs_latex": rhs.latex,
        },
        "where": [{"latex": latex, "text": text} for latex, text in where],
        "variables": facts.variables(statement),
        # Only an identity has a card to draw them on.
        "pieces": pieces(statement, sizes) if name else [],
        "assumptions": facts.assumptions(statement),
        "conditions": [_condition(kind_, expr, statement) for kind_, expr in conditions],
        "axioms": list(axioms),
        "scope": scope,
        "routes": taken,
        "mutants": None,
        "steps": None,
        "failure": None,
        "counterexample": None,
        "seconds": round(seconds, 4),
        **provenance(),
    }


def _written(side: Any) -> str:
    """A side of a claim that may be anything, as people print it if it is an expression."""
    try:
        return shown(side) if isinstance(side, Basic) else str(side)
    except ValueError:  # Python writes out no number of many thousand digits
        return "…"


def malformed(kind: str, name: Any, sides: tuple[Any, Any], message: str) -> Certificate:
    """Return the certificate of a claim that is no statement: it can only fail."""
    text = " = ".join(map(_written, sides))
    return {
        "schema": SCHEMA,
        "id": name if isinstance(name, str) else None,
        "kind": kind,
        "verdict": "not refuted" if kind == "refute" else "not proved",
        "statement": {"latex": "", "text": text, "sympy": "", "lhs_latex": "", "rhs_latex": ""},
        "where": [],
        "variables": [],
        "pieces": [],
        "assumptions": [],
        "conditions": [],
        "axioms": [],
        "scope": "this shape",
        "routes": [],
        "mutants": None,
        "steps": None,
        "failure": {"message": message, "residual": "", "counterexample": None},
        "counterexample": None,
        "seconds": 0.0,
        **provenance(),
    }


@cache
def _version() -> str:
    return version("gradproof")


def provenance() -> dict[str, Any]:
    """The versions that a verdict was reached with."""
    return {
        "versions": {
            "gradproof": _version(),
            "sympy": sympy.__version__,
            "python": platform.python_version(),
        }
    }


def _condition(kind: str, expr: Any, statement: Statement) -> dict[str, str]:
    # Of a matrix alone, x ≠ 0 would say that one entry is not zero.
    entries = is_matrix(expr) and expr.shape != (1, 1) and kind != "invertible"
    drawn = printing.box(as_written(expr, statement.dimensions), statement)
    every = (r" \text{ in every entry}", " in every entry") if entries else ("", "")
    return {
        "latex": f"{drawn.latex} {_KINDS[kind][0]}{every[0]}",
        "text": f"{drawn.text} {_KINDS[kind][1]}{every[1]}",
    }
