"""``make fuzz``: random statements until the time is up; any false accept ends it with an error."""

from __future__ import annotations

import sys
import time

from .statements import run

ROUND = 200


def main() -> None:
    """Run rounds of random statements for the given number of seconds (default 600)."""
    end = time.monotonic() + (float(sys.argv[1]) if len(sys.argv) > 1 else 600)
    totals: dict[str, int] = {}
    seed = int(time.time())
    print(f"first seed {seed}")
    while time.monotonic() < end:
        for ending, count in run(seed, ROUND).items():
            totals[ending] = totals.get(ending, 0) + count
        seed += 1
        tried = totals["kept"] + totals["undefined"]
        print(f"\r{tried} statements: {totals}", end="", flush=True)
    print("\nno false accept, and no normal form that changes a value")


if __name__ == "__main__":
    main()
