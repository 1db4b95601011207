"""Kernels: the longest pages first; one that never answers is started again; their sockets."""

from __future__ import annotations

from typing import Any

import pytest
from nbclient import NotebookClient

from .conftest import Site, cell, page, proof, theorem

@pytest.mark.parametrize("times", [1, 2])
def test_a_kernel_that_never_answers_is_started_once_more(
    site: Site, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    site.write("one.md", page("One", theorem("one"), proof("one")))
    real, left = NotebookClient.async_execute, [times]

    async def silent(self: NotebookClient, **options: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise RuntimeError("Kernel didn't respond in 60 seconds")
        return await real(self, **options)

    monkeypatch.setattr(NotebookClient, "async_execute", silent)
    built = site.build()
    assert left == [0]
    assert built.status == (0 if times == 1 else 1)
    if times == 2:
        assert "no kernel could be started: Kernel didn't respond" in built.failures


def test_the_longest_pages_come_first(site: Site) -> None:
    """Those that are left to the end keep one processor waiting for the other."""
    log = site.root / "log"
    names = [f"page{letter}" for letter in "abcdefgh"]
    for length, name in enumerate(names):
        line = f"with open({str(log)!r}, 'a') as file: print({name!r}, file=file)"
        site.write(f"{name}.md", page(name, cell(line, *["pass"] * length)))
    assert site.build().status == 0
    assert log.read_text("utf8").split() == names[::-1]
