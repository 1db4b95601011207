"""The files of the project itself."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest
import yaml

from .conftest import ROOT

_HOSTS = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".",
    "debian" + ".org",
    "anaconda" + ".",
)


def committed() -> list[str]:
    """The files under version control, or all there are where there is none."""
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode == 0 and done.stdout:
        return done.stdout.splitlines()
    return [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file()]


def test_no_committed_file_names_a_registry_host() -> None:
    for name in committed():
        path = ROOT / name
        if path.is_file():
            text = path.read_bytes().decode("utf8", "ignore")
            assert not any(host in text for host in _HOSTS), name


def test_every_package_is_locked_with_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf8")
    entries = re.split(r"\n(?=[a-z0-9])", lock.split("\n", 2)[2])
    assert len(entries) > 50
    assert all("--hash=sha256:" in entry and "==" in entry for entry in entries)
    names = {re.split(r"[=\s;]", entry)[0] for entry in entries}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))
    wanted = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["sphinx"],
        *(
            name
            for group, members in project["dependency-groups"].items()
            for name in members
            if isinstance(name, str)  # else the name of another group
            if group != "peers"  # for the benchmark alone, and never needed
        ),
    ]
    assert {re.split(r"[<>=\[]", requirement)[0] for requirement in wanted} <= names


def test_make_help_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text("utf8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.M)
    assert phony is not None
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = re.findall(r"^make (\w+) +\S", done.stdout, re.M)
    assert sorted(listed) == sorted(phony[1].split())
    assert {"html", "live", "test", "check"} <= set(listed)


def test_ci_runs_make_check_and_its_last_part_is_the_tests() -> None:
    assert "exec make check" in (ROOT / ".ci" / "run").read_text("utf8")
    check = re.search(r"^check: (.*?) ##", (ROOT / "Makefile").read_text("utf8"), re.M)
    assert check is not None
    assert check[1].split() == ["lint", "types", "html", "test"]


def test_the_citation_file_is_valid_and_agrees_with_the_package() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    # The keys that the schema of version 1.2.0 requires, in the types that it requires.
    assert citation["cff-version"] == "1.2.0"
    assert isinstance(citation["message"], str)
    assert isinstance(citation["title"], str)
    assert [author["name"] for author in citation["authors"]] == ["The gradproof authors"]
    assert str(citation["version"]) == project["version"]
    assert citation["license"] == project["license"]
    assert citation["type"] in ("software", "dataset")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", citation["date-released"])
    known = {"abstract", "authors", "cff-version", "date-released", "identifiers", "keywords"}
    known |= {"license", "message", "repository-code", "title", "type", "url", "version", "doi"}
    assert set(citation) <= known


@pytest.mark.parametrize("name", ["LICENSE", "LICENSE-docs", "CHANGELOG.md", "CONTRIBUTING.md"])
def test_the_expected_files_are_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 100


def test_the_changelog_has_the_two_headings_of_ours() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf8")
    assert "### Proved" in text
    assert "### Corrected" in text
