"""Builds that meet in a folder, are cut short, or find what they keep damaged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from .conftest import Site, cell, page, proof, theorem

HOLD = """
import pathlib, time
if pathlib.Path({hold!r}).exists():
    pathlib.Path({reached!r}).touch()
    while pathlib.Path({hold!r}).exists():
        time.sleep(0.05)
"""


def _until(true: Callable[[], bool], seconds: float = 120) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def _build(site: Site) -> subprocess.Popen[str]:
    """A build in a process of its own, which has begun."""
    return subprocess.Popen(
        [sys.executable, "-m", "sphinx", *site.arguments()],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


class Held:
    """A site whose build stops where it is told to, until it is let go on."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.hold, self.reached = site.root / "hold", site.root / "reached"

    def code(self) -> str:
        """What waits, in a cell or in `conf.py`."""
        return HOLD.format(hold=str(self.hold), reached=str(self.reached))

    def start(self) -> subprocess.Popen[str]:
        """Begin a build, and return when it waits."""
        self.hold.touch()
        self.reached.unlink(missing_ok=True)
        process = _build(self.site)
        assert _until(self.reached.exists), process.communicate(timeout=5)
        return process

    def let_go(self) -> None:
        """Let the build go on."""
        self.hold.unlink()


@pytest.fixture
def held(site: Site) -> Held:
    """A published site of two pages, one of them with an id, which can be held while it writes."""
    made = Held(site)
    waiting = "\n".join(f"    {line}" for line in made.code().strip().splitlines())
    site.configure(
        f"def _wait(app, page, template, context, doctree):\n    if page != 'late': return\n{waiting}\n"
        "def setup(app): app.connect('html-page-context', _wait)"
    )
    site.write("gone.md", page("Gone", theorem("one"), proof("one")))
    site.write("late.md", page("Late", "Words.\n"))
    assert site.build().status == 0
    return made


def test_a_second_build_waits_for_the_first(held: Held) -> None:
    site = held.site
    site.write("late.md", page("Late", "Other words.\n"))
    first = held.start()
    site.write("late.md", page("Late", "$$W = 2W$$\n"))
    second = _build(site)
    assert second.stdout is not None
    assert any("another build uses" in line for line in second.stdout)
    held.let_go()
    assert "build succeeded" in first.communicate(timeout=120)[0] and first.returncode == 0
    log = second.communicate(timeout=120)[0]
    assert second.returncode != 0 and "W = 2W" in log
    assert site.poses_as_fresh() == []
    assert "2W" not in site.text("late").split("<pre>")[0]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_nothing_stays_of_a_source_that_goes_after_a_build_is_cut_short(
    held: Held, how: signal.Signals
) -> None:
    site = held.site
    site.write("late.md", page("Late", "Other words.\n", cell("1 + 1")))
    process = held.start()
    process.send_signal(how)
    process.communicate(timeout=60)
    (site.html / "_static" / "half.js").touch()  # as a full disk leaves one
    (site.docs / "gone.md").unlink()
    site.write("other.md", page("Other", theorem("two"), proof("two")))
    held.let_go()
    built = site.build()
    assert built.status == 0, built.log
    left = {str(path.relative_to(site.html)) for path in site.html.rglob("*") if path.is_file()}
    assert {"other.html", "other.ipynb", "id/two/index.html"} <= left
    assert not {"gone.html", "gone.ipynb", "id/one/index.html", "_static/half.js"} & left
    # The theme comes with an empty script.
    empty = {path for path in left if not (site.html / path).stat().st_size}
    assert {Path(path).name for path in empty} <= {"furo-extensions.js"}
    assert site.build().log.count("0 added, 0 changed") == 1


def test_a_page_that_goes_after_a_failure_is_gone(held: Held) -> None:
    site = held.site
    site.write("late.md", page("Late", "$$W = 2W$$\n"))
    assert site.build().status != 0
    (site.docs / "gone.md").unlink()
    site.write("late.md", page("Late", "Words.\n"))
    assert site.build().status == 0
    assert not (site.html / "gone.html").exists()


