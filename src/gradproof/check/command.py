"""`gradproof check` on the command line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from . import TIME_LIMIT, Report, apart, check, find, keeper
from .confine import CHOICES, why_not
from .verdicts import plain


def main() -> None:
    """Run the command as the program that this process is for, and leave no process behind."""
    if sys.platform != "linux":
        command(prog_name="gradproof")
    keeper.adopt()
    try:
        command(prog_name="gradproof")
    finally:  # what is left has lost its keeper
        keeper.end_all(os.getpid())


@click.group()
@click.version_option(package_name="gradproof")
def command() -> None:
    """Gradients of machine learning, derived and proved."""


@command.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON.")
@click.option("--details", is_flag=True, help="Print every failure of every file in full.")
@click.option("--require", metavar="IDS", default="", help="Ids that every file must prove: a,b.")
@click.option(
    "--solution",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="A file whose claims with an id every file must answer.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=1),
    default=TIME_LIMIT,
    show_default=True,
    help="How long a file may run, and its claims take to be proved anew.",
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    help="Files checked at a time.  [default: one for each processor]",
)
@click.option(
    "--confine",
    type=click.Choice(CHOICES),
    default=CHOICES[0],
    show_default=True,
    help="Whether files run in namespaces: where there are any, or not without, or never.",
)
def check_command(
    paths: Sequence[Path],
    as_json: bool,
    details: bool,
    require: str,
    solution: str | None,
    timeout: float,
    jobs: int,
    confine: str,
) -> None:
    """Prove what pages (.md), notebooks (.ipynb) and Python files claim.

    Each PATH is a file, or a folder that is searched.  Each file is run in a process of its own,
    confined if the system can do that, and otherwise with your rights; then its claims are proved
    anew by a process that runs nothing of it.  The exit status is 0 if every file ends, claims
    something, and everything it claims holds.
    """
    files = list(dict.fromkeys(file for path in paths for file in find(path)))
    if not files:
        raise click.UsageError("There are no pages, notebooks or Python files there.")
    _say_if_not_confined(confine)
    wanted = [name for name in require.replace(",", " ").split() if name]
    try:
        reports = _run(files, wanted, solution, timeout, jobs, confine)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    console = Console()
    if as_json:
        document = {"schema": 1, "files": [report.to_json() for report in reports]}
        click.echo(json.dumps(document, indent=1))
    else:
        console.print(_table(files, reports))
        for file, report in zip(files, reports, strict=True):
            if details or len(files) == 1:
                for failure in report.failures:
                    console.print(Text(f"\n{_shown(file)} · {failure}"), soft_wrap=True)
        held = sum(report.holds for report in reports)
        console.print(Text(f"{held} of {len(reports)} hold"))
    sys.exit(not all(report.holds for report in reports))


def _say_if_not_confined(confine: str) -> None:
    why = "" if confine == "off" else why_not()
    if why and confine == "required":
        raise click.UsageError(f"Nothing here confines what is run: {why}")
    if why:
        click.echo(f"gradproof: what is run is not confined, it has your rights: {why}", err=True)


def _run(
    files: Sequence[Path],
    require: Sequence[str],
    solution: str | None,
    timeout: float,
    jobs: int,
    confine: str,
) -> list[Report]:
    columns = (
        TextColumn("checking"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    # On the error stream, so that the table can be kept in a file.
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(files))
        with ThreadPoolExecutor(jobs) as executor:
            try:
                return check(
                    files,
                    executor=executor,
                    timeout=timeout,
                    require=require,
                    solution=solution,
                    confine=confine,
                    done=lambda report: progress.advance(task),
                )
            except KeyboardInterrupt:
                apart.stop()
                raise


def _table(files: Sequence[Path], reports: Sequence[Report]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("file", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    table.add_column("claims", justify="right", no_wrap=True)
    table.add_column("what is wrong", overflow="fold")
    for file, report in zip(files, reports, strict=True):
        good = sum(claim.holds for claim in report.claims)
        failures = report.failures
        first = failures[0].splitlines()[0] if failures else ""
        more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
        table.add_row(
            Text(_shown(file)),
            Text("holds", style="green") if report.holds else Text("fails", style="bold red"),
            Text(f"{good}/{len(report.claims)}"),
            Text(first + more),
        )
    return table


def _shown(file: Path) -> str:
    return plain(file)
