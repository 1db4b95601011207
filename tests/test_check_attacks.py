"""Submissions that attack `gradproof check`: each is tried confined, and as if nothing confined it.

What is expected of each is what the page on checking says.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gradproof.check import check_file, confine, find, submission
from gradproof.check.confine import bwrap, unshare, why_not
from gradproof.check.view import view

from .test_check import FALSE, PAGE, ROOT, SETTING, TRUE, notebook

#: In every line of command that these tests start, so that they find, and end, only their own.
MARK = f"gradproof_attacks_{uuid.uuid4().hex}"
NOTHING = "it claims nothing"
CONFINED = pytest.mark.skipif(bool(why_not()), reason=f"nothing here confines: {why_not()}")
#: What the page says of each attack: whether it is held off, confined and not.
ROWS = {
    "replace its answers by a pipe": (True, True),
    "leave its group, stop the judge and answer in its name": (True, True),
    "leave fifty processes behind": (True, True),
    "be a link to the solution, or the same file": (True, True),
    "find what is asked in a temporary folder": (True, True),
    "end or stop the process above it": (True, True),
    "look for the check among all processes, and end it": (True, False),
    "read the solution": (True, False),
    "read another submission": (True, False),
    "use the network": (True, False),
    "leave files, or change yours": (True, False),
}
WAYS = [pytest.param("required", marks=CONFINED), "off"]


@dataclass(frozen=True)
class Attack:
    """A submission, the row of the page that tells of it, and what its first failure matches,
    confined and not; empty if it holds."""

    row: str
    code: str
    confined: str
    free: str


ATTACKS = {
    "pipe": Attack(
        "replace its answers by a pipe",
        f"""{TRUE}
import os
os.mkfifo("pipe-{MARK}")
pipe = os.open("pipe-{MARK}", os.O_RDWR)
os.unlink("pipe-{MARK}")
for each in range(3, 64):
    try: os.dup2(pipe, each)
    except OSError: pass
""",
        "it ended before its last line",
        "it ended before its last line",
    ),
    "forger": Attack(
        "leave its group, stop the judge and answer in its name",
        f"""
import os, time
import gradproof.verdict.prover as prover
prover.decide = lambda statement: dict(routes=[], conditions=[], axioms=[], scope="all shapes")
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    while True:
        for each in filter(str.isdigit, os.listdir("/proc")):
            try:
                words = open(f"/proc/{{each}}/cmdline").read()
                if "gradproof.check.judge" in words and {MARK!r} in open(
                    f"/proc/{{each}}/environ").read():
                    os.kill(int(each), 19)
                    out = os.open(f"/proc/{{each}}/fd/1", os.O_WRONLY | os.O_APPEND)
                    os.write(out, b'{{"number": 0, "verdict": "proved", "statement": "", '
                        b'"detail": "", "answers": true}}\\n{{"done": true}}\\n')
                    os.kill(int(each), 9)
            except OSError:
                pass
{FALSE}
time.sleep(1)
""",
        r"q1 · line \d+: not proved",
        r"q1 · line \d+: not proved",
    ),
    "many": Attack(
        "leave fifty processes behind",
        f"""{TRUE}
import subprocess
for _ in range(50):
    subprocess.Popen(["sh", "-c", "sleep 600 & sleep 601", {MARK!r}], start_new_session=True)
""",
        "",
        "",
    ),
    "parent": Attack(
        "end or stop the process above it",
        f"{TRUE}\nimport os\nos.kill(os.getppid(), 9)\nimport time\ntime.sleep(1)",
        "",
        r"it was killed \(SIGKILL\)",
    ),
    "stop": Attack(
        "end or stop the process above it",
        f"{TRUE}\nimport os, time\nos.kill(os.getppid(), 19)\ntime.sleep(1000)",
        "it did not end within",
        "it did not end within",
    ),
    "request": Attack(
        "find what is asked in a temporary folder",
        """
import glob, re, tempfile, time
until = time.monotonic() + 6
while time.monotonic() < until:
    for each in glob.glob(f"{tempfile.gettempdir()}/gradproof-*/*"):
        try:
            for code in re.findall(r'prove\\([^"]+?"q1"\\)', open(each).read()): eval(code)
        except (OSError, UnicodeDecodeError):
            pass
""",
        NOTHING,
        NOTHING,
    ),
    "reader": Attack(
        "read the solution",
        "exec(open('../solution.py').read())",
        "line 6: FileNotFoundError",
        "",
    ),
    "finder": Attack(
        "read the solution",
        f"""
import os
for each in filter(str.isdigit, os.listdir("/proc")):
    try: words = open(f"/proc/{{each}}/cmdline").read().split(chr(0))
    except OSError: continue
    if "--solution" in words and any({MARK!r} in word for word in words):
        exec(open(words[words.index("--solution") + 1]).read())
        break
