"""Which edition of a site this is: its title, authors, version, commit and addresses."""

from __future__ import annotations

import datetime
import html
import os
import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

_LOCAL = "Local build, "
_STATE = re.compile(rf"{_LOCAL}commit (unknown|[0-9a-f]+(, with changes)?)")
_LINE = re.compile(r'<p class="gp-build">.*?</p>')


@dataclass(frozen=True)
class Author:
    """A person, or a group, whose `given` name is empty."""

    family: str
    given: str = ""

    @property
    def full(self) -> str:
        """The name as it is spoken."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True)
class Edition:
    """One build of a site, as readers cite it.

    `site` is the address under which all versions are hosted, with a slash at its end; it is
    empty for a local build.  `commit` is empty where none is known; `changed` says that files
    differed from it.
    """

    title: str
    authors: tuple[Author, ...]
    version: str
    date: datetime.date
    fingerprint: str
    commit: str = ""
    changed: bool = False
    site: str = ""

    def permanent(self, path: str) -> str:
        """The address of a file in this version, which is the one to cite; empty if local."""
        return f"{self.site}v{self.version}/{path}" if self.site else ""

    def latest(self, path: str) -> str:
        """The address of a file in whatever version is newest; empty for a local build."""
        return f"{self.site}latest/{path}" if self.site else ""

    def record(self) -> dict[str, object]:
        """The edition as plain data; `commit` is null where none is known."""
        return {
            "title": self.title,
            "version": self.version,
            "date": self.date.isoformat(),
            "commit": self.commit or None,
            "changed": self.changed,
            "fingerprint": self.fingerprint,
            "site": self.site or None,
        }

    @property
    def state(self) -> str:
        """The commit in words."""
        if not self.commit:
            return "commit unknown"
        return f"commit {self.commit}" + (", with changes" if self.changed else "")

    @property
    def local(self) -> str:
        """What is cited in place of an address by a build that has none."""
        return f"{_LOCAL}{self.state}"

    @property
    def lasting(self) -> Edition:
        """The edition but for its commit, which `stamped` brings up to date on written pages."""
        return replace(self, commit="", changed=False)

    def stamped(self, page: str) -> str:
        """The HTML of a page, whichever commit it was written at, as it is at this one."""
        page = _LINE.sub(lambda _: self.line, page)
        return page if self.site else _STATE.sub(lambda _: self.local, page)

    @property
    def line(self) -> str:
        """The line of the build at the end of a page."""
        return f'<p class="gp-build">{html.escape(str(self))}</p>'

    def __str__(self) -> str:
        """One line: version, commit, the fingerprint of the prover, and whether it is local."""
        parts = [f"version {self.version}", self.state, f"prover {self.fingerprint}"]
        return " · ".join(parts + ([] if self.site else ["local build"]))


def of(app: Sphinx) -> Edition:
    """The edition that `app` builds, found out once."""
    known: Edition | None = getattr(app, "gradproof_edition", None)
    if known is None:
        known = _read(Path(app.srcdir), app.config)
        app.gradproof_edition = known  # type: ignore[attr-defined]
    return known


def _read(source: Path, config: Config) -> Edition:
    cited = _citation(source, config)
    commit, changed = _commit(source)
    return Edition(
        title=str(cited.get("title", config.project)),
        authors=_authors(cited.get("authors", [{"name": config.author}])),
        version=str(config.release or config.version or "0"),
        date=_date(cited.get("date-released")),
        fingerprint=config.gradproof_fingerprint,
        commit=commit,
        changed=changed,
        site=_site(config.gradproof_site),
    )


def _citation(source: Path, config: Config) -> dict[str, Any]:
    if not config.gradproof_citation:
        return {}
    path = (source / config.gradproof_citation).resolve()
    try:
        cited = yaml.safe_load(path.read_text("utf8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"gradproof_citation: cannot read {path}: {error}") from None
    if not isinstance(cited, dict):
        raise ConfigError(f"gradproof_citation: {path} is not in the Citation File Format")
    if str(cited.get("version", config.release)) != str(config.release):
        raise ConfigError(
            f"{path} is of version {cited['version']} and this site of {config.release}: "
            "give both the same version"
        )
    return cited


def _authors(listed: Any) -> tuple[Author, ...]:
    found = []
    for entry in listed:
        family = " ".join(
            str(entry[key])
            for key in ("name-particle", "family-names", "name-suffix")
            if key in entry
        )
        found.append(Author(family or str(entry["name"]), str(entry.get("given-names", ""))))
    return tuple(found)


def _date(released: Any) -> datetime.date:
    if released:
        return datetime.date.fromisoformat(str(released))
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.datetime.now(datetime.UTC)
    return (datetime.datetime.fromtimestamp(int(epoch), datetime.UTC) if epoch else now).date()


def _site(address: str) -> str:
    if not address:
        return ""
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.netloc or parts.query or parts.fragment:
        raise ConfigError(
            f"gradproof_site: {address!r} is no address of a site: write https://host/path/"
        )
    return address.rstrip("/") + "/"


def _commit(folder: Path) -> tuple[str, bool]:
    """The commit checked out around `folder`, and whether tracked files differ from it."""
    head = _git(folder, "rev-parse", "--short=12", "HEAD")
    return head, bool(head and _git(folder, "status", "--porcelain", "--untracked-files=no"))


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
