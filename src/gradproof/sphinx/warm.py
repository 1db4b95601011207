"""Kernels that start warm: each page gets a fresh process, forked from one that has SymPy.

Starting an interpreter, Jupyter's kernel and SymPy takes over a second a page; a fork of a process
that has done so takes hundredths.  One build process has one server, which ends with it.

This file runs in three places: in the build (`command`), as the server (`serve`) and, without any
import beyond the standard library, as the process that Jupyter takes for the kernel (`join`).
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

#: What a kernel would import only as it starts, where there is such a module.
_AT_THE_START = (
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "tornado.queues",
)

#: Seconds for one certificate to be proved again, far more than the limit of a proof.
_LONGEST = 300

_server: _Server | None = None
_waiting = threading.Lock()

#: The fingerprint of the last build in this process, whose like a server may be made ready for.
wanted = ""


class _Server(NamedTuple):
    fingerprint: str
    address: str
    process: subprocess.Popen[bytes]
    owner: int


def command(fingerprint: str, environment: dict[str, str], *, rehearse: bool = False) -> list[str]:
    """What Jupyter is to run for a kernel, on the server of this process, once it is ready.

    `{connection_file}` is Jupyter's to fill in.
    """
    server = _ready(begin(fingerprint, environment, rehearse=rehearse))
    owner = str(os.getpid())
    return [sys.executable, "-I", "-S", __file__, server.address, "{connection_file}", owner]


def again(
    fingerprint: str, environment: dict[str, str], certificates: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """What is wrong with each certificate, proved again in a fork of the server.

    The server runs no page.  The answers end early if that process does.
    """
    if not hasattr(os, "fork"):  # pragma: no cover - Windows
        program = [sys.executable, "-P", "-m", "gradproof.check.again"]
        asked = json.dumps(certificates).encode() + b"\n"
        done = subprocess.run(program, input=asked, capture_output=True, check=False)
        yield from (json.loads(line) for line in done.stdout.splitlines())
        return
    server = _ready(begin(fingerprint, environment))
    # Whatever a page has done to that process: what was not answered was not proved.
    with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_LONGEST)
        connection.connect(server.address)
        connection.sendall(json.dumps({"again": certificates}).encode() + b"\n")
        with connection.makefile("rb") as stream:
            for line in stream:
                yield json.loads(line)


def _ready(server: _Server) -> _Server:
    """The server, once it listens."""
    said = server.process.stdout
    with _waiting:
        if said is not None and not said.closed:
            if not said.readline():
                raise RuntimeError("the server of warm kernels did not start")
            said.close()
    return server


def begin(fingerprint: str, environment: dict[str, str], *, rehearse: bool = False) -> _Server:
    """The server of this process, which may not be ready yet.

    Its forks share the server.  It is started when there is none, and anew when `fingerprint`
    says that the code it has imported is not the present code any more; `environment` is its
    environment.  With `rehearse` it proves one identity first, which several kernels are worth.
    """
    global _server
    if _server is None or _server.fingerprint != fingerprint:
        _stop()
        _server = _start(fingerprint, environment, rehearse)
    return _server


def _start(fingerprint: str, environment: dict[str, str], rehearse: bool) -> _Server:
    address = os.path.join(tempfile.mkdtemp(prefix="gradproof-"), "s")
    program = [sys.executable, "-P", __file__, "rehearse" if rehearse else "serve", address]
    process = subprocess.Popen(
        program, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    return _Server(fingerprint, address, process, os.getpid())


def _stop() -> None:
    global _server
    if _server is not None and _server.owner == os.getpid():
        _server.process.terminate()  # it may be busy with getting ready
        _server.process.communicate()
        shutil.rmtree(os.path.dirname(_server.address), ignore_errors=True)
    _server = None


atexit.register(_stop)


def serve(address: str, rehearse: bool) -> None:  # pragma: no cover - runs as another program
    """Fork a kernel for everyone who connects, until standard input ends."""
    # No page is debugged, and the debugger takes longer to import than the rest of a kernel.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    import ipykernel.ipkernel
    import ipykernel.kernelapp  # noqa: F401

    import gradproof.check.again  # noqa: F401 - before any page could change the file

    for module in _AT_THE_START:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)

    if rehearse:
        _rehearse()
    # SymPy makes many objects and few cycles; what the forks share has none that end.
    gc.set_threshold(500_000, 50, 1000)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            ready, _, _ = select.select([sys.stdin, listener], [], [])
            if sys.stdin in ready:
                break
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _serve(connection)
            connection.close()
    shutil.rmtree(os.path.dirname(address), ignore_errors=True)


def _rehearse() -> None:  # pragma: no cover - runs as another program
    """Prove one identity, so that what SymPy remembers of its like is there in every fork.

    Only caches stay. A prover that fails here fails on the pages, where it is told.
    """
    # Pictures are drawn into the page, as a kernel of Jupyter chooses when it starts.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    with contextlib.suppress(ImportError):
        import matplotlib.pyplot  # noqa: F401
    with contextlib.suppress(Exception):
        from gradproof import cross_entropy, dims, gradient, matrix, prove, softmax
        from gradproof.verdict.mutants import distrust

        C, D, N = dims("C D N")
        W, X, Y = matrix("W", C, D), matrix("X", D, N), matrix("Y", C, N, column_sums=1)
        P = softmax(W * X)
        distrust(prove(gradient(cross_entropy(P, Y), W), (P - Y) * X.T / N).statement)


def _serve(connection: socket.socket) -> None:  # pragma: no cover
    """In the forked process: do what was asked for, and end with who asked."""
    with connection.makefile("rb") as stream:
        request: dict[str, Any] = json.loads(stream.readline())
    if "again" in request:
        from gradproof.check import again

        with connection.makefile("wb") as answers:
            again.answer(request["again"], answers)
        os._exit(0)
    _become_kernel(connection, request)


def _become_kernel(connection: socket.socket, request: dict[str, Any]) -> None:  # pragma: no cover
    """Be the kernel that was asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(request["folder"])
    sys.path.insert(0, "")  # modules beside the page, as for any notebook
    os.environ.clear()
    os.environ.update(request["environment"])
    # Jupyter's own watch over the parent would see the server, not who asked.
    os.environ.pop("JPY_PARENT_PID", None)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()

    from ipykernel.kernelapp import IPKernelApp

    from gradproof.verdict import display

    app: Any = IPKernelApp.instance()
    settings = ["--InlineBackend.figure_formats=svg", "--HistoryManager.enabled=False"]
    app.initialize(["-f", request["file"], "--log-level=ERROR", *settings])
    display.install()  # gradproof was imported before there was a shell to install it in
    _tell_opened(app.shell)
    app.start()
    os._exit(0)


