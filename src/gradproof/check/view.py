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
#: Where a folder with more than a few things beside a file is in a view.
_BESIDE, _FEW = "/beside", 20


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
    folder, own = os.path.realpath(folder), os.path.realpath(path)
    beside = [place for place in map(os.path.realpath, hidden) if place != own]
    installed = [
        *(_as_it_is(place) for place in _SYSTEM if os.path.lexists(place)),
        *(_bind(f"/etc/{each}") for each in _SETTINGS if os.path.exists(f"/etc/{each}")),
        *(_bind(place) for place in _python()),
    ]
    # A solution among what Python may import is covered up.
    places = [mount.source for mount in installed if mount.kind == "bind"]
    covered = [each for each in beside if any(_within(each, place) for place in places)]
    work = [Mount("folder", "/tmp"), Mount("folder", folder), *_entries(folder, name, beside)]
    mounts = sorted([*installed, *work], key=lambda mount: len(PurePath(mount.at).parts))
    return mounts + [Mount("bind", each, os.devnull) for each in covered]


def _bind(place: str) -> Mount:
    return Mount("bind", place, os.path.realpath(place))


def _as_it_is(place: str) -> Mount:
    return Mount("link", place, os.readlink(place)) if os.path.islink(place) else _bind(place)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _entries(folder: str, name: str, hidden: Sequence[str]) -> list[Mount]:
    """What stands beside a file, but for what is hidden or holds something hidden."""
    inside = [each[len(folder) :].lstrip(os.sep) for each in hidden if _within(each, folder)]
    secret = {each.split(os.sep)[0] for each in inside}
    entries = [each for each in os.scandir(folder) if each.name != name]
    shown = [e for e in entries if e.name not in secret and _may_be_seen(e, hidden)]
    seen = {each.name for each in shown}
    left_out = [each for each in entries if each.name not in seen]
    own = _bind(os.path.join(folder, name))
    if len(shown) > len(left_out) + _FEW:
        return [own, *_all_but(folder, shown, left_out)]
    # A link leads no further than the view does.
    return [own, *(_as_it_is(each.path) for each in shown)]


def _all_but(
    folder: str, shown: Sequence[os.DirEntry[str]], left_out: Sequence[os.DirEntry[str]]
) -> Iterator[Mount]:
    """The same by links into one mount, since a thousand mounts take half a minute."""
    yield Mount("bind", _BESIDE, folder)
    for entry in left_out:
        at = os.path.join(_BESIDE, entry.name)
        yield Mount("folder", at) if entry.is_dir() else Mount("bind", at, os.devnull)
    for entry in shown:
        yield Mount("link", entry.path, os.path.join(_BESIDE, entry.name))


def _may_be_seen(entry: os.DirEntry[str], hidden: Sequence[str]) -> bool:
    if entry.is_symlink() or entry.is_dir():
        return True
    return entry.is_file() and not _is_one_of(entry, hidden)


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
