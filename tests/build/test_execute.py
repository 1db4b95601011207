"""Kernels: one that never answers is started once more, and no other program meets its sockets."""

from __future__ import annotations

from typing import Any

import pytest
from nbclient import NotebookClient

from .conftest import Site, page, proof, theorem

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
