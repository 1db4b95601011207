"""`gradproof check`: a submission costs its own line, and only true claims pass."""

from __future__ import annotations

import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradproof import check as module
from gradproof.check import Claim, Report, apart, check, check_file, find, judge, reading
from gradproof.check.command import command
from gradproof.check.solution import answers
from gradproof.check.verdicts import plain
from gradproof.errors import StatementError
from gradproof.language.statement import Statement
from gradproof.verdict.snippet import snippet

from .test_printing import statements

ROOT = Path(__file__).resolve().parents[1]
SETTING = """from gradproof import chain, dims, gradient, inner, matrix, norm, prove, refute

C, D, N = dims("C D N")
W, X = matrix("W", C, D), matrix("X", D, N)
L = norm(W * X) ** 2 / 2
"""
TRUE = 'prove(gradient(L, W), W * X * X.T, name="q1")'
FALSE = 'prove(gradient(L, W), 2 * W * X * X.T, name="q1")'


def notebook(path: Path, *cells: str) -> str:
    """Write a notebook as Jupyter does, with the setting as its first cell."""
    made = [
        {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], "execution_count": 1}
        for text in (SETTING, *cells)
    ]
    content = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(content), "utf8")
    return str(path)


def first(report: Report) -> str:
    """The first line of the first failure."""
    return report.failures[0].splitlines()[0] if report.failures else ""


# -- one file -----------------------------------------------------------------------------------


def test_a_notebook_that_holds(tmp_path: Path) -> None:
    cells = (
        TRUE,
        'chain(gradient(L, W), (gradient(inner(W * X, W * X) / 2, W), "‖A‖² = ⟨A, A⟩"),'
        ' (W * X * X.T, "of half a square"), name="q2")',
        "refute(W, 2 * W)",
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    )
    path = notebook(tmp_path / "good.ipynb", *cells)
    report = check_file(path, timeout=60, require=("q1", "q2"))
    assert report.failures == []
    assert report.holds
    assert [(claim.place, claim.id, claim.kind) for claim in report.claims] == [
        ("cell 2, line 1", "q1", "prove"),
        ("cell 3, line 1", "", "prove"),
        ("cell 3, line 1", "", "prove"),
        ("cell 3, line 1", "q2", "chain"),
        ("cell 4, line 1", "", "refute"),
    ]
    assert report.claims[0].statement == "∇_W(‖W X‖²/2) = W X Xᵀ"


