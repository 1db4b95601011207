"""Executing pages ahead of their reading: from one queue, the longest first.

Sphinx deals the pages to its processes in advance, however long each takes.  Executed ahead, by
one server of warm kernels, they keep every processor busy to the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.util.display import status_iterator

from gradproof.sphinx.execute import Ahead, Executor, code_cells

#: From so many pages on, the time that preparing their kernels takes is won back.
MANY = 4


def execute(app: Sphinx, executor: Executor, docnames: Collection[str]) -> Ahead:
    """Execute those of the pages whose outputs are not kept.

    At a time it is as many as `-j` says or, where it says more than one, one more.
    What cannot be read as a notebook is left to Sphinx's reading, which tells why.
    """
    if len(docnames) >= MANY:
        executor.warm_up()
    pages = [
        (docname, notebook)
        for docname in docnames
        if (notebook := _notebook(app, docname)) and executor.kept(docname, notebook) is None
    ]
    executor = replace(executor, many=len(pages) >= MANY)
    pages.sort(key=lambda page: _length(page[1]), reverse=True)
    ahead = Ahead()

    async def run(docname: str, notebook: NotebookNode, turn: asyncio.Semaphore) -> str:
        folder = Path(app.env.doc2path(docname)).parent
        async with turn:
            path = ahead.pages[docname] = executor.path(docname, notebook)
            ahead.outputs[path] = await executor.run(notebook, folder)
        return docname

    async def run_all() -> AsyncIterator[str]:
        # One more than there are processors: a kernel waits, too, when it starts and ends.
        turn = asyncio.Semaphore(app.parallel + 1 if app.parallel > 1 else 1)
        # As tasks they take their turns in order; left to `as_completed`, in that of a set.
        tasks = [asyncio.create_task(run(*page, turn)) for page in pages]
        for done in asyncio.as_completed(tasks):
            yield await done

    finished = _one_by_one(run_all())
    for _ in status_iterator(finished, "executing pages... ", "purple", len(pages), app.verbosity):
        pass
    return ahead


def _notebook(app: Sphinx, docname: str) -> NotebookNode | None:
    """The page as MyST-NB reads it, None if it has no cells to run."""
    env: Any = app.env
    path = Path(env.doc2path(docname))
    try:
        text = path.read_text("utf8")
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        notebook = None if reader is None else reader.read(text)
    except Exception:  # the reading of the page meets it again, and reports it
        return None
    return notebook if notebook and code_cells(notebook) else None


def _length(notebook: NotebookNode) -> int:
    return sum(len(cell["source"]) for cell in code_cells(notebook))


def _one_by_one(results: AsyncIterator[str]) -> Iterator[str]:
    """The results of an event loop, each as soon as it is there."""
    with asyncio.Runner() as runner:
        while (result := runner.run(_next(results))) is not None:
            yield result


async def _next(results: AsyncIterator[str]) -> str | None:
    return await anext(results, None)
