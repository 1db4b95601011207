"""Running a page: in a kernel of this Python, or out of a cache that this build may trust."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from myst_nb.core.execute.base import NotebookClientBase
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, from_dict

from gradproof.report import GATE
from gradproof.sphinx import warm

_log = logging.getLogger(__name__)
_log.setLevel(logging.ERROR)


class _ThisPython(AsyncKernelManager):
    """Starts kernels of this very interpreter, whatever kernels the machine has besides."""

    def __init__(self, **options: Any) -> None:
        options["kernel_spec_manager"] = KernelSpecManager(kernel_dirs=[])
        super().__init__(**options)


def _environment() -> dict[str, str]:
    """That of a kernel: assertions hold, and verdicts are published."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONOPTIMIZE"} | {GATE: "1"}


@dataclass(frozen=True)
class Executor:
    """How the pages of one build are executed.

    Outputs are kept in `cache`, under a name that hashes the page, its cells and the
    `fingerprint` of what runs them.  Only pages without any failure are kept.
    """

    cache: Path
    fingerprint: str
    timeout: int

    def path(self, docname: str, notebook: NotebookNode) -> Path:
        """Where the outputs of this page, as it stands, are kept."""
        sources = [cell["source"] for cell in _code_cells(notebook)]
        text = json.dumps([docname, sources])
        return self.cache / self.fingerprint / f"{hashlib.sha256(text.encode()).hexdigest()}.json"

    def restore(self, docname: str, notebook: NotebookNode) -> bool:
        """Fill in the kept outputs; False if there are none."""
        try:
            kept = json.loads(self.path(docname, notebook).read_text("utf8"))
        except (OSError, ValueError):
            return False
        for cell, (count, outputs) in zip(_code_cells(notebook), kept["cells"], strict=True):
            cell["execution_count"] = count
            cell["outputs"] = from_dict(outputs)
        notebook.metadata["language_info"] = from_dict(kept["language"])
        return True

    def keep(self, docname: str, notebook: NotebookNode) -> None:
        """Keep the outputs, whole or not at all."""
        path = self.path(docname, notebook)
        path.parent.mkdir(parents=True, exist_ok=True)
        cells = [[c["execution_count"], c["outputs"]] for c in _code_cells(notebook)]
        kept = {"language": notebook.metadata.get("language_info", {}), "cells": cells}
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
            json.dump(kept, file)
        os.replace(file.name, path)

    def run(self, notebook: NotebookNode, folder: Path) -> str:
        """Execute every cell, also after one that raised; return why it stopped early, or ""."""
        if not any(cell["source"].strip() for cell in _code_cells(notebook)):
            return ""
        manager = _ThisPython(kernel_name="python3")
        if hasattr(os, "fork") and manager.kernel_spec is not None:
            manager.kernel_spec.argv = warm.command(self.fingerprint, _environment())
        client = NotebookClient(
            notebook,
            manager,
            allow_errors=True,
            log=_log,
            record_timing=False,
            resources={"metadata": {"path": str(folder)}},
            shutdown_kernel="immediate",
            timeout=self.timeout,
        )
        with tempfile.TemporaryDirectory() as empty:
            try:
                # No start-up files and no settings of the user's own IPython.
                settings = {"IPYTHONDIR": empty}
                client.execute(cleanup_kc=True, env=_environment() | settings)
            except CellTimeoutError:
                return f"a cell did not finish within {self.timeout} seconds"
            except DeadKernelError:
                return "the kernel died"
        return ""


class GateClient(NotebookClientBase):  # type: ignore[misc]
    """What MyST-NB asks for the outputs of a page: always executed, never trusted from a file.

    `judge` sees the notebook with all its outputs and says whether they may be kept; it also
    takes the certificates out, so that they are not rendered.
    """

    executor: Executor
    docname: str
    judge: Callable[[NotebookNode, str], bool]

    def start_client(self) -> None:
        """Fill the notebook with outputs, and have it judged."""
        for cell in _code_cells(self.notebook):
            cell["execution_count"], cell["outputs"] = None, []
        if self.executor.restore(self.docname, self.notebook):
            self.judge(self.notebook, "")
            return
        stopped = self.executor.run(self.notebook, self.path.parent)
        executed = from_dict(self.notebook)
        if self.judge(self.notebook, stopped):
            self.executor.keep(self.docname, executed)


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
