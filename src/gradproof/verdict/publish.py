"""How a verdict reaches the gate, or the check of a file.

Every call of `prove`, `refute` or a chain hands its certificate to `publish`, before it raises
anything.  In an ordinary session nothing happens.  In a kernel run by the gate the certificate
leaves as the *metadata* of an empty output of the cell, where neither a swallowed exception nor
the cache of executed pages can lose it.  A process that `gradproof check` runs says with
`listen` where to else it is to go.
"""

from __future__ import annotations

import itertools
import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

GATE = "GRADPROOF_GATE"
"""The environment variable by which the gate marks the kernels that it runs."""

KEY = "gradproof"
"""The key of the output's metadata under which a certificate travels."""

SHOWN = "gradproof-shown"
"""The key of a formula's metadata under which the programs that print it again travel."""

OPENED = "gradproof-opened"
"""The key of an output's metadata under which the names of files travel that a cell opened."""

Message = dict[str, Any]

_numbers = itertools.count(1)
_listener: Callable[[Message], None] | None = None


def listen(listener: Callable[[Message], None]) -> None:
    """Hand every certificate of this process to `listener`, and to no gate."""
    global _listener
    _listener = listener


def wanted() -> bool:
    """Whether a gate listens."""
    return bool(os.environ.get(GATE))


def publish(certificate: Mapping[str, Any]) -> None:
    """Send `certificate` to the gate; do nothing where no gate listens.

    The certificate must be representable as JSON.  The gate receives it together with the line
    of the cell from which the verdict was asked for, with the cell and line of the call itself,
    by which a call that never ran is missed, and with a running number, by which a certificate is
    that a cell hides from view.
    """
    if _listener is not None:
        _listener(_message(certificate))
        return
    if not wanted() or "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython

    shell = get_ipython()  # type: ignore[no-untyped-call, unused-ignore]
    if shell is None:
        return
    shell.display_pub.publish(data={}, metadata={KEY: _message(certificate)})


def _message(certificate: Mapping[str, Any]) -> Message:
    return {
        "certificate": dict(certificate),
        "line": _cell_line(),
        "at": _call(),
        "number": next(_numbers),
    }


def _call() -> list[int] | None:
    """The number of the cell and the line in it where the verdict was called for.

    None where it is not in the code of a cell, but of a module that a cell uses.
    """
    frame = sys._getframe()
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__")):
        frame = frame.f_back
    if "IPython" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    shell = get_ipython()  # type: ignore[no-untyped-call, unused-ignore]
    named = shell and shell.compile.format_code_name(frame.f_code.co_filename)
    found = re.fullmatch(r"In\[(\d+)\]", named[1]) if named else None
    return [int(found[1]), frame.f_lineno] if found else None


def _is_ours(module: object) -> bool:
    return str(module).partition(".")[0] == "gradproof"


def _cell_line() -> int:
    """The line, within the running cell, of the call that led here; 1 if it has none."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_globals.get("__name__") == "__main__" and frame.f_code.co_name == "<module>":
            return frame.f_lineno
    return 1
