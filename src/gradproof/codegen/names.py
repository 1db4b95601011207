"""Names of a program: one allocator for everything in it that has a name."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable

#: What no variable of a program may be called: Python's words and built-in functions, NumPy.
RESERVED = frozenset((*keyword.kwlist, *dir(builtins), "np", "math"))


class Names:
    """Gives each thing a Python name that nothing else in the program has."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self._taken = {*RESERVED, *reserved}

    def allot(self, wanted: str) -> str:
        """A free name, the wanted one if that is a free Python name."""
        made = identifier(wanted)
        if made in self._taken:
            other = f"{made}_"
            number = 2
            while other in self._taken:
                other = f"{made}_{number}"
                number += 1
            made = other
        self._taken.add(made)
        return made


def identifier(name: str) -> str:
    """The name in the letters of a Python variable; Python reads some letters as others."""
    made = unicodedata.normalize("NFKC", name.replace("'", "_prime").replace("′", "_prime"))
    made = re.sub(r"\W", "_", made).strip("_") or "x"
    return made if made.isidentifier() else f"x_{made}"