""",
        NOTHING,
        "",
    ),
    "linked": Attack(
        "read the solution",
        "exec(open('_notes.py').read())",
        "line 6: FileNotFoundError",
        "",
    ),
    "neighbour": Attack(
        "read another submission",
        "exec(open('honest.py').read())",
        "line 6: FileNotFoundError",
        "",
    ),
    "caller": Attack(
        "use the network",
        f"""import os, socket
socket.create_connection(("127.0.0.1", int(os.environ[{MARK!r}])))
{TRUE}
""",
        "line 7: (ConnectionRefusedError|OSError: .* unreachable)",
        "",
    ),
    "writer": Attack(
        "leave files, or change yours",
        f"open('trace', 'w').close()\nopen('data.txt', 'a').close()\n{TRUE}",
        "line 7: OSError: .* Read-only",
        "",
    ),
}
#: Attacks that need no program: each is a file, and what is said of it in both ways.
LINKS = {
    "link.py": "it is a link that leads out of its folder",
    "twin.py": "it is another file by another name",
}
PAGE_OF_ONE = f"```{{code-cell}}\n{SETTING}{TRUE}\n```\n"
HONEST = {
    "honest.py": f"from _helper import factor\n{SETTING}{TRUE}\n".encode(),
    "mark.py": f"{SETTING}{TRUE}\n".encode("utf-8-sig"),
    "mark.md": PAGE_OF_ONE.encode("utf-8-sig"),
    "declared.py": f"# coding: latin-1\n# \xe9t\xe9\n{SETTING}{TRUE}\n".encode("latin-1"),
    "returns.py": f"{SETTING}{TRUE}\n".replace("\n", "\r\n").encode("utf-8-sig"),
}


def course(folder: Path) -> Path:
    """A folder with a solution, and in it a folder of submissions; returns that."""
    class_ = folder / "class"
    class_.mkdir()
    (folder / "solution.py").write_text(f"{SETTING}{TRUE}\n", "utf8")
    for name, data in HONEST.items():
        (class_ / name).write_bytes(data)
    marked = Path(notebook(class_ / "mark.ipynb", TRUE))
    marked.write_text(marked.read_text("utf8"), "utf-8-sig")
    (class_ / "_helper.py").write_text("factor = 1\n", "utf8")
    (class_ / "data.txt").write_text("data", "utf8")
    (class_ / "_notes.py").symlink_to("../solution.py")
    (class_ / "link.py").symlink_to("../solution.py")
    (class_ / "twin.py").hardlink_to(folder / "solution.py")
    return class_


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where someone listens on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def _accept(server: socket.socket) -> None:
    try:
        while True:
            server.accept()[0].close()
    except OSError:
        pass


def started(folder: Path, way: str, port: int, *options: str) -> subprocess.Popen[str]:
    """The check of a course, as a teacher starts it."""
    temporary = folder / f"tmp-{MARK}"
    temporary.mkdir(exist_ok=True)
    (folder / MARK).symlink_to(".")
    words = ["check", folder / "class", "--solution", folder / MARK / "solution.py", "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "gradproof", *map(str, words), "--confine", way, *options],
        env=os.environ | {MARK: str(port), "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def alive() -> list[str]:
    """The commands of all processes that these tests started, and those started."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if MARK.encode() in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_text("utf8"))
        except (OSError, ValueError):
            continue
    return found


def dies(what: str) -> bool:
    """Whether no process is left in a few seconds."""
    until = time.monotonic() + 20
    while left := alive():
        if time.monotonic() > until:
            pytest.fail(f"{what}: {left}")
        time.sleep(0.1)
    return True


@pytest.fixture(scope="module", params=WAYS)
def outcome(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, port: int
) -> tuple[str, Path, dict[str, Any]]:
    """Of a class with every attack and honest files: how it was run, where, and the reports."""
    folder = tmp_path_factory.mktemp("course")
    class_ = course(folder)
    for name, attack in ATTACKS.items():
        (class_ / f"{name}.py").write_text(SETTING + attack.code, "utf8")
    run = started(folder, request.param, port, "--jobs", "2", "--timeout", "40")
    out, err = run.communicate(timeout=900)
    assert run.returncode == 1, err
    files = {os.path.basename(file["path"]): file for file in json.loads(out)["files"]}
    return request.param, class_, files


def first(file: dict[str, Any]) -> str:
    """How the first failure of a file begins; empty if it holds."""
    if file["holds"]:
        return ""
    failed = [claim for claim in file["claims"] if not claim["holds"]]
    told = [f"{each['id']} · {each['place']}: {each['verdict']}" for each in failed]
    return str([*told, *file["problems"]][0])


