"""Running a page: in a kernel of this Python, or out of a cache that this build may trust."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import socket
import tempfile
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from myst_nb.core.execute.base import NotebookClientBase
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, from_dict
from sphinx.config import Config

from gradproof.sphinx import warm
from gradproof.sphinx.files import write_whole
from gradproof.verdict.opened import digest
from gradproof.verdict.publish import GATE, OPENED

_log = logging.getLogger(__name__)
_log.setLevel(logging.ERROR)


class _ThisPython(AsyncKernelManager):
    """Starts a kernel of this very interpreter, whatever kernels the machine has besides.

    Jupyter chooses ports before a kernel takes them, and another program may be quicker; sockets
    in a `private` folder are the kernel's alone, and no other user's.
    """

    def __init__(self, private: str) -> None:
        super().__init__(
            kernel_name="python3",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            **({"transport": "ipc", "ip": os.path.join(private, "k")} if _SOCKETS else {}),
        )


#: Whether the system has sockets that are files.
_SOCKETS = hasattr(socket, "AF_UNIX")

_CAN_FORK = hasattr(os, "fork")

#: SymPy's own cache has a thousand places, and a long page fills them many times over.
_CACHE = {"SYMPY_CACHE_SIZE": "20000"}


def environment() -> dict[str, str]:
    """That of a kernel: assertions hold, and verdicts are published."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONOPTIMIZE"}
    return _CACHE | kept | {GATE: "1"}


@dataclass(frozen=True)
class Outputs:
    """What the execution of a page left: its language, and each cell's number and outputs.

    `stopped` says why the execution ended early, or is empty.  `read` are the files that its code
    opened, with their digests.
    """

    language: Any
    cells: list[tuple[int | None, list[Any]]]
    stopped: str = ""
    read: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, notebook: NotebookNode, stopped: str = "") -> Outputs:
        """Those of an executed notebook, as plain data."""
        kept = json.loads(json.dumps(notebook))
        read: dict[str, str] = {}
        for cell in code_cells(kept):
            read = _opened(cell["outputs"]) | read  # what was read first is what was relied on
            cell["outputs"] = [o for o in cell["outputs"] if OPENED not in o.get("metadata", {})]
        cells = [(cell["execution_count"], cell["outputs"]) for cell in code_cells(kept)]
        return cls(kept["metadata"].get("language_info", {}), cells, stopped, read)

    @classmethod
    def parse(cls, text: str, notebook: NotebookNode) -> Outputs | None:
        """Those of this notebook as they were kept; None if they are anything else."""
        try:
            made = cls(**json.loads(text))
            made.fill(from_dict(notebook))
            formed = all(o["output_type"] for _, outputs in made.cells for o in outputs)
        except (AttributeError, KeyError, TypeError, ValueError):
            return None
        return made if formed and isinstance(made.read, dict) else None

    def fill(self, notebook: NotebookNode) -> None:
        """Put them into the notebook."""
        for cell, (count, outputs) in zip(code_cells(notebook), self.cells, strict=True):
            cell["execution_count"], cell["outputs"] = count, from_dict(outputs)
        notebook.metadata["language_info"] = from_dict(self.language)


