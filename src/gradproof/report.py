"""How a verdict reaches the gate.

Every call of `prove`, `refute` or a chain hands its certificate to `publish`, before it raises
anything.  In an ordinary session nothing happens.  In a kernel run by the gate the certificate
leaves as the *metadata* of an empty output of the cell, where neither a swallowed exception nor
the cache of executed pages can lose it.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Mapping
from typing import Any

GATE = "GRADPROOF_GATE"
"""The environment variable by which the gate marks the kernels that it runs."""

KEY = "gradproof"
"""The key of the output's metadata under which a certificate travels."""

_numbers = itertools.count(1)


def wanted() -> bool:
    """Whether a gate listens."""
    return bool(os.environ.get(GATE))


def publish(certificate: Mapping[str, Any]) -> None:
    """Send `certificate` to the gate; do nothing where no gate listens.

    The certificate must be representable as JSON.  The gate receives it together with the line
    of the cell from which the verdict was asked for, and with a running number, so that a
    certificate which a cell hides from view is missed.
    """
    if not wanted() or "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython

    shell = get_ipython()  # type: ignore[no-untyped-call, unused-ignore]
    if shell is None:
        return
    message = {"certificate": dict(certificate), "line": _cell_line(), "number": next(_numbers)}
    shell.display_pub.publish(data={}, metadata={KEY: message})


def _cell_line() -> int:
    """The line, within the running cell, of the call that led here; 1 if it has none."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_globals.get("__name__") == "__main__" and frame.f_code.co_name == "<module>":
            return frame.f_lineno
    return 1
