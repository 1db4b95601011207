"""The live preview, as `make live` serves it: a failure shows in the page, and goes when mended."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import IncompleteRead
from pathlib import Path

import pytest

import gradproof
from gradproof.sphinx import fingerprint, standby

from .conftest import BROKEN, ROOT, Site, cell, page, proof, theorem

FALSE = cell('prove(2 * W, W * 3, name="one")')
LIVE = ("-D", "gradproof_live=1", "-D", "gradproof_policy=0")


def test_a_failure_shows_in_its_page_and_poses_as_published_nowhere(site: Site) -> None:
    site.write("one.md", page("One", theorem("one"), FALSE, "Words.\n"))
    for _ in range(2):  # it is not forgotten where nothing is read again
        built = site.build(*LIVE)
        assert built.status == 1
        line = site.line("one.md", "2 * W")
        assert f"one.md:{line}: ERROR: one: not proved" in built.log
        text = site.text("one")
        block = text[text.index('gp-live-failure docutils container" id="gp-live-failure-1"') :]
        assert f"Line {line}: this does not hold" in block
        assert "residual" in block[: block.rindex("Words.")]
        assert text.rindex(">prove<") < text.rindex("this does not hold") < text.rindex("Words.")
        assert "gp-proved" not in text
        for name in ("one", "anchor", "index"):
            assert "Live preview, 1 failure<" in site.text(name)
        assert 'href="one.html#gp-live-failure-1"' in site.text("anchor")
        assert not (site.html / "identities.json").exists()
    assert site.build("-D", "gradproof_policy=0").status != 0
    assert site.poses_as_fresh() == []
    site.write("one.md", page("One", theorem("one"), proof("one")))
    assert site.build(*LIVE).status == 0
    assert "Live preview: all that is claimed holds" in site.text("anchor")
    assert not (site.html / "identities.json").exists()
    assert site.build("-D", "gradproof_policy=0").status == 0
    assert "gp-live" not in site.text("anchor") + site.text("one")


def test_what_fails_comes_before_what_follows_from_it(site: Site) -> None:
    site.write("one.md", page("One", theorem("two"), FALSE))
    assert site.build(*LIVE).status == 1
    banner = re.search(r"Live preview, 2 failures<(.*?)</ul>", site.text("anchor"), re.S)[1]
    assert "not proved" in banner.split("</li>")[0]
    assert "two: no page proves" in banner


def test_a_chain_that_fails_is_one_failure(site: Site) -> None:
    wrong = cell('chain(2 * W, (W + W, "twice"), (3 * W, "wrong"), name="one")')
    site.write("one.md", page("One", theorem("one"), cell("from gradproof import chain"), wrong))
    built = site.build(*LIVE)
    assert "ERROR: one: not proved: 2 W = 3 W" in built.log
    assert "Live preview, 1 failure<" in site.text("one")


def test_an_id_that_no_page_proves_shows_where_it_is_named(site: Site) -> None:
    site.write("one.md", page("One", proof("one"), theorem("nowhere"), "{proved}`nowhere`\n"))
    built = site.build(*LIVE)
    assert built.status == 1
    assert "nowhere: no page proves or refutes this" in built.log
    assert "Live preview, 2 failures<" in site.text("one")


def test_make_live_previews_beside_what_is_published() -> None:
    makefile = (ROOT / "Makefile").read_text("utf8")
    (recipe,) = re.findall(r"^live:.*\n((?:\t.*\n)+)", makefile, re.M)
    assert "-m gradproof.sphinx.standby" in recipe
    assert "-D gradproof_live=1" in recipe
    assert "docs build/live\n" in recipe
    assert makefile.count("gradproof_live") == 1


@pytest.fixture
def server(site: Site) -> Iterator[Callable[[str, str], str]]:
    """sphinx-autobuild on the site; asks for a page till it holds a text, whole."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site.write("one.md", page("One", theorem("one"), proof("one")))
    log = (site.root / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "gradproof.sphinx.standby", "--port", str(port), *LIVE]
        + ["-c", str(site.root), "-d", str(site.root / "build/doctrees")]
        + [str(site.docs), str(site.html)],
        stdout=log,
        stderr=log,
    )

    def wait(name: str, wanted: str) -> str:
        deadline, text = time.monotonic() + 120, ""
        while wanted not in text or "</html>" not in text:
            assert time.monotonic() < deadline, (wanted, (site.root / "log").read_text("utf8"))
            time.sleep(0.3)
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/{name}", timeout=5) as answer:
                    text = answer.read().decode("utf8")
            except urllib.error.HTTPError as error:
                error.close()
            except (OSError, IncompleteRead):
                pass  # not there yet, or written while it was read
        return text

    try:
        yield wait
    finally:
        process.terminate()
        process.wait(30)
        log.close()


@pytest.mark.slow
def test_an_author_at_work(site: Site, server: Callable[[str, str], str]) -> None:
    assert "gp-proved" in server("one.html", "all that is claimed holds")
    site.write("one.md", page("One", theorem("one"), FALSE))
    assert "counterexample" in server("one.html", "this does not hold")
    server("anchor.html", "Live preview, 1 failure<")
    site.write("one.md", page("One", theorem("one"), proof("one")))
    text = server("one.html", "all that is claimed holds")
    assert "this does not hold" not in text
    assert "gp-proved" in text


@pytest.mark.slow
def test_a_build_is_forked_from_the_present_code_or_starts_cold(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "src" / "gradproof"
    shutil.copytree(Path(gradproof.__file__).parent, package)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setattr(fingerprint, "_PACKAGE", package)
    site.write("one.md", page("One", theorem("one"), proof("one")))
    address = f"{tempfile.mkdtemp()}/s"  # a socket's path must be short
    arguments = site.arguments(*LIVE)

    def built_in_time() -> bool:
        deadline = time.monotonic() + 120
        while not (built := standby.ask(address, arguments)) and time.monotonic() < deadline:
            time.sleep(0.3)
        return built

    command = standby.command(address, fingerprint.of())
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL):
        assert built_in_time()
        assert "all that is claimed holds" in site.text("one")
        with (package / "__init__.py").open("a", encoding="utf8") as module:
            module.write(BROKEN)
        assert not standby.ask(address, arguments)
        assert "all that is claimed holds" in site.text("one")
        assert built_in_time()
        assert "this does not hold" in site.text("one")
    assert not standby.ask(address, arguments)
