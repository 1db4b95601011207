"""A page's prose as plain Markdown, which any notebook shows: no directives and no roles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin

from gradproof.sphinx.collect import Given
from gradproof.verdict import display

_DIRECTIVE = re.compile(r"\{([\w:-]+)\}[ \t]*(.*)")
_OPTION = re.compile(r":[\w-]+:")
_ROLE = re.compile(r"\{([\w:-]+)\}`([^`]+)`")
_TITLED = re.compile(r"(.*?)\s*<([^<>]+)>", re.S)
_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\((?!\w+:)([^()\s]+)\)")
_TARGET = re.compile(r"\([\w-]+\)=\s*")
_SUMMARY = re.compile(r"<summary>(.*?)</summary>")
_DETAILS = re.compile(r"</?details\b[^>]*>")
_LABEL = re.compile(r"(\$\$)\s*\([\w-]+\)\s*$")
_DROPPED = {"toctree", "ledger", "graph", "include"}


class Address(Protocol):
    """Addresses that hold outside the site; empty where there is none."""

    def __call__(self, target: str) -> str:
        """That of the target of a link on the page."""

    def identity(self, identity: str) -> str:
        """That of an identity."""


class Plain:
    """Turns the text of one page into plain Markdown."""

    def __init__(self, named: Mapping[str, Sequence[Given]], address: Address) -> None:
        self.named, self.address = named, address

    def markdown(self, text: str) -> str:
        """The text without anything that only the site understands."""
        lines = text.splitlines()
        result: list[str] = []
        done = 0
        for token in _parser().parse(text):
            if token.type in ("fence", "colon_fence") and token.map and token.map[0] >= done:
                first, done_here = token.map
                result += map(self._line, lines[done:first])
                found = _DIRECTIVE.match(token.info.strip())
                if found:
                    result += ["", *self._directive(found[1], found[2], token.content), ""]
                else:
                    result += lines[first:done_here]
                done = done_here
        result += map(self._line, lines[done:])
        return re.sub(r"\n{3,}", "\n\n", "\n".join(result)).strip()

    def _directive(self, name: str, argument: str, content: str) -> list[str]:
        if name == "theorem":
            return self._theorem(argument.strip())
        if name in _DROPPED:
            return []
        if name == "math":
            return ["$$", content.strip(), "$$"]
        lines = content.splitlines()
        while lines and (_OPTION.match(lines[0]) or not lines[0].strip()):
            del lines[0]
        head = f"**{name.capitalize()}** {self.markdown(argument)}".strip()
        return [head, "", *self.markdown("\n".join(lines)).splitlines()]

    def _theorem(self, identity: str) -> list[str]:
        """The card in words: the id, the statement, what it speaks of, and its verdict."""
        if identity not in self.named:
            return []
        certificate = self.named[identity][0].certificate
        kind = "Refuted" if certificate["verdict"] == "refuted" else "Proved"
        lines = [f"**{kind}** {_linked(f'`{identity}`', self.address.identity(identity))}", ""]
        lines += [f"$${certificate['statement']['latex']}$$", ""]
        shapes = [{"latex": shape} for shape in display.shapes_latex(certificate)]
        for label, entries in (
            ("where", certificate.get("where")),
            ("shapes", shapes),
            ("given", certificate.get("assumptions")),
            ("if", certificate.get("conditions")),
        ):
            if entries:
                lines.append(f"- {label} {', '.join(map(_fact, entries))}")
        return [f"> {line}".rstrip() for line in [*lines, "", f"*{display.verdict(certificate)}*"]]

    def _line(self, line: str) -> str:
        if _TARGET.fullmatch(line) or line.startswith("% "):
            return ""
        line = _DETAILS.sub("", _SUMMARY.sub(r"**\1**", line))
        return _LABEL.sub(r"\1", _LINK.sub(self._link, _ROLE.sub(self._role, line)))

    def _role(self, match: re.Match[str]) -> str:
        titled = _TITLED.fullmatch(match[2])
        words, target = (titled[1], titled[2]) if titled else ("", match[2])
        if match[1] == "proved" and target in self.named:
            statement = self.named[target][0].certificate["statement"]["latex"]
            return _linked(words or f"${statement}$", self.address.identity(target))
        if match[1] == "math":
            return f"${match[2]}$"
        return words or f"`{target}`"

    def _link(self, match: re.Match[str]) -> str:
        return _linked(match[1], self.address(match[2]))


@cache
def _parser() -> MarkdownIt:
    """Blocks only; what stands within a line is not looked at."""
    return MarkdownIt("commonmark").disable("inline").use(colon_fence_plugin)


def _linked(words: str, address: str) -> str:
    return f"[{words}]({address})" if address else words


def _fact(entry: Mapping[str, Any]) -> str:
    return f"${entry['latex']}$" if entry.get("latex") else str(entry["text"])
