"""Indices, each of one sort, and tensors: what has entries."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

_fresh = itertools.count()

Env = Mapping["Index", str]
NO_ENV: Env = {}


def sort_name(sort: Any) -> str:
    """The name of a sort; sorts of one name are the same."""
    return str(getattr(sort, "name", None) or sort)


class Index:
    """An index of one sort: it runs over that dimension and no other. Equal only to itself."""

    __slots__ = ("number", "sort", "sort_name", "token")

    def __init__(self, sort: Any) -> None:
        self.sort = sort
        self.sort_name = sort_name(sort)
        self.number = next(_fresh)
        self.token = f"i{self.number}"


class Count:
    """A sort whose indices take the values 0 to ``size`` − 1; ``size`` is a polynomial.

    ``filled`` says that there surely is one.
    """

    __slots__ = ("filled", "size")

    def __init__(self, size: Any, filled: bool) -> None:
        self.size, self.filled = size, filled

    def __repr__(self) -> str:
        return f"count {self.size}"


AnyIndex = Index | int  # a literal index is a plain int


def token(index: AnyIndex, env: Env) -> str:
    """The name of an index: given by ``env``, or its own if it is free there."""
    if isinstance(index, int):
        return f"#{index}"
    return env.get(index, index.token)


class Tensor:
    """What has entries: a name and the facts that the symbol carries."""

    __slots__ = ("facts", "key", "name")

    def __init__(self, name: str, facts: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self.facts = dict(facts or {})
        told = ",".join(f"{fact}={self.facts[fact]}" for fact in sorted(self.facts))
        self.key = f"{name}{{{told}}}" if told else name

    def has(self, fact: str) -> bool:
        """Whether the symbol carries this fact."""
        return fact in self.facts
