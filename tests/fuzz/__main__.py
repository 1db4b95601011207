"""``make fuzz``: random statements; anything false that is proved, or true refuted, is an error.

``python -m tests.fuzz SECONDS`` goes on for so long, ``--count N`` to so many statements;
``--seed S`` begins as an earlier run did, ``--jobs J`` uses so many processes, ``--kind K`` tries
one kind of statements, and ``--keep-going`` goes on after a finding, without the rest of its seed.
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from itertools import count, islice
from math import inf
from multiprocessing import Pool

from .judges import Finding
from .run import KINDS, run

#: Statements of one seed.
ROUND = 200


def main() -> int:
    """Run rounds of random statements; return 1 at the first finding, or at the end if any."""
    args = _arguments()
    print(f"first seed {args.seed}", flush=True)
    tally, findings = Counter[str](), 0
    for seed, found in _results(args):
        if isinstance(found, str):
            print(f"\nseed {seed}: {found}", flush=True)
            findings += 1
            if args.keep_going:
                continue
            return 1
        tally += found
        print(f"\r{tally['tried']} statements", end="", flush=True)
    print("\n" + "\n".join(f"{ending}: {number}" for ending, number in sorted(tally.items())))
    if findings:
        print(f"{findings} findings")
        return 1
    print("no false accept, no false refutation, and no normal form that changes a value")
    return 0


def _results(args: Namespace) -> Iterator[tuple[int, Counter[str] | str]]:
    """What became of each seed, as long as there is time, or until there are enough statements."""
    end, seeds = time.monotonic() + args.seconds, count(args.seed)
    if args.count:
        end, seeds = inf, iter(range(args.seed, args.seed - (-args.count // ROUND)))
    with Pool(args.jobs) as pool:
        while time.monotonic() < end:
            some = [(seed, args.kind) for seed in islice(seeds, 4 * args.jobs)]
            if not some:
                return
            yield from pool.imap_unordered(_round, some)


def _round(job: tuple[int, list[str] | None]) -> tuple[int, Counter[str] | str]:
    """What became of the statements of a seed, or the finding among them in words."""
    seed, kinds = job
    try:
        return seed, run(seed, ROUND, kinds)
    except Finding as finding:
        return seed, str(finding)


def _arguments() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=600)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep-going", action="store_true")
    parser.add_argument("--kind", action="append", choices=list(KINDS))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
