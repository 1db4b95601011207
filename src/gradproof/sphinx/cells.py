"""The rules for one code cell: what it may say, that it ran, and which verdicts it gave."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gradproof.sphinx import calls
from gradproof.verdict.certificate import FIELDS, WANTED
from gradproof.verdict.publish import KEY

Cell = Mapping[str, Any]

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_ERROR_LINE = re.compile(r"Cell In\[\d+\], line (\d+)")
_METADATA = {"tags", "mystnb", "name", "id"}
_RENDERING = {"figure", "image", "number_source_lines"}


@dataclass(frozen=True)
class Complaint:
    """Something wrong at a line of the cell, from 1 on, with the failed certificate if any."""

    line: int
    message: str
    certificate: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Rules:
    """What an author may write: the permitted tags and the names refused in code.

    `formulas` says that what is displayed needs a proof on this page.
    """

    tags: frozenset[str]
    names: frozenset[str]
    formulas: bool = True


def messages(cell: Cell) -> list[Mapping[str, Any]]:
    """What `gradproof.verdict.publish.publish` sent from this cell, in order."""
    return [output["metadata"][KEY] for output in cell.get("outputs", ()) if _is_message(output)]


def _is_message(output: Mapping[str, Any]) -> bool:
    """Whether the package could have sent it: its form, and nothing to see beside it."""
    said = output.get("metadata", {}).get(KEY)
    return (
        isinstance(said, Mapping)
        and not output.get("data")
        and isinstance(said.get("certificate"), Mapping)
        and said["certificate"].keys() >= FIELDS
        and all(isinstance(said.get(key), int) for key in ("line", "number"))
    )


def without_messages(cell: Cell) -> list[Any]:
    """The outputs of the cell that a reader is to see."""
    return [output for output in cell.get("outputs", ()) if not _is_message(output)]


def check_source(cell: Cell, rules: Rules) -> Iterator[Complaint]:
    """What is wrong with a cell before it runs: its tags, its options, and what its code says."""
    metadata = cell.get("metadata", {})
    for tag in metadata.get("tags", ()):
        if tag not in rules.tags:
            yield Complaint(1, f"the tag {tag!r} hides a cell from the reader or from the gate")
    options = set(metadata) - _METADATA | set(metadata.get("mystnb", {})) - _RENDERING
    for option in sorted(options):
        yield Complaint(1, f"the option {option!r} is not allowed on a cell")
    try:
        program = ast.parse(cell["source"])
    except SyntaxError as error:
        yield Complaint(error.lineno or 1, f"not plain Python: {error.msg}")
        return
    for node in ast.walk(program):
        name = _name(node)
        if isinstance(node, ast.Assert):
            yield Complaint(node.lineno, "assert proves nothing under python -O: use prove")
        elif name in rules.names:
            line = getattr(node, "lineno", 1)
            yield Complaint(line, f"{name} shows without proving, or hides: use prove or refute")
    for line, message in calls.misused(program):
        yield Complaint(line, message)
    last = program.body[-1] if program.body else None
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Compare):
        yield Complaint(last.lineno, "a comparison is displayed but not demanded: use prove")


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.alias):
        return node.name.rpartition(".")[2]
    return ""


def check_outputs(cell: Cell) -> Iterator[Complaint]:
    """What is wrong with a cell that should have run: no run, an exception, a bad verdict."""
    if not cell["source"].strip():
        return
    if cell.get("execution_count") is None:
        yield Complaint(1, "this cell did not run")
    failed = False
    for message in messages(cell):
        certificate = message["certificate"]
        if certificate.get("verdict") != WANTED.get(certificate.get("kind", ""), ""):
            failed = True
            yield Complaint(message["line"], _verdict(certificate), certificate)
    for output in without_messages(cell):
        if output["output_type"] == "error" and not (failed and output["ename"] in _OWN_ERRORS):
            trace = _ANSI.sub("", "\n".join(output.get("traceback", ())))
            lines = _ERROR_LINE.findall(trace)
            text = _ANSI.sub("", output.get("evalue", ""))
            yield Complaint(int(lines[0]) if lines else 1, f"{output['ename']}: {text}")
        elif output.get("data", {}).get("text/plain") == "False":
            yield Complaint(1, "the cell shows False: refute what does not hold")


_OWN_ERRORS = {"NotProved", "NotRefuted"}
"""Raised right after a certificate that says the same, better."""


def _verdict(certificate: Mapping[str, Any]) -> str:
    failure = certificate.get("failure") or {}
    verdict = certificate.get("verdict", "no verdict")
    detail = str(failure.get("message", "")).strip()
    statement = certificate.get("statement", {}).get("text", "")
    head = f"{verdict}: {statement}" if statement else str(verdict)
    return f"{head}\n    {detail}" if detail and detail != head else head
