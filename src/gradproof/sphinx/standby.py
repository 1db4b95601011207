"""What `make live` runs: sphinx-autobuild, with builds that have their imports behind them.

Importing Sphinx, MyST-NB and SymPy takes as long as building one page.  So a process that has
imported them stands by and forks each build, and keeps warm kernels ready for it.  When the code
that it imported is not the present code any more it begins anew, and that build starts cold.
"""

from __future__ import annotations

import gc
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import sphinx_autobuild.__main__ as autobuild
from sphinx.application import builtin_extensions
from sphinx.cmd import build
from sphinx_autobuild.build import Builder

from gradproof.sphinx import fingerprint, warm
from gradproof.sphinx.execute import environment

_IMPORTED = (*builtin_extensions, "furo", "gradproof.sphinx.hosting", "gradproof.sphinx.katex")


class StandbyBuilder(Builder):  # type: ignore[misc]
    """Has the site built by the process that stands by, or as sphinx-autobuild does."""

    def __init__(self, *arguments: Any, address: str, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.address = address

    def __call__(self, *, changed_paths: Sequence[Path]) -> None:
        """Build the site after a change; the first time there is none."""
        if not (changed_paths and ask(self.address, self.sphinx_args)):
            super().__call__(changed_paths=changed_paths)


def ask(address: str, arguments: list[str]) -> bool:
    """Have Sphinx run with these arguments at `address`; false if nothing is ready there."""
    request = {"code": fingerprint.of(), "arguments": arguments}
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(address)
            connection.sendall(json.dumps(request).encode() + b"\n")
            return connection.recv(1) != b""
    except OSError:
        return False


def command(address: str, code: str) -> list[str]:
    """The process that stands by at `address`, which imports code of this fingerprint."""
    return [sys.executable, "-m", "gradproof.sphinx.standby", "--at", address, code]


def stand_by(address: str, code: str) -> None:  # pragma: no cover - runs as another program
    """Fork a build for everyone who asks, until standard input ends."""
    for name in _IMPORTED:
        import_module(name)
    gc.freeze()  # what builds share with this process is not looked through by each
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        Path(address).unlink(missing_ok=True)
        listener.bind(address)
        listener.listen()
        while sys.stdin not in select.select([sys.stdin, listener], [], [])[0]:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                request = json.loads(stream.readline())
                if request["code"] != code:
                    os.execv(sys.executable, command(address, request["code"]))
                wanted = _build(request["arguments"])
                connection.sendall(b".")
            if wanted:
                warm.command(wanted, environment(), rehearse=True)
    shutil.rmtree(os.path.dirname(address), ignore_errors=True)


def _build(arguments: list[str]) -> str:  # pragma: no cover - runs as another program
    """Run Sphinx in a fork; gives the fingerprint by which it asks for kernels."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            build.main(arguments)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.write(writing, warm.wanted.encode())
            os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        wanted = pipe.read()
    os.waitpid(child, 0)
    return wanted


def main() -> None:  # pragma: no cover - runs as another program
    """Run sphinx-autobuild with the arguments of this program."""
    if not hasattr(os, "fork"):
        autobuild.main()
        return
    address = os.path.join(tempfile.mkdtemp(prefix="gradproof-"), "s")
    # sphinx-autobuild has no hook here; should the name move, builds start cold.
    autobuild.Builder = partial(StandbyBuilder, address=address)
    with subprocess.Popen(command(address, fingerprint.of()), stdin=subprocess.PIPE):
        autobuild.main()


if __name__ == "__main__":  # pragma: no cover
    if sys.argv[1:2] == ["--at"]:
        stand_by(*sys.argv[2:])
    else:
        main()