def _tell_opened(shell: Any) -> None:  # pragma: no cover
    """After each cell, tell the build which files its code has opened."""
    from gradproof.verdict.opened import Opened
    from gradproof.verdict.publish import OPENED

    opened = Opened()

    def tell(_result: Any) -> None:
        if files := opened.take():
            shell.display_pub.publish(data={}, metadata={OPENED: files})

    shell.events.register("post_run_cell", tell)


def _end_with(connection: socket.socket) -> None:  # pragma: no cover
    """End when who asked has ended, with all that the page has started."""
    connection.recv(1)
    os.killpg(0, signal.SIGKILL)


def join(address: str, file: str, owner: int) -> None:  # pragma: no cover
    """Ask the server for a kernel on this connection file, and live as long as it and `owner`."""
    # Jupyter interrupts a kernel before it ends it; this process has nothing to interrupt.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    request = {"file": file, "folder": os.getcwd(), "environment": dict(os.environ)}
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        connection.sendall(json.dumps(request).encode() + b"\n")
        while os.getppid() == owner and not select.select([connection], [], [], 1)[0]:
            pass


if __name__ == "__main__":  # pragma: no cover
    if sys.argv[1] in ("serve", "rehearse"):
        serve(sys.argv[2], sys.argv[1] == "rehearse")
    else:
        join(sys.argv[1], sys.argv[2], int(sys.argv[3]))
