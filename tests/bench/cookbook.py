"""The whole cookbook: verdicts, the all-shapes route alone, and what refusing costs."""

from __future__ import annotations

import ast
import importlib
import io
import multiprocessing
import os
import re
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stdout
from itertools import islice
from pathlib import Path
from unittest import mock

import matplotlib
import matplotlib.pyplot
from myst_nb.core.read import read_myst_markdown_notebook

from gradproof import NotProved, prove
from gradproof.errors import StatementError
from gradproof.language.statement import Statement
from gradproof.routes.numbers.route import Judge
from gradproof.verdict.mutants import mutants

from .measuring import ROOT, Row, Section, at_most, clear, median, timed, told

DOCS = ROOT / "docs"
_CARD = re.compile(r"^`{3,}\{theorem\} (\S+)$", re.MULTILINE)
_NAME = re.compile(r'\bname="([^"]+)"')
RUNS = 3

#: What an identity takes to be proved: one statement, or the links of a chain.
Claims = dict[str, tuple[Statement, ...]]


def wanted() -> list[str]:
    """The ids that have a card in the cookbook, in the order of its pages."""
    pages = sorted((DOCS / "cookbook").glob("*.md"))
    return [name for page in pages for name in _CARD.findall(page.read_text("utf8"))]


def pages(names: set[str]) -> list[Path]:
    """The pages on which they are proved."""
    sources = sorted(path for path in DOCS.rglob("*.md") if not path.name.startswith("_"))
    return [path for path in sources if names & set(_NAME.findall(path.read_text("utf8")))]


def collect(names: list[str], sources: list[Path] | None = None) -> Claims:
    """Run the cells of the pages, and keep what each of ``names`` is proved from."""
    found: Claims = {}
    with _recorded(found):
        for path in pages(set(names)) if sources is None else sources:
            _run(path)
    return {name: found[name] for name in names if name in found}


@contextmanager
def _recorded(found: Claims) -> Iterator[None]:
    """Have named proofs and chains leave their statements in ``found``."""
    prover, chains = (
        importlib.import_module(f"gradproof.verdict.{m}") for m in ("prover", "chain")
    )
    certify, linked = prover.certify, chains.linked

    def noted(statement, *args, **options):
        if options.get("name") and options.get("kind") == "prove":
            found[options["name"]] = (statement,)
        return certify(statement, *args, **options)

    def linking(start, steps, links, uses, **options):
        if options.get("name"):
            proofs = options.get("by") or links
            found[options["name"]] = tuple(proof.statement for proof in proofs)
        return linked(start, steps, links, uses, **options)

    with (
        mock.patch.object(prover, "certify", noted),
        mock.patch.object(chains, "linked", linking),
        mock.patch.object(matplotlib.pyplot, "show"),
    ):
        yield


def _run(path: Path) -> None:
    """Run a page's cells as a notebook does; figures stay off the screen."""
    matplotlib.use("Agg")
    notebook = read_myst_markdown_notebook(path.read_text("utf8"))
    namespace: dict[str, object] = {"__name__": "__main__", "display": lambda *_: None}
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with redirect_stdout(io.StringIO()):
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    exec(compile(ast.parse(cell["source"]), str(path), "exec"), namespace)
    finally:
        os.chdir(before)
        matplotlib.pyplot.close("all")


def verdict(statements: tuple[Statement, ...]) -> float:
    """Prove an identity by all routes; return how long the all-shapes route took."""
    index = 0.0
    for s in statements:
        routes = prove(s.lhs, s.rhs, given=s.given).certificate["routes"]
        index += sum(route["seconds"] for route in routes if route["route"] == "all shapes")
    return index


def refusal(statement: Statement) -> bool:
    """Whether a false statement is refused, with all that an author is shown."""
    try:
        prove(statement.lhs, statement.rhs, given=statement.given)
    except NotProved:
        return True
    return False


def near_miss(statement: Statement, turn: int) -> Statement | None:
    """A mutant that numbers refuse; ``turn`` says which, so that kinds of change take turns."""
    judge = Judge(statement)
    found = [m for m in mutants(statement) if judge.agrees(m.right) is False and _is_claim(m)]
    return found[turn % len(found)] if found else None


