"""What a confined submission sees of the file system: Python, and its own folder.

A view is a list of mounts on an empty root, parents before what is in them.  It allows, and does
not forbid: home folders, other submissions and the solution are not in it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath

#: Where programs and libraries are; `/nix` and `/gnu` are those of NixOS and Guix.
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix", "/gnu")
#: The settings of the machine that programs read; the rest of `/etc` may hold secrets.
_SETTINGS = (
    "alternatives",
    "fonts",
    "group",
    "ld.so.cache",
    "localtime",
    "nsswitch.conf",
    "passwd",
)


@dataclass(frozen=True)
class Mount:
    """One place of a view: another place, to be read only (`bind`), a new empty folder
    (`folder`), or a symbolic link to `source` (`link`)."""

    kind: str
    at: str
    source: str = ""


def view(path: str, hidden: Iterable[str] = ()) -> list[Mount]:
    """What the process that runs the file at `path` may see; nothing of the files in `hidden`.

    What it writes beside the file is gone with it.
    """
    folder, name = os.path.split(path)
    folder = os.path.realpath(folder)
    own = os.path.realpath(path)
    beside = [place for place in map(os.path.realpath, hidden) if place != own]
    mounts = [
        *(_as_it_is(place) for place in _SYSTEM if os.path.lexists(place)),
        *(_bind(f"/etc/{each}") for each in _SETTINGS if os.path.exists(f"/etc/{each}")),
        *(_bind(place) for place in _python()),
        Mount("folder", "/tmp"),
        Mount("folder", folder),
        *_entries(folder, name, beside),
    ]
    mounts.sort(key=lambda mount: len(PurePath(mount.at).parts))
    seen = [mount.source for mount in mounts if mount.kind == "bind"]
    # A solution among what Python may import is covered up.
    covered = [each for each in beside if any(_within(each, place) for place in seen)]
    return mounts + [Mount("bind", each, os.devnull) for each in covered]


def _bind(place: str) -> Mount:
    return Mount("bind", place, os.path.realpath(place))


def _as_it_is(place: str) -> Mount:
    return Mount("link", place, os.readlink(place)) if os.path.islink(place) else _bind(place)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _entries(folder: str, name: str, hidden: Sequence[str]) -> Iterator[Mount]:
    """What stands beside a file, but for what is hidden or holds something hidden."""
    inside = [each[len(folder) :].lstrip(os.sep) for each in hidden if _within(each, folder)]
    left_out = {each.split(os.sep)[0] for each in inside} - {name}
    for entry in os.scandir(folder):
        if entry.name == name:
            yield _bind(entry.path)
        elif entry.name in left_out:
            continue
        elif entry.is_symlink():  # it leads no further than the view does
            yield Mount("link", entry.path, os.readlink(entry.path))
        elif entry.is_dir() or (entry.is_file() and not _is_one_of(entry, hidden)):
            yield _bind(entry.path)


def _is_one_of(entry: os.DirEntry[str], hidden: Sequence[str]) -> bool:
    """Whether a file is one of the hidden ones by another name."""
    if entry.stat().st_nlink == 1:
        return False
    return any(os.path.exists(each) and os.path.samefile(entry, each) for each in hidden)


@cache
def _python() -> tuple[str, ...]:
    """Where the interpreter, and what it can import, are; as a process of the check has it."""
    ask = "import json, sys; print(json.dumps([sys.prefix, sys.base_prefix, *sys.path]))"
    told = subprocess.run(
        [sys.executable, "-P", "-c", ask], capture_output=True, check=True, stdin=subprocess.DEVNULL
    ).stdout
    program = os.path.dirname(os.path.realpath(sys.executable))
    places = {*json.loads(told), program, os.path.dirname(sys.executable)}
    found = sorted(place for place in places if os.path.exists(place))
    return tuple(
        place
        for place in found
        if not any(_within(place, each) for each in (*_SYSTEM, *found) if each != place)
    )