def test_a_false_claim_is_told_with_its_place_and_a_counterexample(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    cells = (
        f"```{{code-cell}}\n{SETTING}```\n\nWords.\n\n```{{code-cell}}\n:tags: []\n\n{FALSE}\n```\n"
    )
    page.write_text(f"---\nfile_format: mystnb\n---\n\n# Title\n\n{cells}", "utf8")
    line = page.read_text("utf8").splitlines().index(FALSE) + 1
    (claim,) = check_file(str(page), timeout=60).claims
    assert (claim.place, claim.id, claim.verdict) == (f"line {line}", "q1", "not proved")
    assert "entry i,j of left − right = " in claim.detail
    assert "left:  entry 0,0 = 1" in claim.detail


def test_cells_go_on_after_a_failure_which_is_told_once(tmp_path: Path) -> None:
    cells = ("p = " + FALSE, "p", "prove(W, W.T)", "1 / 0", "\n(", TRUE.replace("q1", "q2"))
    report = check_file(notebook(tmp_path / "n.ipynb", *cells), timeout=60)
    expected = (
        "q1 · cell 2, line 1: not proved: ∇_W(‖W X‖²/2) = 2 W X Xᵀ",
        "cell 4, line 1: not proved: W = Wᵀ\nShapeMismatch: ",
        "cell 5, line 1: ZeroDivisionError: division by zero",
        "cell 6, line 2: ",
    )
    assert len(report.failures) == len(expected)
    for failure, beginning in zip(report.failures, expected, strict=True):
        assert failure.startswith(beginning)
    assert [claim.id for claim in report.claims if claim.holds] == ["q2"]


BAD = {
    "false": (FALSE, "q1 · cell 2, line 1: not proved: "),
    "raises": (TRUE + "\nraise KeyError('x')", "cell 2, line 2: KeyError: 'x'"),
    "exits": ("import sys\nsys.exit(0)", "cell 2, line 2: SystemExit: 0"),
    "leaves": (TRUE + "\nimport os\nos._exit(0)", "it ended before its last line (exit status 0)"),
    "dies": (TRUE + "\nimport os\nos.kill(os.getpid(), 9)", "it was killed (SIGKILL)"),
    "hangs": (TRUE + "\nwhile True: pass", "it did not end within "),
    "sleeps": (TRUE + "\nimport time\ntime.sleep(1000)", "it did not end within "),
    "hungry": (TRUE + "\nbytearray(1 << 40)", "cell 2, line 2: MemoryError"),
    "asks": (TRUE + "\ninput()", "cell 2, line 2: "),
    "prints": ("print('q1: proved for all shapes')", "it claims nothing"),
    "nothing": ("1 + 1", "it claims nothing"),
    "swallows": (
        f"try:\n    {FALSE}\nexcept Exception:\n    pass",
        "q1 · cell 2, line 2: not proved: ",
    ),
    "captures": (
        "from IPython.utils.capture import capture_output\nwith capture_output():\n"
        f"    try: {FALSE}\n    except Exception: pass",
        "q1 · cell 2, line 3: not proved: ",
    ),
    "patches": (
        "import gradproof.verdict.prover as prover\nprover.decide = lambda statement: "
        f"dict(routes=[], conditions=[], axioms=[], scope='all shapes')\n{FALSE}",
        "q1 · cell 2, line 3: not proved: ",
    ),
    "forges": (
        "import gradproof.verdict.publish as report\nimport gradproof.verdict.chain\n"
        f"p = {TRUE}.certificate\n"
        "p['statement'] = dict(p['statement'], sympy='print(\"proved\")')\nreport.publish(p)",
        "q1 · cell 2, line 5: not proved: ",
    ),
}
#: These harm no one, and what they claim is true.
ODD = {
    "forks": TRUE + "\nimport os\nif os.fork() == 0:\n    while True: pass",
    "floods": TRUE + "\nfor _ in range(300): print('proved ' * 100_000)",
    "closes": TRUE + "\nimport os\nos.close(1); os.close(2)",
}
#: Files that cannot be read, and what is said of them.
UNREADABLE = {
    "text.ipynb": (b"no notebook", "cannot be read: NotJSONError"),
    "cut.ipynb": (b'{"cells": [', "cannot be read: NotJSONError"),
    "list.ipynb": (b"[]", "cannot be read: "),
    "deep.ipynb": (b"[" * 100_000, "cannot be read: "),
    "binary.ipynb": (b"\xff\xfe{}", "cannot be read: UnicodeDecodeError"),
    "binary.py": (b"\xff\xfe", "cannot be read: SyntaxError"),
    "empty.ipynb": (b"", "cannot be read: "),
}
UNFIT = {
    "missing.ipynb": "there is no such file",
    "folder.ipynb": "it is not a file",
    "letter.txt": "it is neither a page (.md) nor a notebook (.ipynb) nor a Python file (.py)",
}


@pytest.fixture(scope="module")
def class_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class: forty submissions, most of them good, and every way to go wrong among them."""
    folder = tmp_path_factory.mktemp("class")
    for name, (code, _) in BAD.items():
        notebook(folder / f"{name}.ipynb", code)
    for name, code in ODD.items():
        notebook(folder / f"{name}.ipynb", code)
    for name, (data, _) in UNREADABLE.items():
        (folder / name).write_bytes(data)
    (folder / "folder.ipynb").mkdir()
    (folder / "letter.txt").write_text("Dear teacher", "utf8")
    for number in range(12):
        notebook(folder / f"student-{number}.ipynb", TRUE)
    return folder


def expected(folder: Path) -> dict[str, str]:
    """How the first failure of each file begins; empty where there is none."""
    told = {f"{name}.ipynb": says for name, (_, says) in BAD.items()}
    told |= {f"{name}.ipynb": "" for name in ODD}
    told |= {name: says for name, (_, says) in UNREADABLE.items()} | UNFIT
    return told | {path.name: "" for path in folder.glob("student-*")}


def test_hypotheses_are_read_and_bear_no_chain() -> None:
    code = "t = scalar('t')\nprove(t**2, 4, given=[(t, 2)])".replace("'", '"')
    read = reading.read(code)
    stated = Statement(*read)
    assert [(str(one), str(other)) for one, other in stated.given] == [("t", "2")]
    plain_ = Statement(read.lhs, read.rhs)
    assert not judge._join(plain_, [stated])
    assert judge._join(plain_, [plain_])


@pytest.mark.slow
def test_a_class_of_forty(class_: Path) -> None:
    wanted = expected(class_)
    assert len(wanted) == 40
    start = time.monotonic()
    seen: list[Report] = []
    reports = check([class_ / name for name in wanted], timeout=30, done=seen.append)
    assert sorted(seen, key=id) == sorted(reports, key=id)
    for report, (name, says) in zip(reports, wanted.items(), strict=True):
        assert os.path.basename(report.path) == name
        assert first(report).startswith(says) if says else report.holds, report.failures
        assert report.holds is not bool(says)
    assert time.monotonic() - start < 400


@pytest.mark.parametrize("name", ["leaves", "hangs", "patches", "forges"])
def test_a_bad_submission_costs_its_own_line(tmp_path: Path, name: str) -> None:
    code, says = BAD[name]
    report = check_file(notebook(tmp_path / "n.ipynb", code), timeout=12)
    assert not report.holds
    assert first(report).startswith(says)


def test_an_id_can_be_required(tmp_path: Path) -> None:
    path = notebook(tmp_path / "n.ipynb", TRUE)
    report = check_file(path, timeout=60, require=("q1", "q2"))
    assert report.failures == ["q2 is required, and not proved"]
    assert [claim.holds for claim in report.claims] == [True]


def stated(claim: str, kind: str = "prove") -> tuple[str, Statement]:
    """A claim by its kind, and what it states."""
    return kind, Statement(*reading.read(f"{SETTING}{kind}({claim})"))


@pytest.mark.parametrize(
    "claim",
    [
        stated("gradient(L, W), W * X * X.T"),
        stated("gradient(L, W), (X * X.T * W.T).T"),
        stated("gradient(norm(W * X) ** 2 / 2, W), W * X * X.T"),
        stated("W * X * X.T, gradient(L, W)"),
        stated("gradient(L, W), W * X * X.T", "chain"),
    ],
)
def test_an_answer_has_the_question_on_one_side(claim: tuple[str, Statement]) -> None:
    assert answers(*claim, *stated("gradient(L, W), W * X * X.T"))


@pytest.mark.parametrize(
    "claim",
    [
        stated("W * X, W * X"),
        stated("W * X * X.T, W * X * X.T"),  # the answer, to no question
        stated("gradient(L, X), W.T * W * X"),  # to another one
        stated("gradient(2 * L, W), 2 * W * X * X.T"),
        stated("gradient(L, W), gradient(L, W)"),  # and questions without an answer
        stated("gradient(L, W), gradient(2 * L, W) / 2"),
        stated("gradient(L, W), W * X * X.T, given=[(W, 2 * W)]"),  # where W = 0
        stated("gradient(L, W), 2 * W * X * X.T", "refute"),
    ],
)
def test_what_is_only_true_is_no_answer(claim: tuple[str, Statement]) -> None:
    assert not answers(*claim, *stated("gradient(L, W), W * X * X.T"))


def test_a_derivation_and_a_refutation_are_asked_for_as_such() -> None:
    question = "gradient(L, W), W * X * X.T"
    assert not answers(*stated(question), *stated(question, "chain"))
    wrong = stated("gradient(L, W), 2 * W * X * X.T", "refute")
    assert answers(*wrong, *wrong)
    assert not answers(*stated("gradient(L, W), 3 * W * X * X.T", "refute"), *wrong)


def test_a_file_answers_a_solution(tmp_path: Path) -> None:
    asked = check_file(notebook(tmp_path / "solution.ipynb", TRUE), timeout=60).claims
    trivial = 'prove(gradient(L, W), gradient(L, W), name="q1")'
    for cells, failures in (
        ([TRUE], []),
        ([trivial], [f"q1 is true, and no answer: asked for is {asked[0].statement}"]),
        ([TRUE.replace("q1", "q2")], ["q1 is required, and not proved"]),
    ):
        path = notebook(tmp_path / "n.ipynb", *cells)
        assert check_file(path, timeout=60, solution=asked).failures == failures


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (FALSE, "the solution fails itself: q1 · cell 2, line 1: not proved"),
        ("prove(W.T.T, W)", "the solution asks nothing: give its claims ids"),
        (f"{TRUE}\nrefute(W, 2 * W, name='q1')", "asks more than once for q1: ids are unique"),
    ],
)
def test_a_solution_that_is_none_is_an_error_of_use(
    tmp_path: Path, cell: str, message: str
) -> None:
    path = notebook(tmp_path / "solution.ipynb", cell)
    done = invoke(path, "--solution", path)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())


def test_modules_beside_the_file_are_found_but_none_poses_as_gradproof(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("factor = 1\n", "utf8")
    (tmp_path / "gradproof.py").write_text("raise SystemExit\n", "utf8")
    path = notebook(tmp_path / "n.ipynb", "from helper import factor", TRUE)
    assert check_file(path, timeout=60).failures == []


# -- claims are proved anew ---------------------------------------------------------------------


@pytest.mark.parametrize("statement", statements(), ids=str)
def test_every_claim_is_read_back(statement: Statement) -> None:
    read = Statement(*reading.read(snippet(statement, name="an-id")))
    assert (read.left, read.right) == (statement.left, statement.right)


@pytest.mark.parametrize(
    "program",
    [
        "",
        "print(1, 2)",
        "prove(1)",
        "prove(*[1, 2])",
        "import os\nprove(1, 1)",
        "prove(().__class__, 1)",
        "prove(__import__('os'), 1)",
        "prove(open('x'), 1)",
        "prove(exp('open(1)'), 1)",
        "prove([x for x in [1]], 1)",
        "def f(): pass\nprove(1, 1)",
        "prove(1.5, 1)",
        "prove(f'{1}', 1)",
        "prove((x := 1), 1)",
        "prove(prove(1, 1), 1)",
        "while 1: pass\nprove(1, 1)",
    ],
)
def test_a_program_that_is_no_claim_is_refused(program: str) -> None:
    with pytest.raises((StatementError, NameError)):
        reading.read(program)


def judged(*claims: tuple[str, str, int]) -> list[str]:
    """The verdicts on claims of a kind, each with its program and its number of steps."""
    setting = SETTING.split("\n", 2)[2]
    answers: list[dict[str, str]] = []
    asked = [
        {"kind": kind, "statement": "", "code": f"{setting}prove({code})", "steps": steps}
        for kind, code, steps in claims
    ]
    judge.judge(asked, answers.append)
    return [answer["verdict"] for answer in answers]


def test_the_judge_proves_for_itself() -> None:
    assert judged(("prove", "W * X, X.T", 0)) == ["not proved"]
    assert judged(("refute", "W, W", 0), ("refute", "W, 2 * W", 0)) == ["not refuted", "refuted"]


def test_a_chain_needs_the_links_before_it() -> None:
    links = ("prove", "W + W, 2 * W", 0), ("prove", "2 * W, W * 2", 0)
    assert judged(*links, ("chain", "W + W, W * 2", 2)) == ["proved"] * 3
    # A chain whose links are missing, or lead elsewhere, is itself put to the proof.
    assert judged(links[0], ("chain", "W + W, 3 * W", 1)) == ["proved", "not proved"]
    assert judged(("prove", "W, 3 * W", 0), ("chain", "W, 3 * W", 1)) == ["not proved"] * 2


def test_a_judge_that_does_not_end_proves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = apart.run
    quick = {"submission": 60.0, "judge": 0.05}
    monkeypatch.setattr(
        apart, "run", lambda name, request, *, timeout, **options: run(
            name, request, timeout=quick[name], **options
        )
    )  # fmt: skip
    (claim,) = check_file(notebook(tmp_path / "n.ipynb", TRUE), timeout=60).claims
    assert claim.verdict == "not proved"
    assert claim.detail == "the proof was not repeated: it did not end within 0.05 s"


# -- many files ---------------------------------------------------------------------------------


class Refusing(Executor):
    """An executor whose workers are lost."""

    def submit(self, fn, /, *args, **options):  # type: ignore[no-untyped-def]
        future: Future[Report] = Future()
        future.set_exception(ConnectionError("the worker is gone"))
        return future


def test_a_lost_worker_costs_a_line() -> None:
    (report,) = check(["a.py"], executor=Refusing())
    assert report.failures == ["the check itself failed: ConnectionError: the worker is gone"]
    assert not report.holds


def test_the_task_and_its_report_can_be_pickled(tmp_path: Path) -> None:
    task = partial(check_file, str(tmp_path / "none.py"), timeout=60.0, require=("q1",))
    report = pickle.loads(pickle.dumps(task))()
    assert pickle.loads(pickle.dumps(report)) == report
    assert report.failures == ["there is no such file"]


@pytest.fixture
def dask() -> Iterator[Executor]:
    """Dask's executor, on a cluster of one worker in this process."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor()


def test_on_dask(dask: Executor, tmp_path: Path) -> None:
    names = {"good": TRUE, "false": FALSE, "leaves": BAD["leaves"][0]}
    paths = [notebook(tmp_path / f"{name}.ipynb", code) for name, code in names.items()]
    reports = check([*paths, tmp_path / "none.py"], executor=dask, timeout=60)
    assert [report.holds for report in reports] == [True, False, False, False]
    assert [os.path.basename(report.path) for report in reports][:2] == [
        "good.ipynb",
        "false.ipynb",
    ]


def test_folders_are_walked(tmp_path: Path) -> None:
    for name in ("b/z.py", "b/a.ipynb", ".hidden/x.py", "_x/y.py", "_t.py", "note.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", "utf8")
    (tmp_path / "plain.md").write_text("# Words\n", "utf8")
    (tmp_path / "page.md").write_text("```{code-cell}\n```\n", "utf8")
    found = [path.relative_to(tmp_path).as_posix() for path in find(tmp_path)]
    assert found == ["page.md", "b/a.ipynb", "b/z.py"]
    assert find(tmp_path / "note.txt") == [tmp_path / "note.txt"]


# -- the command --------------------------------------------------------------------------------


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(command, ["check", *map(str, arguments)])


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports without any running: what a file's name says."""
    good = Claim("line 2", "q1", "prove", "proved", "W = W")
    bad = Claim("line 3", "q2", "prove", "not proved", "W = V", "left − right = W − V")

    def checked(path: str, *, timeout: float, **asked: object) -> Report:
        claims = (good,) if "good" in path else (good, bad)
        return Report(path, claims, () if "good" in path else ("it was killed (SIGKILL)",), 0.5)

    monkeypatch.setattr(module, "check_file", checked)


@pytest.mark.usefixtures("told")
def test_the_table_and_the_status() -> None:
    assert invoke("good.py").exit_code == 0
    done = invoke("good.py", "bad.py")
    assert done.exit_code == 1
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[1] == ["good.py", "holds", "1/1"]
    assert lines[2][:6] == ["bad.py", "fails", "1/2", "q2", "·", "line"]
    assert "(and 1 more)" in " ".join(done.stdout.split())
    assert lines[-1] == ["1", "of", "2", "hold"]
    assert "left − right" not in done.stdout


@pytest.mark.usefixtures("told")
def test_details_come_for_one_file_or_when_asked_for() -> None:
    for options in (("bad.py",), ("good.py", "bad.py", "--details")):
        text = invoke(*options).stdout
        assert "bad.py · q2 · line 3: not proved: W = V\nleft − right = W − V\n" in text
        assert "bad.py · it was killed (SIGKILL)\n" in text


@pytest.mark.usefixtures("told")
def test_json_is_all_that_is_printed() -> None:
    done = invoke("good.py", "bad.py", "--json")
    assert done.exit_code == 1
    data = json.loads(done.stdout)
    assert data["schema"] == 1
    assert [file["holds"] for file in data["files"]] == [True, False]
    assert data["files"][1]["claims"][1]["detail"] == "left − right = W − V"


def test_nothing_to_check_is_an_error_of_use(tmp_path: Path) -> None:
    done = invoke(tmp_path)
    assert done.exit_code == 2
    assert "There are no pages, notebooks or Python files there." in done.stderr


def test_what_a_submission_writes_cannot_command_the_terminal() -> None:
    assert plain("\x1b[2J[bold]\r\udc80\nx") == "�[2J[bold]��\nx"
    assert len(plain("x" * 10_000)) < 5000


def test_without_its_packages_the_command_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "rich").mkdir()
    (tmp_path / "rich" / "__init__.py").write_text(
        "raise ModuleNotFoundError('no rich', name='rich')\n", "utf8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "gradproof", "check", "x.py"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "gradproof: rich is missing: pip install 'gradproof[check]'\n"


# -- what the page says -------------------------------------------------------------------------

PAGE = (ROOT / "docs" / "reference" / "checking.md").read_text("utf8")


def test_the_page_shows_what_happens(tmp_path: Path) -> None:
    """The console block of the page, run on the files that it shows."""
    for name, text in re.findall(r"^:caption: (\S+\.py)\n\n(.*?)^```$", PAGE, re.M | re.S):
        (tmp_path / name).write_text(text, "utf8")
    (block,) = re.findall(r"^```console\n\$ (gradproof check .*?)\n(.*?)^```$", PAGE, re.M | re.S)
    program = shutil.which("gradproof", path=os.path.dirname(sys.executable))
    assert program
    done = subprocess.run(
        [program, *block[0].split()[1:]],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1"},
        check=False,
    )
    assert [line.rstrip() for line in done.stdout.splitlines()] == block[1].splitlines()
    assert done.returncode == 1


def test_the_page_names_every_option() -> None:
    told = set(re.findall(r"^\| `(--\w+)", PAGE, re.M))
    options = {option for each in command.commands["check"].params for option in each.opts}
    assert told == {option for option in options if option.startswith("--")}


def test_the_page_names_every_field() -> None:
    report = Report("x.py", (Claim("line 1", "", "prove", "proved", "1 = 1"),), (), 0.0).to_json()
    section = PAGE.split("## For machines", 1)[1].split("\n## ", 1)[0]
    told = set(re.findall(r"`(\w+)`", section))
    assert set(report) | set(report["claims"][0]) <= told