@dataclass(frozen=True)
class Executor:
    """How the pages of one build are executed.

    Outputs are kept in `cache`, under a name that hashes the page, its cells and the
    `fingerprint` of what runs them.  Only those of pages without failure are kept, and only if
    that code is still the same at the end.  `many` says that
    there are enough pages to prepare for.
    """

    cache: Path
    fingerprint: str
    timeout: int
    many: bool = False

    @classmethod
    def of(cls, config: Config) -> Executor:
        """As the settings of a site say."""
        cache = Path(config.gradproof_cache)
        return cls(cache, config.gradproof_fingerprint, config.gradproof_timeout)

    def warm_up(self) -> None:
        """Have kernels get ready while the pages are still looked at, if none has been kept yet."""
        if _CAN_FORK and not (self.cache / self.fingerprint).is_dir():
            warm.begin(self.fingerprint, environment(), rehearse=True)

    def path(self, docname: str, notebook: NotebookNode) -> Path:
        """Where the outputs of this page, as it stands, are kept."""
        sources = [cell["source"] for cell in code_cells(notebook)]
        text = json.dumps([docname, sources])
        return self.cache / self.fingerprint / f"{hashlib.sha256(text.encode()).hexdigest()}.json"

    def kept(self, docname: str, notebook: NotebookNode) -> Outputs | None:
        """The kept outputs, None if there are none, or a file that was read is another now."""
        try:
            text = self.path(docname, notebook).read_text("utf8")
        except (OSError, ValueError):
            return None
        found = Outputs.parse(text, notebook)
        return found if found and still(found.read) else None

    @staticmethod
    def keep(path: Path, outputs: Outputs) -> None:
        """Keep the outputs, whole or not at all."""
        write_whole(path, json.dumps(vars(outputs)))  # several times as fast as json.dump

    async def run(self, notebook: NotebookNode, folder: Path) -> Outputs:
        """Execute every cell, also after one that raised."""
        for cell in code_cells(notebook):
            cell["execution_count"], cell["outputs"] = None, []
        if not any(cell["source"].strip() for cell in code_cells(notebook)):
            return Outputs.of(notebook)
        try:
            stopped = await self._execute(notebook, folder)
        except RuntimeError:  # Jupyter's, for a kernel that never answered: no cell has run
            try:
                stopped = await self._execute(notebook, folder)
            except RuntimeError as error:
                stopped = f"no kernel could be started: {error}"
        return Outputs.of(notebook, stopped)

    async def _execute(self, notebook: NotebookNode, folder: Path) -> str:
        """Execute the cells in a new kernel; why it ended early, or nothing."""
        with tempfile.TemporaryDirectory() as private:
            manager = _ThisPython(private)
            if _CAN_FORK and manager.kernel_spec is not None:
                manager.kernel_spec.argv = warm.command(
                    self.fingerprint, environment(), rehearse=self.many
                )
            client = NotebookClient(
                notebook,
                manager,
                allow_errors=True,
                log=_log,
                record_timing=False,
                resources={"metadata": {"path": str(folder)}},
                shutdown_kernel="immediate",
                timeout=self.timeout,
                on_cell_executed=_note_hidden,
            )
            # No start-up files and no settings of the user's own IPython.
            env = environment() | {"IPYTHONDIR": private}
            try:
                await client.async_execute(cleanup_kc=True, env=env)
            except CellTimeoutError:
                return f"a cell did not finish within {self.timeout} seconds"
            except DeadKernelError:
                return "the kernel died"
        return ""


def _opened(outputs: list[Any]) -> dict[str, str]:
    """The files that a cell opened, as its kernel told."""
    told = [output.get("metadata", {}).get(OPENED) for output in outputs]
    return {str(p): str(d) for files in told if isinstance(files, dict) for p, d in files.items()}


def still(read: Mapping[str, str]) -> bool:
    """Whether each file has the content that it had when it was read."""
    return all(digest(path) == before for path, before in read.items())


def _note_hidden(cell: NotebookNode, execute_reply: dict[str, Any], **_: Any) -> None:
    """An exception counts also where the code of the page keeps it from being shown."""
    content = execute_reply["content"]
    shown = any(output["output_type"] == "error" for output in cell["outputs"])
    if content["status"] == "error" and not shown:
        said = {key: str(content.get(key, "")) for key in ("ename", "evalue")}
        cell["outputs"].append(from_dict({"output_type": "error", "traceback": [], **said}))


@dataclass(frozen=True)
class Ahead:
    """What was executed before the pages are read: the outputs by where they would be kept.

    `pages` has the same places by page.
    """

    outputs: dict[Path, Outputs] = field(default_factory=dict)
    pages: dict[str, Path] = field(default_factory=dict)

    def keep(self, failed: Container[str]) -> None:
        """Keep the outputs of the pages without failure."""
        for docname, path in self.pages.items():
            if docname not in failed:
                Executor.keep(path, self.outputs[path])


class GateClient(NotebookClientBase):  # type: ignore[misc]
    """What MyST-NB asks for the outputs of a page: always executed, never trusted from a file.

    `judge` sees the notebook with all its outputs; it takes the certificates out, so that they
    are not rendered.
    """

    executor: Executor
    docname: str
    ahead: Ahead
    judge: Callable[[NotebookNode, Outputs], None]

    def start_client(self) -> None:
        """Fill the notebook with outputs, and have it judged."""
        outputs = (
            self.executor.kept(self.docname, self.notebook)
            or self.ahead.outputs.get(self.executor.path(self.docname, self.notebook))
            # A page that changed since, or that could not be read ahead.
            or asyncio.run(self.executor.run(from_dict(self.notebook), self.path.parent))
        )
        outputs.fill(self.notebook)
        self.judge(self.notebook, outputs)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that are run."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
