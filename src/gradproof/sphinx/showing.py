"""What the output of a cell may show: an expression, or what comes from a certificate.

Text that a program prints is text of a program.  A result that is set as a formula, and states
something, must carry the programs by which it is printed again where no page has run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gradproof.sphinx import markup
from gradproof.sphinx.formulas import states_nothing, text_states_nothing
from gradproof.verdict.publish import SHOWN

_PICTURES = {"image/png", "image/jpeg", "image/gif", "image/svg+xml"}
_FENCE = re.compile(r"^(`{3,}|~{3,})(?!\{).*?^\1\s*$", re.M | re.S)
_CODE = re.compile(r"`[^`\n]*`")
_REMEDY = "prove it, or show an expression without a relation"


def problem(output: Mapping[str, Any]) -> str:
    """Why a reader may not be shown this output of a cell; empty if it may be shown."""
    data: Mapping[str, Any] = output.get("data", {})
    rich = [mime for mime in data if mime != "text/plain"]
    for mime in rich or data:
        said = data[mime] if isinstance(data[mime], str) else "".join(map(str, data[mime]))
        if why := _problem(mime, said, program(output)):
            return f"{why}: {_REMEDY}"
    return ""


def program(output: Mapping[str, Any]) -> list[str]:
    """The programs that print the formula of an output again; empty if it names none."""
    found = output.get("metadata", {}).get("text/latex", {})
    programs = found.get(SHOWN) if isinstance(found, Mapping) else None
    well = isinstance(programs, list) and all(isinstance(each, str) for each in programs)
    return list(programs) if well and programs else []


def _problem(mime: str, said: str, programs: list[str]) -> str:
    if mime == "text/latex":
        shown = programs or states_nothing(said)
        return "" if shown else f"the cell shows a formula that nothing proves: {_short(said)}"
    if mime == "text/plain":
        return "" if text_states_nothing(said) else f"the cell shows a relation: {_short(said)}"
    if mime == "text/markdown":
        words = _CODE.sub("", _FENCE.sub("", said))
        odd = re.search(r"[$<]|\\[(\[]|\\begin|^(?:`{3}|~{3})", words, re.M)
        return f"the cell shows Markdown with mathematics or HTML: {_short(said)}" if odd else ""
    if mime == "text/html":
        found = markup.mathematics(said)
        if found or not text_states_nothing(markup.plain(said)):
            return (
                f"the cell shows HTML that states something: {found[1] if found else _short(said)}"
            )
        return ""
    if mime == "image/svg+xml" and (found := markup.mathematics(said)):
        return f"the picture that the cell shows has {found[1]} in it"
    return "" if mime in _PICTURES else f"the cell shows {mime}, which the gate cannot judge"


def _short(text: str, width: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"
