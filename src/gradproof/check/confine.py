"""Walls around a submission: namespaces of its own, by `bwrap` or by `unshare`.

In them it has no network, sees what its view holds, can signal no process but its own, and none of
these outlives it.  Which of the two programs works depends on the machine, so each is tried.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from ..errors import GradproofError
from .view import Mount, view

CHOICES = ("auto", "required", "off")
"""Confine where it is possible, refuse to run where it is not, or do not confine."""

#: What a confined process can write, in bytes, in each of its folders.
_ROOM = 256 << 20
#: A new root is put together here, where nothing is that a view could hold.
_ROOT = "/sys"
_OWN = {"HOME": "/tmp", "TMPDIR": "/tmp", "IPYTHONDIR": "/tmp/ipython", "MPLCONFIGDIR": "/tmp/mpl"}
_DEVICES = ("null", "zero", "full", "random", "urandom")
#: Whether Python runs in a view, and finds this package there; to import it would take a second.
_PROBE = "import sys; from importlib.util import find_spec; sys.exit(not find_spec('gradproof'))"


class NotConfined(GradproofError):
    """Submissions were to be confined, and nothing on this machine can do that."""


def wall(path: str, hidden: Iterable[str], choice: str) -> list[str]:
    """The command that runs another one confined to the view of the file at `path`.

    It is empty if submissions are not to be confined, or can not be and need not.
    Raises :class:`NotConfined` where confinement is required, and there is none.
    """
    if choice == "off":
        return []
    made, why = _way()
    if made is None:
        if choice == "required":
            raise NotConfined(why)
        return []
    folder = os.path.realpath(os.path.dirname(path))
    own = [f"{name}={value}" for name, value in _OWN.items()]
    return [*made(view(path, hidden), folder), "env", *own]


def why_not() -> str:
    """Why submissions cannot be confined on this machine; empty if they can."""
    return _way()[1]


@cache
def _way() -> tuple[Callable[[Sequence[Mount], str], list[str]] | None, str]:
    """How to confine on this machine, if at all, and otherwise what stands in the way."""
    if sys.platform != "linux":
        return None, "only Linux has namespaces"
    reasons = []
    for name, needed, way in (
        ("bwrap", ("bwrap",), bwrap),
        ("unshare", ("unshare", "mount", "pivot_root", "setpriv"), unshare),
    ):
        missing = [each for each in needed if shutil.which(each, path=_path()) is None]
        reason = f"{missing[0]} is not installed" if missing else _fails(way)
        if not reason:
            return way, ""
        reasons.append(f"{name}: {reason}")
    return None, "; ".join(reasons)


def _path() -> str:
    """Where programs are, those for administrators too."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


def _fails(way: Callable[[Sequence[Mount], str], list[str]]) -> str:
    """What goes wrong if a process is confined in this way; empty if nothing does."""
    with tempfile.TemporaryDirectory(prefix="gradproof-") as folder:
        path = os.path.join(folder, "own.py")
        try:
            Path(path).touch()
            around = way(view(path), folder)
            done = subprocess.run(
                [*around, sys.executable, "-P", "-c", _PROBE],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=60,
                check=False,
            )
        except (OSError, subprocess.SubprocessError) as error:
            return str(error)
    told = done.stderr.decode(errors="replace").strip().splitlines()
    return (told or [f"exit status {done.returncode}"])[-1] if done.returncode else ""


def bwrap(mounts: Sequence[Mount], folder: str) -> list[str]:
    """The command of Bubblewrap for a view, working in `folder`."""
    room = ["--size", str(_ROOM)]
    words = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    for mount in mounts:
        if mount.kind == "folder":
            words += [*room, "--tmpfs", mount.at]
        else:
            word = {"bind": "--ro-bind", "link": "--symlink"}[mount.kind]
            words += [word, mount.source, mount.at]
    words += ["--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev"]
    words += [*room, "--tmpfs", "/dev/shm"]
    return [*words, "--remount-ro", "/", "--chdir", folder, "--"]


def unshare(mounts: Sequence[Mount], folder: str) -> list[str]:
    """The command of util-linux for a view, working in `folder`: a script that builds its root."""
    kinds = ("user", "map-root-user", "mount", "pid", "fork", "kill-child", "net", "ipc", "uts")
    devices = [Mount("bind", f"/dev/{name}", f"/dev/{name}") for name in _DEVICES]
    places = [Mount("folder", "/dev"), Mount("folder", "/dev/shm"), *devices, *mounts]
    words = [word for mount in places for word in (mount.kind, mount.at, mount.source)]
    script = f"room={_ROOM} root={_ROOT} PATH=$PATH:/usr/sbin:/sbin\n{_BUILD}"
    options = [f"--{kind}" for kind in kinds]
    return ["unshare", *options, "sh", "-euc", script, "gradproof", *words, "enter", folder]


#: Builds a root of the mounts that it is given, each by three words, and runs a command in it.
_BUILD = r"""
empty() { mount -t tmpfs -o "size=$room,mode=0755" gradproof "$1"; }
make() { [ -d "$1" ] || mkdir -p "$1"; }
empty "$root"
mkdir "$root/proc"
mount -t proc proc "$root/proc"
while [ "$1" != enter ]; do
  at=$root$2
  make "${at%/*}"
  case $1 in
    folder) make "$at"; empty "$at" ;;
    link) ln -s "$3" "$at" ;;
    bind)
      if [ -d "$3" ]; then make "$at"; elif [ ! -e "$at" ]; then : > "$at"; fi
      mount --rbind "$3" "$at" ;;
  esac
  shift 3
done
shift
cd "$root"
mkdir old
pivot_root . old
cd /
umount -l old
rmdir old
# All is made read-only but the folders that were made here; a mount keeps the options that it has,
# since none can be taken from it.
while read -r _ _ _ _ point options rest; do
  case "$point $rest" in
    *" - tmpfs gradproof "*) ;;
    *) mount -o "remount,bind,${options#r?,},ro" "$(printf %b "$point")" ;;
  esac
done < /proc/self/mountinfo
mount -o remount,bind,ro /
# No right in the namespaces is left, so that nothing of this can be undone.  The last shell is the
# first process of its namespace: signals from within do not reach it.
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs \
  sh -c 'cd "$0"; "$@"; exit $?' "$@"
"""