def _is_claim(statement: Statement) -> bool:
    """Whether it can be stated; of a mutant shapes are checked, and names are not."""
    try:
        Statement(statement.lhs, statement.rhs, statement.given)
    except StatementError:
        return False
    return True


def both_cores(claims: Claims) -> float:
    """The time of all verdicts by two processes, which begin with empty caches."""
    clear()
    context = multiprocessing.get_context("fork")
    _shared.update(claims)
    start = time.perf_counter()
    with ProcessPoolExecutor(2, context) as pool:
        list(pool.map(_verdict_of, claims))
    return time.perf_counter() - start


_shared: Claims = {}


def _verdict_of(name: str) -> float:
    return verdict(_shared[name])


def measure() -> Section:
    """Every identity of the cookbook, several times over."""
    names = wanted()
    claims = collect(names)
    whole = {name: [] for name in claims}
    index = {name: [] for name in claims}
    for _ in range(RUNS):
        for name, statements in claims.items():
            time_of_all, time_of_index = timed(verdict, statements)
            whole[name].append(time_of_all)
            index[name].append(time_of_index)
    times = {name: statistics.median(values) for name, values in whole.items()}
    routes = {name: statistics.median(values) for name, values in index.items()}
    covered = [value for value in routes.values() if value]
    slowest = max(times, key=times.__getitem__)
    rows = [
        Row("identities with a card in the cookbook", f"{len(claims)} of {len(names)}"),
        at_most("verdict by all three routes, median", statistics.median(times.values()), 0.2),
        at_most(
            "all-shapes route alone, median",
            statistics.median(covered),
            0.02,
            f"of the {len(covered)} that it covers",
        ),
        at_most("slowest verdict", times[slowest], 3, f"`{slowest}`"),
        Row("all verdicts, one after another", told(sum(times.values()))),
        at_most(
            "all verdicts, on two cores",
            statistics.median(both_cores(claims) for _ in range(RUNS)),
            30,
        ),
        *refusals(claims),
    ]
    return Section(
        "The cookbook",
        "Every identity of the cookbook: the 135 of its catalogue, and those that stand beside "
        "them on its cards.\n"
        "Each is stated as on its page, and proved each time with empty caches; "
        "a chain of steps counts with the sum of its links.\n"
        "The false statements are near misses of the same identities, one each, of all kinds in "
        "turn: a sign, a factor, a transpose, an operand, a size.\n"
        "The time of a refusal has in it the search for a smallest counterexample, the residual "
        "and the message.",
        rows,
        ("mpmath",),
    )


def refusals(claims: Claims) -> list[Row]:
    """What it costs to refuse a near miss of each, against proving the true statement."""
    ratios: dict[str, float] = {}
    accepted = []
    for turn, (name, statements) in enumerate(claims.items()):
        true = statements[-1]
        false = near_miss(true, turn)
        if false is None:
            continue
        proving = median(verdict, (true,), runs=RUNS)
        runs = [timed(refusal, false) for _ in range(RUNS)]
        if not all(refused for _, refused in runs):
            accepted.append(name)
        ratios[name] = statistics.median(time_of_one for time_of_one, _ in runs) / proving
    if accepted:
        raise AssertionError(f"near misses of {', '.join(accepted)} were proved")
    worst = max(ratios, key=ratios.__getitem__)
    over = sum(ratio > 2 for ratio in ratios.values())
    middle = statistics.median(ratios.values())
    return [
        Row("false statements, all refused", str(len(ratios))),
        Row("refusing against proving, median", f"{middle:.2f} ×", "at most 2 ×", middle <= 2),
        Row(
            "refusing against proving, worst",
            f"{ratios[worst]:.1f} × (`{worst}`; {over} of {len(ratios)} are above 2 ×)",
            "at most 2 ×",
            ratios[worst] <= 2,
        ),
    ]


def sample(count: int) -> Claims:
    """A few of the identities, of the first page of the cookbook: for a trial of this module."""
    page = DOCS / "cookbook" / "linear-algebra-basics.md"
    names = list(islice(_CARD.findall(page.read_text("utf8")), count))
    return collect(names, [page])
