"""One build at a time in a folder: the next one waits until the folders are free.

The folders themselves are locked, so that no file is left behind; the system lets go of them
when the process ends, however it does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sphinx.util import logging

_logger = logging.getLogger(__name__)
#: The folders that this process holds, with their open descriptors.
_held: dict[Path, int] = {}


def take(folders: Iterable[Path]) -> None:
    """Wait until no other process builds in these folders, and keep others out."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows, where nothing keeps two builds apart
        return
    for folder in sorted({folder.resolve() for folder in folders}):  # one order for everyone
        folder.mkdir(parents=True, exist_ok=True)
        if folder in _held:  # from a build of this process that broke off
            continue
        descriptor = os.open(folder, os.O_RDONLY)
        _held[folder] = descriptor
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _logger.info("gradproof: another build uses %s: waiting for its end", folder)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:  # some file systems of a network cannot lock
            _logger.info("gradproof: nothing keeps two builds apart in %s: %s", folder, error)


def leave() -> None:
    """Let others build."""
    while _held:
        with suppress(OSError):
            os.close(_held.popitem()[1])