def test_an_output_folder_with_the_sources_in_it_is_not_emptied(tmp_path: Path) -> None:
    from gradproof.sphinx.unfinished import Unfinished

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").touch()
    Unfinished(tmp_path, tmp_path / "trees", tmp_path / "docs").begin()
    second = Unfinished(tmp_path, tmp_path / "trees", tmp_path / "docs")
    second.begin()
    second.empty()
    assert second.found and (tmp_path / "docs" / "page.md").exists()


def test_no_process_outlives_a_build_that_is_killed(site: Site) -> None:
    held = Held(site)
    child = "import subprocess\n\nsubprocess.Popen(['sleep', '600'])"
    site.write("long.md", page("Long", cell(child), cell(*held.code().strip().splitlines())))
    process = held.start()
    started = psutil.Process(process.pid).children(recursive=True)
    assert len(started) >= 3  # the server, what stands for a kernel, the kernel, and its child
    process.kill()
    process.communicate(timeout=30)
    left = psutil.wait_procs(started, timeout=30)[1]
    for each in left:
        each.kill()
    assert left == []


def test_what_a_page_leaves_running_ends_with_it(site: Site) -> None:
    note = site.root / "pid"
    code = f"import subprocess\n\nopen({str(note)!r}, 'w').write(str(subprocess.Popen(['sleep', '600']).pid));"
    site.write("long.md", page("Long", cell(*code.split("\n"))))
    assert site.build().status == 0
    pid = int(note.read_text("utf8"))
    ended = _until(lambda: not psutil.pid_exists(pid), 30)
    if not ended:
        os.kill(pid, signal.SIGKILL)
    assert ended


def test_what_a_cell_read_counts(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data file, one that is not there yet, modules on the path and behind a link, a package."""
    lib, linked = tmp_path / "lib", tmp_path / "linked"
    for folder in (lib, linked):
        folder.mkdir()
    (site.docs / "beside").symlink_to(linked)
    files = {
        "data": site.docs / "data.txt",
        "path": lib / "onpath.py",
        "link": linked / "behind.py",
    }
    for path in files.values():
        path.write_text("factor = 1\n", "utf8")
    monkeypatch.setenv("PYTHONPATH", str(lib))
    missing = site.docs / "later.txt"
    read = 'exec(open("data.txt").read())'
    cells = {
        "data": [read.replace("exec(", "factor = int(").replace(".read()", ".read()[-2]")],
        "path": ["from onpath import factor"],
        "link": ["import sys", "", 'sys.path.insert(0, "beside")', "from behind import factor"],
        "none": ["try:", '    factor = int(open("later.txt").read())', "except OSError:", "    factor = 1"],
    }
    for name, lines in cells.items():
        site.write(f"{name}.md", page(name, cell(*lines), cell(f'prove(factor * W, W, name="{name}");')))
    assert site.build_apart().status == 0
    same = site.build_apart()
    assert "0 added, 0 changed" in same.log
    for path in files.values():
        path.write_text("factor = 2\n", "utf8")
    missing.write_text("2", "utf8")
    for _ in range(2):
        built = site.build_apart()
        assert built.status != 0
        assert {name for name in cells if f"{name}: not proved" in built.log} == set(cells)
    for path in (*files.values(), missing):
        path.write_text("factor = 1\n" if path != missing else "1", "utf8")
    assert site.build_apart().status == 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[]",
        lambda text: text.replace('"cells": [[', '"cells": [[1, []], [', 1),
        lambda text: text.replace('"outputs"', '"other"').replace('"output_type"', '"type"'),
        lambda text: text.replace('"cells": [[', '"cells": [5, [', 1),
        lambda text: "\x00" * 100,
    ],
)
def test_a_damaged_file_of_kept_outputs_costs_time_only(
    site: Site, damage: Callable[[str], str]
) -> None:
    site.write("one.md", page("One", theorem("one"), proof("one")))
    assert site.build().status == 0
    (kept,) = (site.root / "build" / ".gradproof").rglob("*.json")
    kept.write_text(damage(kept.read_text("utf8")), "utf8")
    built = site.build("-E", "-W")
    assert built.status == 0, built.log
    assert "executing pages" in built.log


def test_a_damaged_environment_costs_time_only(site: Site) -> None:
    site.write("one.md", page("One", theorem("one"), proof("one")))
    assert site.build().status == 0
    saved = site.root / "build" / "doctrees" / "environment.pickle"
    saved.write_bytes(saved.read_bytes()[:1000])
    assert site.build("-W").status == 0
