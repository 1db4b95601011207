"""After a build that did not come to its end, the next one trusts nothing that it left.

A mark stands in both folders of a build as long as it runs, and stays if the build fails or is cut
short.  Where it stands, every page is read again, and the folder of pages is emptied before the
first is written: a page of a source that is gone since, or half a file, is never published.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME

_MARK = ".gradproof-unfinished"


class Unfinished:
    """The marks of one build in its two folders.

    `found` says that an earlier build did not end well, `fails` that this one does not.
    """

    def __init__(self, outdir: Path, doctreedir: Path, sources: Path) -> None:
        self.outdir, self.doctreedir = outdir.resolve(), doctreedir.resolve()
        self.sources = sources.resolve()
        self._marks = [folder / _MARK for folder in (self.outdir, self.doctreedir)]
        self.found = any(mark.exists() for mark in self._marks)
        self.fails = False

    def begin(self) -> None:
        """Set the marks; after a build that did not end, forget what Sphinx remembers."""
        if self.found:
            (self.doctreedir / ENV_PICKLE_FILENAME).unlink(missing_ok=True)
        for mark in self._marks:
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()

    def empty(self) -> None:
        """Before pages are written, all of them: remove what an unfinished build left.

        Hidden files are nobody's pages, and a folder with the sources in it is not emptied.
        """
        if not self.found or self.sources.is_relative_to(self.outdir):
            return
        for path in self.outdir.iterdir():
            if path.name.startswith(".") or path == self.doctreedir:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def end(self) -> None:
        """The build came to its end, and it did not fail."""
        for mark in self._marks if not self.fails else ():
            mark.unlink(missing_ok=True)
