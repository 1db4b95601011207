"""The tests themselves: none is left out of a run without a word."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def test_no_folder_of_tests_is_passed_over(pytestconfig):
    """Pytest does not look into folders of some names, `build` among them by default."""
    skipped = pytestconfig.getini("norecursedirs")
    folders = {path.parent for path in HERE.rglob("test_*.py")}
    assert HERE / "build" in folders
    assert [f for f in folders if any(fnmatch(f.name, name) for name in skipped)] == []


@pytest.mark.slow
def test_a_run_that_leaves_some_of_the_kernel_unrun_fails(tmp_path):
    """As `make test` is run; a single test, which passes, runs the least of the kernel."""
    settings = tmp_path / "settings"
    settings.write_text("[run]\nbranch = true\nsource_pkgs = gradproof.routes.kernel\n", "utf8")
    options = f"-n 1 --cov --cov-config={settings} --cov-report= --whole-kernel"
    chosen = [str(HERE / "kernel" / "test_labels.py"), "-k", "captures"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options.split(), *chosen],
        cwd=HERE.parent,
        env={**os.environ, "COVERAGE_FILE": str(tmp_path / "coverage")},
        capture_output=True,
        text=True,
    )
    assert "1 passed" in run.stdout.splitlines()[-1]
    assert "Not run in the kernel" in run.stdout
    assert "kernel/calculus.py" in run.stdout
    assert run.returncode == 1


def test_without_a_browser_one_line_tells_what_is_passed_over():
    """And where the browser is required, the tests fail."""

    def run(**more):
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/browser"],
            cwd=HERE.parent,
            env={**os.environ, "PATH": "/nowhere", "GRADPROOF_BROWSER": "", **more},
            capture_output=True,
            text=True,
        )

    passed_over = run()
    told = [line for line in passed_over.stdout.splitlines() if "no Chromium" in line]
    assert len(told) == 1
    assert told[0].startswith("SKIPPED [")
    assert passed_over.returncode == 0
    required = run(GRADPROOF_BROWSER="required")
    assert required.returncode == 1
    assert "passed" not in required.stdout.splitlines()[-1]


SCRIPT = HERE.parent / ".ci" / "browser"
REMEDY = "install Chromium (on Debian, as root: apt-get install chromium)"


@pytest.fixture
def machine(tmp_path):
    """A machine with nothing on it but what the test puts there: how to put it, and to run."""
    programs = tmp_path / "bin"
    programs.mkdir()

    def put(**scripts):
        for name, script in scripts.items():
            path = programs / name.replace("_", "-")
            path.write_text(f"#!{shutil.which('sh')}\n{script}\n", "utf8")
            path.chmod(0o755)

    def run(required=""):
        for name in ("env", "touch", "chmod"):
            (programs / name).unlink(missing_ok=True)
            (programs / name).symlink_to(shutil.which(name))
        done = subprocess.run(
            [shutil.which("bash"), SCRIPT],
            env={"PATH": str(programs), "GRADPROOF_BROWSER": required, "HERE": str(programs)},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stderr, (programs / "chromium").exists()

    return put, run


APT = """
case "$*" in *chromium) touch "$HERE/chromium"; chmod +x "$HERE/chromium" ;; esac"""


def test_a_browser_that_is_there_is_left_alone(machine):
    put, run = machine
    put(id="echo 1000", google_chrome="")
    assert run("required") == (0, "", False)


@pytest.mark.parametrize("user", [{"id": "echo 0"}, {"id": "echo 1000", "sudo": 'shift; "$@"'}])
def test_a_browser_is_installed_by_who_may(machine, user):
    put, run = machine
    put(apt_get=APT, true="", **user)
    assert run("required") == (0, "", True)


@pytest.mark.parametrize(
    "there",
    [
        {"id": "echo 0"},  # another system than Debian
        {"id": "echo 1000", "apt_get": APT},  # no sudo
        {"id": "echo 1000", "apt_get": APT, "sudo": "exit 1"},  # a password is asked for
        {"id": "echo 0", "apt_get": "exit 100"},  # no network
        {"id": "echo 0", "apt_get": "exit 0"},  # and nothing was installed
    ],
)
def test_without_a_browser_the_remedy_is_told_in_one_line(machine, there):
    put, run = machine
    put(**there)
    for required, status in (("", 0), ("required", 1)):
        code, told, installed = run(required)
        assert (code, installed) == (status, False)
        assert told.count("\n") == 1
        assert REMEDY in told


def test_every_test_is_preceded_by_the_browser_and_ci_requires_it():
    make = (HERE.parent / "Makefile").read_text("utf8")
    (needs,) = re.findall(r"^test: (.*?) ##", make, re.M)
    assert "chromium" in needs.split()
    assert "export GRADPROOF_BROWSER=required" in (HERE.parent / ".ci" / "run").read_text("utf8")