@pytest.mark.slow
def test_each_attack_gets_what_the_page_says(outcome: tuple[str, Path, dict[str, Any]]) -> None:
    way, class_, files = outcome
    assert files.keys() == {f"{name}.py" for name in ATTACKS} | HONEST.keys() | LINKS.keys() | {
        "mark.ipynb"
    }
    wanted = {
        f"{name}.py": attack.confined if way == "required" else attack.free
        for name, attack in ATTACKS.items()
    }
    wanted |= LINKS | dict.fromkeys([*HONEST, "mark.ipynb"], "")
    got = {name: first(file) for name, file in files.items()}
    wrong = {
        name: told
        for name, told in got.items()
        if bool(told) != bool(wanted[name]) or not re.match(wanted[name], told)
    }
    assert wrong == {}
    assert (class_ / "trace").exists() == (way == "off")
    assert dies("the check is over")


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_only_what_is_not_confined_can_end_the_check(tmp_path: Path, way: str, port: int) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "solution.py").write_text(f"{SETTING}{TRUE}\n", "utf8")
    code = f"""{TRUE}
import os
for each in filter(str.isdigit, os.listdir("/proc")):
    try:
        if {MARK!r} in open(f"/proc/{{each}}/cmdline").read():
            os.kill(int(each), 9)
    except OSError:
        pass
"""
    (tmp_path / "class" / "ender.py").write_text(SETTING + code, "utf8")
    run = started(tmp_path, way, port)
    run.communicate(timeout=200)
    assert run.returncode == (-signal.SIGKILL if way == "off" else 0)
    assert dies("the check was ended")


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_check_that_is_killed_leaves_no_process(tmp_path: Path, way: str, port: int) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "solution.py").write_text(f"{SETTING}{TRUE}\n", "utf8")
    (tmp_path / "class" / "endless.py").write_text("while True: pass", "utf8")
    run = started(tmp_path, way, port)
    until = time.monotonic() + 60
    while not any("gradproof.check.submission" in words for words in alive()):
        assert time.monotonic() < until
        time.sleep(0.05)
    run.kill()
    run.communicate()
    assert dies("the check was killed")


# -- what the page says -------------------------------------------------------------------------


def test_the_page_tells_of_each_attack_and_of_no_other() -> None:
    rows = dict(re.findall(r"^\| ([a-z][^|`]*?) \| (held off, [^|]*?\| .*?) \|$", PAGE, re.M))
    rows = {row: cells.split(" | ") for row, cells in rows.items()}
    told = {row: (cells[0][:4] == "held", cells[1][:4] == "held") for row, cells in rows.items()}
    assert told == ROWS
    assert {attack.row for attack in ATTACKS.values()} <= ROWS.keys()


# -- a view, and the ways to confine a process to it --------------------------------------------


def ways() -> list[Any]:
    """Both ways, each with the reason why it cannot be tried here, if there is one."""
    found = []
    for way in (bwrap, unshare):
        why = confine._fails(way)
        skip = pytest.mark.skipif(bool(why), reason=f"{way.__name__}: {why}")
        found.append(pytest.param(way, marks=skip, id=way.__name__))
    return found


LOOK = """
import json, os, socket, sys
HIDDEN = ("other.py", "twin.txt", "deep/checked.py")
def tried(what):
    try: what()
    except OSError as error: return error.errno
def read(path):
    try: return open(path).read()
    except OSError: return ""
places = sys.argv[1:]
print(json.dumps({
    "files": sorted(os.listdir()),
    "bytes": sum(len(open(name).read()) for name in os.listdir()),
    "hidden": sum(len(read(f"/beside/{name}")) for name in HIDDEN),
    "folder": os.getcwd(),
    "processes": sum(name.isdigit() for name in os.listdir("/proc")),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "capabilities": [line.split()[1] for line in open("/proc/self/status") if "Cap" in line],
    "written": [place for place in places if tried(lambda: open(place, "a").close()) is None],
    "home": tried(lambda: os.listdir(os.path.expanduser("~"))),
    "solution": tried(lambda: open("../solution.py")),
}))
"""


