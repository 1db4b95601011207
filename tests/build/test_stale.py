"""Nothing old poses as fresh: builds after changes that Sphinx and Jupyter do not see."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
import sympy

import gradproof
from gradproof.sphinx import fingerprint

from .conftest import BROKEN, Site, cell, page, proof, theorem

FALSE = 'prove(2 * W, W * 3, name="one")'
PACKAGE = Path(gradproof.__file__).parent


@pytest.fixture
def published(site: Site) -> Site:
    """A site with one proved identity, shown on two pages, already built."""
    site.write("one.md", page("One", theorem("one"), proof("one")))
    site.write("shows.md", "# Shows\n\n" + theorem("one"))
    built = site.build()
    assert built.status == 0, built.log
    assert set(site.poses_as_fresh()) == {"index.html", "anchor.html", "one.html", "shows.html"}
    return site


def executions(site: Site) -> int:
    """How many executed pages are kept."""
    return len(list((site.root / "build" / ".gradproof").rglob("*.json")))


def test_a_changed_prover_proves_everything_anew(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(PACKAGE, tmp_path / "src" / "gradproof")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "src"))
    monkeypatch.setattr(fingerprint, "_PACKAGE", tmp_path / "src" / "gradproof")
    site.write("one.md", page("One", theorem("one"), proof("one")))
    first = site.build()
    assert first.status == 0, first.log
    initial = tmp_path / "src" / "gradproof" / "__init__.py"
    sound = initial.read_text("utf8")
    initial.write_text(sound + BROKEN, "utf8")
    for _ in range(2):  # a failure is not forgotten
        second = site.build()
        assert second.status != 0
        assert f"one.md:{site.line('one.md', 'prove((W')}: ERROR: one: not proved" in second.log
        assert site.poses_as_fresh() == []
    # Neither without the pages and the environment, where only what is kept is left to ask.
    shutil.rmtree(site.html)
    shutil.rmtree(site.root / "build" / "doctrees")
    assert site.build().status != 0
    initial.write_text(sound, "utf8")
    mended = site.build()
    assert mended.status == 0, mended.log
    assert "gp-proved" in site.text("one")


def test_a_changed_sympy_proves_everything_anew(site: Site, tmp_path: Path) -> None:
    original = Path(sympy.__file__).parent
    copy = tmp_path / "lib" / "sympy"
    copy.mkdir(parents=True)
    for item in original.iterdir():
        (copy / item.name).symlink_to(item)
    initial = copy / "__init__.py"
    text = initial.read_text("utf8")
    initial.unlink()
    initial.write_text(text + "\nunit = 1\n", "utf8")
    use = cell("from sympy import unit", 'prove(unit * W, W, name="one")')
    site.write("one.md", page("One", theorem("one"), use))
    path = str(tmp_path / "lib")
    first = site.build_apart(PYTHONPATH=path)
    assert first.status == 0, first.log
    initial.write_text(text + "\nunit = 2\n", "utf8")
    second = site.build_apart(PYTHONPATH=path)
    assert second.status != 0
    assert "one: not proved" in second.log
    assert site.poses_as_fresh() == []


def test_python_without_assertions_builds_the_same(published: Site) -> None:
    published.write("one.md", page("One", theorem("one"), cell(FALSE)))
    built = published.build_apart(PYTHONOPTIMIZE="2")
    assert built.status != 0
    assert f"one.md:{published.line('one.md', '2 * W')}: ERROR: one: not proved" in built.log


def test_an_unchanged_site_runs_nothing(published: Site) -> None:
    before = published.text("one")
    times = {p: p.stat().st_mtime_ns for p in published.html.glob("*.html")}
    built = published.build()
    assert built.status == 0
    assert "0 added, 0 changed" in built.log
    assert published.text("one") == before
    for name in ("one", "shows", "index"):
        path = published.html / f"{name}.html"
        assert path.stat().st_mtime_ns == times[path]


def test_a_forced_build_takes_what_is_kept(published: Site) -> None:
    kept = executions(published)
    assert kept == 1
    built = published.build("-E", "-a")
    assert built.status == 0
    assert executions(published) == kept
    assert "gp-proved" in published.text("one")


def test_what_is_kept_is_judged_again(published: Site) -> None:
    """A kept page whose certificates were edited by hand is still judged."""
    kept = next((published.root / "build" / ".gradproof").rglob("*.json"))
    kept.write_text(kept.read_text("utf8").replace('"proved"', '"not proved"'), "utf8")
    built = published.build("-E")
    assert built.status != 0
    assert "one: not proved" in built.log


def test_a_failure_is_not_kept(published: Site) -> None:
    published.write("one.md", page("One", theorem("one"), cell(FALSE)))
    for _ in range(2):
        assert published.build().status != 0
    assert executions(published) == 1


def test_a_mended_page_brings_the_site_back(published: Site) -> None:
    sound = (published.docs / "one.md").read_text("utf8")
    before = published.text("shows")
    published.write("one.md", page("One", theorem("one"), cell(FALSE)))
    assert published.build().status != 0
    assert "Not published" in published.text("shows")
    published.write("one.md", sound)
    built = published.build()
    assert built.status == 0, built.log
    assert published.text("shows") == before
    assert (published.html / "identities.json").is_file()


def test_a_page_follows_the_certificate_that_it_shows(published: Site) -> None:
    published.write("one.md", page("One", cell('prove(W.T.T, W, name="one")')))
    built = published.build()
    assert built.status == 0, built.log
    assert "gp-proved" in published.text("shows")
    assert "X" not in published.text("shows").split("gp-facts")[1].split("</dl>")[0]


def test_a_page_that_is_gone_is_gone(published: Site) -> None:
    (published.docs / "shows.md").unlink()
    assert published.build().status == 0
    assert published.text("shows") == ""


def test_another_builder_on_the_same_doctrees_does_not_hide_a_change(published: Site) -> None:
    published.write("one.md", page("One", cell('prove(W.T.T, W, name="one")')))
    stamp = time.time()
    assert published.build("-b", "dummy").status == 0
    assert published.build().status == 0
    assert (published.html / "shows.html").stat().st_mtime >= stamp - 1
    assert "X" not in published.text("shows").split("gp-facts")[1].split("</dl>")[0]


def test_warnings_as_errors_twice_fail_twice(published: Site) -> None:
    published.write("anchor.md", "# A page\n\nSee {ref}`nowhere-at-all`.\n")
    for _ in range(2):
        built = published.build("-W")
        assert built.status != 0
        assert "nowhere-at-all" in built.log
        assert published.poses_as_fresh() == []


def test_a_failure_fails_without_that_flag_and_cannot_be_silenced(published: Site) -> None:
    published.configure('suppress_warnings = ["*", "gradproof", "mystnb", "myst-nb", "myst"]')
    published.write("one.md", page("One", theorem("one"), cell(FALSE)))
    for options in ((), ("-q",), ("--keep-going",), ("-W", "--keep-going")):
        built = published.build(*options)
        assert built.status != 0
        assert "one: not proved" in built.log


@pytest.mark.parametrize(
    "setting",
    [
        'nb_execution_mode = "off"',
        'nb_execution_mode = "cache"',
        "nb_execution_allow_errors = True",
        'nb_execution_excludepatterns = ["*"]',
        "nb_execution_raise_on_error = True",
    ],
)
def test_no_setting_of_the_notebooks_lets_it_pass(published: Site, setting: str) -> None:
    published.configure(setting)
    published.write("one.md", page("One", theorem("one"), cell(FALSE)))
    built = published.build()
    assert built.status != 0
    assert f"one.md:{published.line('one.md', '2 * W')}: ERROR: one: not proved" in built.log
    assert published.poses_as_fresh() == []


def test_a_crash_while_reading_leaves_nothing_to_trust(published: Site) -> None:
    published.configure(
        "def setup(app):\n"
        "    def fail(app, docname, source):\n"
        "        if docname == 'shows': raise ValueError('crash')\n"
        "    app.connect('source-read', fail)\n"
    )
    published.write("shows.md", "# Shows\n\nMore words.\n\n" + theorem("one"))
    assert published.build().status != 0
    assert published.poses_as_fresh() == []
    assert not (published.root / "build" / "doctrees" / "environment.pickle").exists()


def test_code_beside_the_pages_counts(published: Site) -> None:
    helper = published.docs / "helper.py"
    helper.write_text("factor = 1\n", "utf8")
    text = cell("from helper import factor", 'prove(factor * W, W, name="two")')
    published.write("two.md", page("Two", text))
    assert published.build().status == 0
    helper.write_text("factor = 2\n", "utf8")
    built = published.build()
    assert built.status != 0
    assert "two: not proved" in built.log


def test_a_change_during_the_build_is_noticed(published: Site) -> None:
    published.write("late.py", "")
    text = cell('open("late.py", "a").write("# changed")')
    published.write("two.md", page("Two", text))
    built = published.build()
    assert built.status != 0
    assert "code changed during the build" in built.log


def test_user_settings_of_ipython_are_not_read(published: Site, tmp_path: Path) -> None:
    startup = tmp_path / "home" / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("import os; os._exit(3)\n", "utf8")
    published.write("two.md", page("Two", cell("1 + 1")))
    built = published.build_apart(HOME=str(tmp_path / "home"))
    assert built.status == 0, built.log
    assert "IPYTHONDIR" not in os.environ
