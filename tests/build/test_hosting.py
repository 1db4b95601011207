"""A site as it is hosted: its policy, its licences, its pictures, its versions."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import yaml
from fontTools.ttLib import TTFont
from PIL import Image
from sphinx.errors import ConfigError

from gradproof.sphinx import hosting, katex, policy, previews, sheets
from gradproof.sphinx.assemble import NotAssembled, assemble, main

from .conftest import ROOT, Site, cell, page, proof, theorem

SITE = "https://example.org/proofs/"
HOSTED = f'gradproof_site = "{SITE}"'


@pytest.fixture(scope="module")
def hosted(make_site: Callable[[str], Site]) -> Site:
    """A site with a proof, a refuted form, a page that is not found, built for a host."""
    site = make_site("hosted")
    site.configure(HOSTED)
    wrong = cell('refute(W, -W, name="two")')
    site.write("one.md", page("One", theorem("one"), proof("one"), wrong))
    shutil.copy(ROOT / "docs" / "404.md", site.docs / "404.md")
    text = (site.docs / "404.md").read_text("utf8").replace("identities.md", "one.md")
    site.write("404.md", text)
    # Apart, since MyST-Parser resolves links by what Sphinx is about to remove.
    built = site.build_apart("-W")
    assert built.status == 0, built.log
    return site


class Parts(HTMLParser):
    """What a browser would fetch for a page, run on it, or be told by it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.inline: list[tuple[str, str]] = []
        self.meta: dict[str, str] = {}
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        self._open = tag if tag in ("script", "style") and "src" not in given else ""
        if tag == "meta":
            name = given.get("name") or given.get("property") or given.get("http-equiv", "")
            self.meta[name] = given.get("content", "")

    def handle_data(self, data: str) -> None:
        """Note the content of scripts and style sheets."""
        if self._open:
            self.inline.append((self._open, data))
            self._open = ""


def rules(text: str) -> dict[str, list[str]]:
    """The policy of a page."""
    content = Parts(text).meta["Content-Security-Policy"]
    return {name: sources for name, *sources in (rule.split() for rule in content.split(";"))}


