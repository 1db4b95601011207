"""What the README shows is what happens, and where it points there is something."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf8")


def block(language: str) -> str:
    """The one fenced block of a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)
    return str(found)


def test_the_code_prints_what_the_readme_shows() -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block("python"), "README.md", "exec"), {})
    assert printed.getvalue() == block("text")


def test_the_code_is_eight_lines() -> None:
    assert len([line for line in block("python").splitlines() if line]) == 8


def test_it_is_no_longer_than_two_screens() -> None:
    assert len(README.splitlines()) <= 90


@pytest.mark.parametrize("target", re.findall(r"(?<=]\()[^)#]+", README))
def test_a_link_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("target", re.findall(r"`make (\w+)`|^\$ make (\w+)", README, re.M))
def test_a_target_exists(target: tuple[str, str]) -> None:
    assert re.search(rf"^{''.join(target)}:", (ROOT / "Makefile").read_text("utf8"), re.M)
