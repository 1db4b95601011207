"""``make bench``: the figures of the speed page, measured side by side.

`--only cookbook,peers` measures some subjects and keeps what the table says of the others;
`--no-builds` leaves out what builds the site.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from . import browser, builds, cookbook, first, peers
from .measuring import ROOT, Section

TABLE = ROOT / "docs" / "reference" / "_speed.md"


def _peers() -> Section | None:
    if peers.installed():
        return peers.measure()
    print("tensorgrad is not installed: `make peers` installs it")
    return None


#: What is measured, in the order of the page.
SUBJECTS: dict[str, Callable[[], Section | None]] = {
    "first": first.measure,
    "cookbook": cookbook.measure,
    "peers": _peers,
    "builds": builds.measure,
    "browser": browser.measure,
}
BUILDING = ("builds", "browser")


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the table, a subject at a time."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--no-builds", action="store_true", help="leave out what builds the site")
    parser.add_argument("--only", default=",".join(SUBJECTS), help="subjects, between commas")
    options = parser.parse_args(arguments)
    chosen = options.only.split(",")
    unknown = set(chosen) - set(SUBJECTS)
    if unknown:
        parser.error(f"no such subject: {', '.join(sorted(unknown))} (of {', '.join(SUBJECTS)})")
    for name in chosen:
        if options.no_builds and name in BUILDING:
            continue
        section = SUBJECTS[name]()
        if section is not None:
            print(section)
            write(name, str(section))


def write(name: str, text: str) -> None:
    """Put a subject's part in its place in the table; the others stay as they are."""
    before = TABLE.read_text("utf8") if TABLE.exists() else ""
    parts = read(before) | {name: text}
    ordered = [_mark(name) + parts[name] for name in SUBJECTS if name in parts]
    TABLE.write_text("\n".join(ordered), "utf8")


def _mark(name: str) -> str:
    return f"% {name}\n\n"


def read(text: str) -> dict[str, str]:
    """The parts of a table by subject."""
    _, *parts = re.split(r"^% (\w+)$", text, flags=re.MULTILINE)
    return {name: body.strip() + "\n" for name, body in zip(parts[::2], parts[1::2], strict=True)}


if __name__ == "__main__":
    main()