@pytest.mark.parametrize("many", [0, 40])
@pytest.mark.parametrize("way", ways())
def test_a_confined_process_sees_its_view_and_can_change_nothing(
    way: Any, many: int, tmp_path: Path
) -> None:
    folder = tmp_path / "it's a \\ class"
    folder.mkdir()
    for name in ("own.py", "other.py", "data.txt"):
        (folder / name).write_text("text", "utf8")
    (tmp_path / "solution.py").write_text("text", "utf8")
    (folder / "twin.txt").hardlink_to(tmp_path / "solution.py")
    (folder / "deep").mkdir()
    (folder / "deep" / "checked.py").write_text("text", "utf8")
    data = [f"data-{number}.txt" for number in range(many)]
    for name in data:
        (folder / name).write_text("text", "utf8")
    hidden = [tmp_path / "solution.py", folder / "other.py", folder / "deep" / "checked.py"]
    mounts = view(str(folder / "own.py"), map(str, hidden))
    places = ["own.py", "new", "/tmp/new", "/new", "/etc/new", "/usr/new", submission.__file__]
    places += ["/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", sys.executable]
    done = subprocess.run(
        [*way(mounts, str(folder)), sys.executable, "-P", "-c", LOOK, *places],
        stdout=subprocess.PIPE,
        env=os.environ | {"HOME": "/tmp"},
        check=True,
    )
    seen = json.loads(done.stdout)
    assert seen.pop("processes") in (2, 3)
    assert set(seen.pop("interfaces")) <= {"lo", "tunl0", "sit0", "ip6tnl0"}
    assert set(seen.pop("capabilities")) == {"0" * 16}
    assert seen == {
        "files": sorted(["data.txt", "own.py", *data]),
        "bytes": 4 * (many + 2),
        "hidden": 0,
        "folder": str(folder),
        "written": ["new", "/tmp/new"],
        "home": None,
        "solution": 2,  # there is no such file
    }
    assert not (folder / "new").exists()


def test_a_solution_where_python_imports_from_is_covered(tmp_path: Path) -> None:
    inside = str(ROOT / "src" / "gradproof" / "errors.py")
    last = view(str(tmp_path / "own.py"), [inside])[-1]
    assert (last.at, last.source) == (inside, os.devnull)


@pytest.mark.parametrize("broken", ["nothing", "refuses"])
def test_where_nothing_confines_required_runs_nothing_and_auto_says_so(
    tmp_path: Path, broken: str
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bwrap", "unshare", "mount", "pivot_root", "setpriv"):
        if broken == "refuses":
            (programs / name).write_text("#!/bin/sh\necho not allowed >&2\nexit 1\n", "utf8")
            (programs / name).chmod(0o755)
    own = tmp_path / "own.py"
    own.write_text(f"open('ran', 'w').close()\n{SETTING}{TRUE}\n", "utf8")
    run = partial(
        subprocess.run,
        cwd=tmp_path,
        env=os.environ | {"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )
    command = [sys.executable, "-m", "gradproof", "check", "own.py", "--confine"]
    why = "bwrap: not allowed" if broken == "refuses" else "bwrap is not installed"
    required = run([*command, "required"])
    assert required.returncode == 2
    assert why in " ".join(required.stderr.replace("│", " ").split())
    assert not (tmp_path / "ran").exists()
    auto = run([*command, "auto"])
    assert "gradproof: what is run is not confined, it has your rights: bwrap" in auto.stderr
    assert auto.returncode == 0


def test_a_worker_that_cannot_confine_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confine, "_way", lambda: (None, "no namespaces"))
    path = notebook(tmp_path / "n.ipynb", TRUE)
    (failure,) = check_file(path, timeout=60, confine="required").failures
    assert failure == "it was not run: no namespaces"


# -- a folder that is handed in -----------------------------------------------------------------


def test_no_folder_holds_the_search_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "endless.md").symlink_to("/dev/zero")
    with (tmp_path / "huge.md").open("wb") as file:
        file.truncate(1 << 40)
    (tmp_path / "round").symlink_to(".")
    try:
        make_deep(tmp_path)
        found = find(tmp_path)
        assert [path.name for path in found] == ["endless.md", "huge.md", "pipe.md", "own.py"]
        endless, huge, pipe = (check_file(str(path), timeout=60).failures for path in found[:3])
    finally:  # the standard library, and so pytest, cannot remove what is so deep
        subprocess.run(["rm", "-r", tmp_path / "d"], check=True)
    assert endless == pipe == ["it is not a file"]
    assert huge == ["it is larger than 64 MB"]


def make_deep(top: Path) -> None:
    """Folders in folders, deeper than Python calls and shorter than the longest path."""
    folder = os.open(top, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=folder)
        below = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(os.open("own.py", os.O_CREAT, dir_fd=folder))
    os.close(folder)


# -- honest files -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HONEST)
def test_files_are_read_as_python_and_editors_write_them(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HONEST[name])
    (cell,) = submission.read(tmp_path / name)
    assert cell.source.splitlines()[-1] == TRUE
    assert "\N{ZERO WIDTH NO-BREAK SPACE}" not in cell.source
    compile(cell.source, name, "exec")