def digest(text: str) -> str:
    """A source expression for an inline part."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


#: What the rule for all else would allow, and no page has.
NEVER = {"frame-src", "manifest-src", "media-src", "object-src", "worker-src"}


def every_page(site: Site) -> list[Path]:
    """All pages that were written."""
    found = sorted(site.html.rglob("*.html"))
    assert len(found) > 6
    return found


def test_every_page_satisfies_its_policy(hosted: Site) -> None:
    inline = 0
    for path in every_page(hosted):
        text = path.read_text("utf8")
        parts, allowed = Parts(text), rules(text)
        assert allowed["default-src"] in (["'self'"], ["'none'"])
        if allowed["default-src"] == ["'self'"]:
            assert NEVER <= {name for name in allowed if allowed[name] == ["'none'"]}
        sources = {source for name in allowed for source in allowed[name]}
        own = {"'self'", "'none'", "'unsafe-inline'", "data:"}
        assert all(source in own or source.startswith("'sha256-") for source in sources)
        scripts, styles = allowed.get("script-src", []), allowed.get("style-src-elem", [])
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & {*scripts, *styles}
        for kind, content in parts.inline:
            inline += 1
            assert digest(content) in (scripts if kind == "script" else styles), path
        for tag, given in parts.tags:
            assert not [name for name in given if name.startswith("on")], (path, tag, given)
            assert not given.get("href", "").startswith("javascript:")
    assert inline > 3  # the test has seen some


def test_the_policy_is_what_the_page_on_hosting_says() -> None:
    page = (ROOT / "docs" / "reference" / "hosting.md").read_text("utf8")
    (told,) = re.findall(r"^```text\n(default-src .*?)\n```$", page, re.M | re.S)
    found = policy.of("<script>a</script><style>b</style>")
    assert told.split() == re.sub(r"sha256-[^']+", "sha256-…", found).split()


def test_the_policy_comes_before_everything_that_it_binds(hosted: Site) -> None:
    for path in every_page(hosted):
        tags = [tag for tag, given in Parts(path.read_text("utf8")).tags]
        assert tags[:4] == ["html", "head", "meta", "meta"], path


def test_nothing_is_fetched_from_another_host(hosted: Site) -> None:
    for path in every_page(hosted):
        for tag, given in Parts(path.read_text("utf8")).tags:
            fetched = [given[name] for name in ("src", "srcset", "poster", "data") if name in given]
            if tag == "link" and given.get("rel") not in ("canonical", "author", "license"):
                fetched.append(given["href"])
            assert not [name for name in fetched if "//" in name], (path, tag, given)
    for path in hosted.html.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", path.read_text("utf8")), path


def test_a_page_asks_for_one_style_sheet(hosted: Site) -> None:
    for page_ in ("one", "search", "genindex"):
        links = re.findall(r'<link [^>]*rel="stylesheet"[^>]*href="([^"?]*)', hosted.text(page_))
        assert links == ["_static/sheets.css"]
    static = hosted.html / "_static"
    whole = (static / "sheets.css").read_text("utf8")
    names = re.findall(r"/\* (\S+\.css) \*/", whole)
    order = ["pygments.css", "styles/furo.css", "katex/katex.min.css", "gradproof.css"]
    assert [name for name in names if name in order] == order
    for name in names:
        text = (static / name).read_text("utf8").strip()
        assert text
        assert text.replace("url(fonts/", "url(katex/fonts/") in whole
    fonts = set(re.findall(r"url\((katex/[^)]*)\)", whole))
    assert fonts
    assert all((static / font).is_file() for font in fonts)


def test_addresses_in_a_joined_sheet_lead_where_they_led(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    kept = 'url(data:x), url("#y"), url(/z), url(https://w)'
    (tmp_path / "deep" / "a.css").write_text(f"a {{ src: url('f/b.png'), url(../c), {kept} }}")
    (tmp_path / "b.css").write_text("\ufeffb { src: url(d) }", "utf8")
    assert sheets.joined(tmp_path, ["deep/a.css", "b.css"]) == (
        f"/* deep/a.css */\na {{ src: url(deep/f/b.png), url(deep/../c), {kept} }}\n\n"
        "/* b.css */\nb { src: url(d) }\n"
    )


def test_sheets_that_cannot_be_joined_stay(site: Site) -> None:
    site.configure(
        "html_static_path = ['sheets']\n"
        "html_css_files = [('paper.css', {'media': 'print'}), 'imports.css', 'own.css']"
    )
    (site.root / "sheets").mkdir()
    rules = {"paper": "p { color: red }", "imports": "@import url(own.css);", "own": "q { top: 0 }"}
    for name, rule in rules.items():
        (site.root / "sheets" / f"{name}.css").write_text(rule)
    site.write("index.md", page("Home"))
    assert site.build().status == 0
    links = re.findall(r'<link [^>]*rel="stylesheet"[^>]*href="([^"?]*)', site.text("index"))
    assert set(links) == {f"_static/{name}.css" for name in ("sheets", "paper", "imports")}
    joined = (site.html / "_static" / "sheets.css").read_text("utf8")
    assert rules["own"] in joined
    assert rules["paper"] not in joined


def test_an_altered_script_is_not_covered(hosted: Site) -> None:
    text = hosted.text("one")
    altered = text.replace("document.body.dataset.theme", "document.body.dataset.other")
    assert altered != text
    [script] = [content for kind, content in Parts(altered).inline if kind == "script"]
    assert digest(script) not in rules(altered)["script-src"]
    assert digest(script) in rules(policy.put(altered, policy.of(altered)))["script-src"]


def test_a_policy_is_put_once_and_taken_off_again(hosted: Site) -> None:
    text = hosted.text("one")
    again = policy.put(text, policy.of(text))
    assert again == text
    bare = policy.put(text, "")
    assert "Content-Security-Policy" not in bare
    assert policy.put(bare, policy.of(bare)) == text


def test_a_page_that_is_rewritten_keeps_its_time(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text('<html><head><meta charset="utf-8"></head></html>')
    os.utime(path, (0, 0))
    policy.apply(tmp_path, strict=True)
    assert "Content-Security-Policy" in path.read_text()
    assert path.stat().st_mtime == 0
    policy.apply(tmp_path, strict=False)
    assert "Content-Security-Policy" not in path.read_text()


def test_old_pages_are_read_again_only_if_they_lack_what_they_should_have(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text('<html><head><meta charset="utf-8"></head></html>')
    os.utime(page, (0, 0))
    policy.apply(tmp_path, strict=True, since=1)
    under = page.read_text()
    assert "Content-Security-Policy" in under
    altered = under.replace("</head>", "<script>1</script></head>")
    page.write_text(altered)
    policy.apply(tmp_path, strict=True, since=1)
    assert page.read_text() == policy.put(altered, policy.of(altered)) != altered
    os.utime(page, (0, 0))
    policy.apply(tmp_path, strict=False, since=1)
    assert "Content-Security-Policy" not in page.read_text()


def test_the_tags_of_a_link_show_the_first_proof_of_the_page(hosted: Site) -> None:
    meta = Parts(hosted.text("one")).meta
    assert meta["og:title"] == "One"
    assert meta["og:url"] == SITE + "latest/one.html"
    assert "Wᵀ" in meta["og:image:alt"]
    assert "proved for all shapes" in meta["og:image:alt"]
    path = hosted.html / meta["og:image"].removeprefix(SITE + "latest/")
    with Image.open(path) as image:
        assert image.size == (1200, 630)
        assert (meta["og:image:width"], meta["og:image:height"]) == ("1200", "630")
    assert Parts(hosted.text("index")).meta["og:image"] != meta["og:image"]


def test_a_card_has_its_permanent_address_for_paper(hosted: Site, site: Site) -> None:
    text = hosted.text("one")
    assert f'<span class="gp-address">{SITE}v0.1.0/id/one/</span>' in text
    assert f'<p class="gp-address">{SITE}v0.1.0/one.html</p>' in text
    site.write("one.md", page("One", theorem("one"), proof("one")))
    assert site.build().status == 0
    assert "gp-actions" in site.text("one")
    assert "gp-address" not in site.text("one")


def test_a_local_build_draws_nothing_and_a_failure_takes_pictures_back(site: Site) -> None:
    site.write("one.md", page("One", proof("one")))
    assert site.build().status == 0
    assert not (site.html / hosting.FOLDER).exists()
    assert "og:image" not in Parts(site.text("one")).meta
    site.configure(HOSTED)
    assert site.build().status == 0
    assert list((site.html / hosting.FOLDER).glob("*.png"))
    site.write("two.md", page("Two", cell("prove(W, -W)")))
    assert site.build().status != 0
    assert not (site.html / hosting.FOLDER).exists()


def ink(path: Path) -> int:
    """How many pixels of the middle of a picture are not paper."""
    with Image.open(path) as image:
        part = image.convert("L").crop((80, 240, 1120, 470))
        return sum(part.histogram()[:200])


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{\partial L}{\partial W} = X^{\top}", "∂L/∂W = Xᵀ"),
        (r"\begin{bmatrix} a \\ b \end{bmatrix} = c", "[a; b] = c"),
        (r"\lVert x \rVert = " + " + ".join(f"x_{{{i}}}" for i in range(40)), "long"),
        ("", ""),
    ],
)
def test_a_picture_shows_the_formula_within_its_frame(
    tmp_path: Path, latex: str, text: str
) -> None:
    path = tmp_path / "a.png"
    previews.draw(path, "A title of many words " * 6, latex, text, "proved", "site")
    assert (ink(path) > 200) is bool(latex)
    with Image.open(path) as image:
        assert image.size == previews.SIZE
        right = image.convert("L").crop((1121, 0, 1200, 630))
        assert right.getextrema()[0] > 250  # nothing runs out of the picture


def test_every_served_file_of_others_comes_with_its_licence(hosted: Site) -> None:
    text = (hosted.html / hosting.LICENCES).read_text("utf8")
    served = re.findall(r"^=== (\S+) \S+ ===$", text, re.M)
    theirs = {}
    for name in served:
        for file in distribution(name).files or []:
            theirs.setdefault(Path(file).name, name)
    made = {"documentation_options.js", "language_data.js", "pygments.css", "copybutton.js"}
    made |= {"basic.css", "sheets.css"}  # these from templates, the last from sheets listed here
    ours = {path.name for path in (ROOT / "docs" / "_static").iterdir()}
    ours |= {path.name for path in Path(hosting.__file__).parent.joinpath("static").iterdir()}
    ours |= {"OFL.txt"}  # the licence of the fonts, beside them
    for path in (hosted.html / "_static").rglob("*"):
        name = re.sub(r"\.[0-9a-f]{64}\.", ".", path.name)
        known = name in theirs or name in made or name in ours
        assert path.is_dir() or known, f"{path}: whose is it?"
    words = ("Permission is hereby granted", "Redistribution and use", "Khan Academy")
    for word in (*words, "SIL OPEN FONT LICENSE", "Martin Porter", "Zeno Rocha"):
        assert word in text
    beside = (hosted.html / "_static" / "katex" / "fonts" / "OFL.txt").read_text("utf8")
    assert "SIL OPEN FONT LICENSE" in beside


@pytest.mark.parametrize(
    "path", sorted((katex.folder() / "fonts").glob("*.ttf")), ids=lambda path: path.stem
)
def test_the_licence_of_a_font_is_the_one_in_its_names(path: Path) -> None:
    notice = (hosting.NOTICES / "djangocms-katex.txt").read_text("utf8")
    said = " ".join(str(TTFont(path)["name"].getDebugName(13)).split())
    whose, rest = said.split(" with Reserved Font Name ")
    reserved, terms = rest.split(". This Font Software ")
    notice = " ".join(notice.split())
    assert whose in notice
    assert re.search(rf"\b{reserved}\b", notice)
    assert terms.startswith("is licensed under the SIL Open Font License, Version 1.1.")


def test_clipboard_is_under_the_licence_that_is_served() -> None:
    files = distribution("sphinx-copybutton").files or []
    (script,) = [file for file in files if file.name == "clipboard.min.js"]
    assert "Licensed MIT © Zeno Rocha" in Path(str(script.locate())).read_text("utf8")


@pytest.mark.parametrize("name", ["no-such-package", "gradproof-nothing"])
def test_a_package_without_licence_is_named(name: str) -> None:
    with pytest.raises(ConfigError, match=f"gradproof_serves: {name} is not installed"):
        hosting.licences(name)


@pytest.mark.parametrize("address", [SITE, None])
def test_the_page_for_what_is_not_found_works_at_any_depth(
    hosted: Site, tmp_path: Path, address: str | None
) -> None:
    html = tmp_path / "html"
    shutil.copytree(hosted.html, html)
    data = json.loads((html / "identities.json").read_text("utf8"))
    data["build"] |= {"commit": "a", "changed": False, "site": address}
    (html / "identities.json").write_text(json.dumps(data))
    assemble(html, tmp_path / "site")
    prefix = "/proofs/latest/" if address else "/latest/"
    text = (tmp_path / "site" / "404.html").read_text("utf8")
    links = [
        given[name]
        for _, given in Parts(text).tags
        for name in ("href", "src", "action", "data-content_root")
        if given.get(name)
    ]
    local = {link.split("?")[0] for link in links if not link.startswith(("#", "https:"))}
    assert {link for link in local if not link.startswith(prefix)} == set()
    assert {prefix, prefix + "one.html", prefix + "_static/sheets.css"} <= local
    for link in local:
        assert (html / link.removeprefix(prefix).split("#")[0]).exists(), link
    assert "gp-cite" not in text
    assert Parts(text).meta["robots"] == "noindex"
    assert "404" not in (html / "sitemap.xml").read_text("utf8")


def test_a_page_has_two_icons(hosted: Site) -> None:
    found = [given for tag, given in Parts(hosted.text("one")).tags if "icon" in given.get("rel", "")]
    assert [given["href"].split("?")[0] for given in found] == [
        "_static/favicon.ico",
        "_static/favicon.svg",
    ]
    for given in found:
        assert (hosted.html / given["href"].split("?")[0]).is_file()


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Path]:
    """Writes what a build leaves, in short."""

    def write(*pages: str, **record: Any) -> Path:
        folder = tmp_path / "html"
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("index.html", "404.html", "id/one/index.html", *pages):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(f"{name} {record}")
        (folder / "_static").mkdir()
        (folder / "_static" / "favicon.ico").write_text("icon")
        known = {"title": "T", "version": "1.0", "commit": "a", "changed": False, "site": SITE}
        (folder / "identities.json").write_text(json.dumps({"build": known | record}))
        return folder

    return write


def test_a_site_is_put_among_its_versions(build: Callable[..., Path], tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert assemble(build(), site) == "v1.0"
    assert assemble(build("new.html", version="1.1", commit="b"), site) == "v1.1"
    assert sorted(path.name for path in site.iterdir()) == [
        ".nojekyll", "404.html", "favicon.ico", "index.html", "latest", "newest.json",
        "robots.txt", "v1.0", "v1.1",
    ]  # fmt: skip
    assert (site / "latest" / "new.html").is_file()
    assert not (site / "v1.0" / "new.html").exists()
    root = (site / "index.html").read_text()
    assert 'content="0; url=latest/"' in root
    assert f'<link rel="canonical" href="{SITE}latest/index.html">' in root
    assert f"Sitemap: {SITE}latest/sitemap.xml" in (site / "robots.txt").read_text()
    # A correction of an old version is not the latest.
    assemble(build(version="1.0.1", commit="c"), site)
    assert (site / "latest" / "new.html").is_file()
    assert (site / "v1.0.1" / "index.html").is_file()
    assert json.loads((site / "newest.json").read_text()) == {"version": "1.1"}


def test_a_published_version_never_changes(build: Callable[..., Path], tmp_path: Path) -> None:
    site = tmp_path / "site"
    assemble(build(), site)
    assemble(build(), site)  # the same commit again
    with pytest.raises(NotAssembled, match=r"version 1\.0 was published from commit a"):
        assemble(build(commit="b"), site)
    assert "'commit'" not in (site / "v1.0" / "index.html").read_text()
    for commit in "xy":
        assemble(build(version="1.1.dev0", commit=commit), site)


def test_a_local_build_is_replaced(build: Callable[..., Path], tmp_path: Path) -> None:
    site = tmp_path / "site"
    for commit in (None, "b"):
        assemble(build(site=None, commit=commit, changed=True), site)
    assert not (site / "robots.txt").exists()
    assert 'href="latest/index.html"' in (site / "index.html").read_text()


@pytest.mark.parametrize("record", [{"commit": None}, {"changed": True}])
def test_what_is_not_committed_is_not_published(
    build: Callable[..., Path], tmp_path: Path, record: dict[str, Any]
) -> None:
    with pytest.raises(NotAssembled, match="commit every change"):
        assemble(build(**record), tmp_path / "site")


def test_no_published_address_is_lost(build: Callable[..., Path], tmp_path: Path) -> None:
    site = tmp_path / "site"
    assemble(build("old.html", "id/two/index.html"), site)
    with pytest.raises(NotAssembled, match=r"lost; .*: id/two/index\.html, old\.html"):
        assemble(build(version="2.0"), site)
    assert not (site / "v2.0").exists()
    assemble(build("old.html", "id/two/index.html", version="2.0"), site)


def test_a_site_that_did_not_pass_is_not_assembled(
    build: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    html = build()
    (html / "identities.json").unlink()
    with pytest.raises(NotAssembled, match="holds no site that passed: run make html"):
        main([str(html), str(tmp_path / "site")])
    main([str(build()), str(tmp_path / "site")])
    assert capsys.readouterr().out.strip().endswith("site/v1.0")


def test_what_is_published_is_kept_on_the_branch(tmp_path: Path) -> None:
    who = {f"GIT_{role}_{key}": "x@example.org" for role in ("AUTHOR", "COMMITTER")
           for key in ("NAME", "EMAIL")}  # fmt: skip
    server, work = tmp_path / "server", tmp_path / "work"

    def run(*command: str) -> str:
        done = subprocess.run(
            command, cwd=work, check=True, capture_output=True, text=True, env=os.environ | who
        )
        return done.stdout

    work.mkdir()
    run("git", "init", "-q", "--bare", str(server))
    run("git", "init", "-q")
    run("git", "remote", "add", "origin", str(server))
    (work / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "pages", work / ".ci" / "pages")
    (work / ".gitignore").write_text("build/\n*.ico\n")
    run("git", "add", ".")
    run("git", "commit", "-q", "-m", "first")
    assert "no version was published before" in run(".ci/pages", "earlier")
    site = work / "build" / "site"
    for version in ("v1", "v2"):
        (site / version).mkdir()
        (site / version / "page.html").write_text(version)
        (site / version / "a.ico").write_text("ignored elsewhere")
        run(".ci/pages", "publish")
        shutil.rmtree(site)
        run(".ci/pages", "earlier")
    assert sorted(str(path.relative_to(site)) for path in site.rglob("*.*")) == [
        "v1/a.ico", "v1/page.html", "v2/a.ico", "v2/page.html",
    ]  # fmt: skip
    assert run("git", "status", "--porcelain") == ""
    log = run("git", "log", "--format=%s", "FETCH_HEAD").split("\n")
    assert all(line.startswith("Publish ") for line in log if line)
    # Without an answer from the server nothing is taken for the whole past.
    shutil.rmtree(server)
    failed = subprocess.run([work / ".ci" / "pages", "earlier"], capture_output=True, check=False)
    assert failed.returncode != 0
    assert site.is_dir()


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_run_our_own_targets_and_pinned_actions(path: Path) -> None:
    text = path.read_text("utf8")
    flow = yaml.safe_load(text)
    assert flow["permissions"] == {}
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text("utf8"), re.M))
    for job in flow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        if any("make chromium" in step.get("run", "") for step in job["steps"]):
            assert job["env"]["GRADPROOF_BROWSER"] == "required"
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", step["uses"])
                assert re.search(re.escape(step["uses"]) + r" # v\d+\.\d+\.\d+$", text, re.M)
            else:
                command, *wanted = step["run"].split()
                assert command == "make"
                assert set(wanted) <= targets


def test_only_what_passed_is_published() -> None:
    flow = yaml.safe_load((ROOT / ".github" / "workflows" / "check.yml").read_text("utf8"))
    check, publish = flow["jobs"]["check"], flow["jobs"]["publish"]
    runs = [step["run"] for step in check["steps"] if "run" in step]
    assert runs == ["make chromium check", "make earlier site"]
    assert check["permissions"] == {"contents": "read"}
    assert publish["needs"] == "check"
    assert publish["permissions"] == {"contents": "write"}
    assert [s["run"] for s in publish["steps"] if "run" in s] == ["make publish"]
    assert publish["if"] == "startsWith(github.ref, 'refs/tags/v')"


def test_the_newest_are_tried_every_week() -> None:
    # YAML reads the key `on` as a truth value.
    flow = yaml.safe_load((ROOT / ".github" / "workflows" / "newest.yml").read_text("utf8"))
    assert flow[True]["schedule"] == [{"cron": "17 4 * * 1"}]
    assert flow["jobs"]["newest"]["steps"][-1]["run"] == "make chromium newest"
