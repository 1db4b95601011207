"""What got past the gate once, all planted into one site at once.

Each page is an attack that published something false, or posed as a proof that never ran.  A
second site has what looks like an attack and is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import nbformat
import pytest

from gradproof.sphinx import warm

from .conftest import Built, Site, cell, page, proof, theorem


@dataclass(frozen=True)
class Attack:
    """A page, a text on the line that is to be named, and what is to be said of it."""

    text: str
    at: str
    says: str


def shown(*lines: str) -> str:
    """A page with one cell more than the setting."""
    return page("Shown", cell(*lines))


_CAPTION = (
    "```{code-cell}\n---\nmystnb:\n  figure:\n    caption: |\n      words\n\n"
    "      $$W = 18 W$$\n---\nimport matplotlib.pyplot as plt\n\nplt.plot([1, 2]);\n```\n"
)

#: A formula that nobody proved, however it gets on the page.
FORMULAS = {
    "equation": Attack(shown("from sympy import Eq", "Eq(W, 2 * W)"), "from sympy", "W = 2 W"),
    "inequality": Attack(
        shown("from sympy import Symbol", 'Symbol("a") < Symbol("b")'), "from sympy", "nothing pro"
    ),
    "repr-latex": Attack(
        shown("class It:", "    def _repr_latex_(self):", "        return '$W = 2W$'", "It()"),
        "class It",
        "W = 2W",
    ),
    "repr-words": Attack(
        shown(
            "class It:",
            "    def _repr_latex_(self):",
            r"        return r'$W \text{ is } 2W$'",
            "It()",
        ),
        "class It",
        "nothing proves",
    ),
    "repr-text": Attack(
        shown("class It:", "    def __repr__(self):", "        return 'W = 2W'", "It()"),
        "class It",
        "shows a relation",
    ),
    "display-latex": Attack(
        shown("display({'text/latex': '$$W = 3W$$'}, raw=True)"), "display(", "W = 3W"
    ),
    "display-html": Attack(
        shown("display({'text/html': '<p>W = 3W</p>'}, raw=True)"), "display(", "W = 3W"
    ),
    "display-mathml": Attack(
        shown("display({'text/html': '<math><mi>W</mi></math>'}, raw=True)"), "display(", "<math"
    ),
    "display-markdown": Attack(
        shown("display({'text/markdown': '$$W = 3W$$'}, raw=True)"), "display(", "Markdown"
    ),
    "display-svg": Attack(
        shown(
            "display({'image/svg+xml': '<svg><foreignObject>W = 3W</foreignObject></svg>'},"
            " raw=True)"
        ),
        "display(",
        "<foreignObject",
    ),
    "display-script": Attack(
        shown("display({'application/javascript': 'document.title = 1'}, raw=True)"),
        "display(",
        "application/javascript",
    ),
    "misnamed": Attack(
        shown("from gradproof import define", 'define("W", 2 * W)'), "import define", "nothing pro"
    ),
    "forged-shown": Attack(
        shown(
            "data = {'text/latex': r'$\\displaystyle W = 2 W$'}",
            "code = 'from gradproof import dims, matrix, prove\\n\\nC, D = dims(\"C D\")\\n'",
            "code += 'W = matrix(\"W\", C, D)\\nprove(W, W)'",
            "display(data, metadata={'text/latex': {'gradproof-shown': [code]}}, raw=True)",
        ),
        "data =",
        "not printed again",
    ),
    "caption": Attack(page("Caption", _CAPTION), "      words", "W = 18 W"),
    "mathml": Attack(
        page("MathML", "<math display='block'><mi>W</mi><mo>=</mo><mn>2</mn></math>\n"),
        "<math",
        "may draw or hide",
    ),
    "html": Attack(page("HTML", r"<p>\[W = 2W\]</p>" + "\n"), "<p>", "may draw or hide"),
    "html-hidden": Attack(
        page("Hidden", "<div hidden>\n", cell("1 + 1"), "</div>\n"), "<div", "may draw or hide"
    ),
    "html-style": Attack(
        page("Style", 'Words <span style="display: none">hidden</span>.\n'), "Words", "may draw or"
    ),
    "raw": Attack(
        page("Raw", "```{raw} html\n<math><mi>W</mi></math>\n```\n"), "{raw}", "may draw or hide"
    ),
    "raw-latex": Attack(page("Raw", "```{raw} latex\n$$W = 2W$$\n```\n"), "{raw}", "raw latex"),
    "raw-rst": Attack(
        page("Raw", "```{eval-rst}\n.. raw:: html\n\n   <script>1</script>\n```\n"),
        ".. raw",
        "may draw or hide",
    ),
    "alone": Attack(page("Alone", r"$\displaystyle W = 2W$." + "\n"), "$", "stands alone"),
}

#: A proof that is shown and has not run.
NOT_RUN = {
    "branch": Attack(shown("if False:", "    prove(W, 2 * W)"), "    prove(", "no verdict"),
    "function": Attack(shown("def f():", "    prove(W, 2 * W)"), "    prove(", "no verdict"),
    "lambda": Attack(shown("f = lambda: prove(W, 2 * W)"), "f = lambda", "no verdict"),
    "loop": Attack(shown("for K in []:", "    refute(W, W)"), "    refute(", "no verdict"),
    "module": Attack(
        shown("import gradproof", "", "if False:", "    gradproof.prove(W, 2 * W)"),
        "    gradproof.prove(",
        "no verdict",
    ),
    "thread": Attack(
        shown(
            "import threading, time",
            "",
            "def later():",
            "    time.sleep(60)",
            "    prove(W, 2 * W)",
            "",
            "threading.Thread(target=later, daemon=True).start()",
        ),
        "    prove(",
        "no verdict",
    ),
    "task": Attack(
        shown(
            "import asyncio",
            "",
            "async def later():",
            "    await asyncio.sleep(60)",
            "    prove(W, 2 * W)",
            "",
            "task = asyncio.ensure_future(later())",
        ),
        "    prove(",
        "no verdict",
    ),
    "atexit": Attack(
        shown("import atexit", "", "atexit.register(lambda: prove(W, 2 * W));"),
        "atexit.register",
        "no verdict",
    ),
    "fork": Attack(
        shown(
            "import os",
            "",
            "if os.fork() == 0:",
            "    prove(W, 2 * W)",
            "    os._exit(0)",
        ),
        "    prove(",
        "no verdict",
    ),
    "rebound": Attack(
        shown("prove = lambda *a, **k: print('proved')", "prove(W, 2 * W)"), "prove(W", "no verdict"
    ),
    "rebound-static": Attack(
        shown("prove = lambda *a, **k: print('proved')"), "prove =", "is to mean gradproof's"
    ),
    "alias": Attack(
        shown("from gradproof import prove as check", "if False:", "    check(W, 2 * W)"),
        "as check",
        "is to mean gradproof's",
    ),
    "value": Attack(shown("show = [prove][0]"), "show =", "is to mean gradproof's"),
    "helper": Attack(
        shown("from helper import prove", "prove(W, 2 * W)"), "prove(W, 2", "no verdict"
    ),
    "unset": Attack(
        shown(
            "import os",
            "",
            'os.environ.pop("GRADPROOF_GATE")',
            "try:",
            "    prove(W, 2 * W)",
            "except Exception:",
            "    pass",
        ),
        "    prove(",
        "no verdict",
    ),
    "other-id": Attack(
        shown(
            "from gradproof.verdict import publish as report",
            "",
            "proof = prove(W, W)",
            "if False:",
            '    prove(W, 2 * W, name="other-id")',
        ),
        "    prove(",
        "no verdict",
    ),
}

_FORGE = (
    "from gradproof.verdict import prover, publish as report",
    "",
    "true = prove(W, W).certificate",
    "text = dict(true['statement'], latex='W = 2 W', text='W = 2W')",
)

#: What a page's own code did to the prover.
PATCHED = {
    "decide": Attack(
        shown(
            "from gradproof.verdict import prover",
            "",
            "prover.decide = lambda statement: {'routes': [], 'conditions': (), 'axioms': ()}",
            'prove(W, 2 * W, name="patched-decide")',
        ),
        'name="patched-decide"',
        "proved again where no page has run, it fails",
    ),
    "kernel": Attack(
        shown(
            "from gradproof.routes import entries, kernel, numbers",
            "",
            "real = kernel.check",
            "kernel.check = lambda s, **_: real(type(s)(W, W))",
            "entries.check = lambda s, real=entries.check, **_: real(type(s)(W, W))",
            "numbers.check = lambda s, real=numbers.check, **_: real(type(s)(W, W))",
            'prove(W, 2 * W, name="patched-kernel")',
        ),
        'name="patched-kernel"',
        "proved again where no page has run, it fails",
    ),
    "publish": Attack(
        shown(*_FORGE, "report.publish(dict(true, id='forged-text', statement=text))"),
        "report.publish(",
        "differs in statement",
    ),
    "metadata": Attack(
        shown(
            *_FORGE,
            "message = {'certificate': dict(true, id='forged-meta', statement=text)}",
            "message |= {'line': 1, 'number': 2}",
            "display({}, metadata={'gradproof': message}, raw=True)",
        ),
        "import prover, publish as report",
        "differs in statement",
    ),
    "conditions": Attack(
        shown(
            "from gradproof.verdict import publish as report",
            "",
            'K = matrix("K", N, N)',
            "true = prove(K.I.T, K.T.I).certificate",
            "report.publish(dict(true, conditions=[]))",
        ),
        "report.publish(",
        "differs in conditions, axioms or scope",
    ),
    "scope": Attack(
        shown(
            "from gradproof.verdict import publish as report",
            "",
            'K = matrix("K", 2, 3)',
            "true = prove(K[0, 0] + K[0, 1], K[0, 1] + K[0, 0]).certificate",
            "report.publish(dict(true, scope='all shapes'))",
        ),
        "report.publish(",
        "differs in conditions, axioms or scope",
    ),
    "steps": Attack(
        shown(
            "from gradproof import chain; from gradproof.verdict import publish as report",
            "",
            "true = chain((W * X).T, (X.T * W.T, 'transposed')).certificate",
            "steps = [dict(true['steps'][0], latex='W = 3 W')]",
            "report.publish(dict(true, steps=steps))",
        ),
        "report.publish(",
        "differs in steps",
    ),
    "refuted": Attack(
        shown(
            "from gradproof.verdict import publish as report",
            "",
            "true = refute(W, 2 * W).certificate",
            "code = true['statement']['sympy'].replace('2*W', 'W')",
            "text = dict(true['statement'], sympy=code)",
            "report.publish(dict(true, id='forged-refuted', statement=text))",
        ),
        "report.publish(",
        "proved again where no page has run, it fails",
    ),
    "mangled": Attack(
        shown("display({}, metadata={'gradproof': {'certificate': 1}}, raw=True)", "1 / 0"),
        "1 / 0",
        "ZeroDivisionError",
    ),
    "hidden-exception": Attack(
        shown(
            "get_ipython().set_custom_exc((Exception,), lambda *a, **k: None);",
            "",
            "1 / 0",
        ),
        "get_ipython",
        "ZeroDivisionError",
    ),
}

ATTACKS = FORMULAS | NOT_RUN | PATCHED

_HELPER = "def prove(*a, **k):\n    print('proved')\n"

_RAW_CELL = nbformat.v4.new_raw_cell("<b>W</b><script>1</script>", metadata={"format": "text/html"})


def _notebook() -> str:
    cells = [nbformat.v4.new_markdown_cell("# Raw"), _RAW_CELL]
    return str(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))


@pytest.fixture(scope="module")
def attacked(make_site: Callable[[str], Site]) -> tuple[Site, Built]:
    """The site with every attack, built."""
    site = make_site("attacks")
    for name, attack in ATTACKS.items():
        site.write(f"{name}.md", attack.text)
    site.write("exit.md", page("Exit", cell("exit()"), cell("prove(W, 2 * W)")))
    site.write("helper.py", _HELPER)
    site.write("rawcell.ipynb", _notebook())
    static = site.docs / "static"
    static.mkdir()
    (static / "page.html").write_text("<p>\n<math><mi>W</mi></math></p>", "utf8")
    (static / "notes.md").write_text("# Notes\n\n\n$$W = 2W$$\n", "utf8")
    (static / "drawn.svg").write_text("<svg>\n<foreignObject/></svg>", "utf8")
    (static / "style.css").write_text("p::after { content: '$$' }", "utf8")
    (site.docs / "extra.html").write_text(r"<p>\(W = 2W\)</p>", "utf8")
    (site.docs / "seen.svg").write_text("<svg><m:math/></svg>", "utf8")
    site.write("sees.md", "# Sees\n\n![](seen.svg)\n")
    site.configure(
        f"html_static_path += [{str(static)!r}]\n"
        f"html_extra_path = [{str(site.docs / 'extra.html')!r}]"
    )
    return site, site.build("-j", "2")


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_an_error_at_its_line(attacked: tuple[Site, Built], name: str) -> None:
    site, built = attacked
    attack = ATTACKS[name]
    head = f"{name}.md:{site.line(f'{name}.md', attack.at)}: ERROR: "
    found = [part for part in built.log.split("\n") if f"{name}.md:" in part]
    assert head in built.log, "\n".join([f"nothing at {head!r} in", *found])
    said = built.log.split(head)[1:]
    assert any(attack.says in part[:600] for part in said), said


def test_nothing_of_it_is_published(attacked: tuple[Site, Built]) -> None:
    site, built = attacked
    assert built.status != 0 and site.poses_as_fresh() == []


def test_what_stands_after_the_end_is_an_error(attacked: tuple[Site, Built]) -> None:
    """Whether the kernel has ended by then or, for a moment, not yet."""
    found = [line for line in attacked[1].log.splitlines() if "exit.md:" in line]
    assert any("kernel died" in line or "gave no verdict" in line for line in found), found


def test_a_raw_cell_is_an_error(attacked: tuple[Site, Built]) -> None:
    found = [line for line in attacked[1].log.splitlines() if "rawcell.ipynb" in line]
    assert any("may draw or hide" in line for line in found), found


@pytest.mark.parametrize(
    "place",
    ["page.html:2", "notes.md:4", "drawn.svg:2", "extra.html:1", "seen.svg:1"],
)
def test_a_file_with_mathematics_in_it_is_an_error(
    attacked: tuple[Site, Built], place: str
) -> None:
    found = [line for line in attacked[1].log.splitlines() if f"{place}: ERROR" in line]
    assert found and "nobody proved" in found[0]


def test_a_style_sheet_is_none(attacked: tuple[Site, Built]) -> None:
    assert "style.css" not in attacked[1].log


def test_what_claims_nothing_is_shown(make_site: Callable[[str], Site]) -> None:
    """Expressions, definitions, what a program prints, verdicts shown twice, and loops."""
    site = make_site("honest")
    site.write(
        "one.md",
        page(
            "One",
            cell("W * X"),
            cell("W, X, N"),
            cell("from gradproof import define", "", 'S = define("S", W * X)', "S"),
            cell("from sympy import Integral, Symbol", "", 'x = Symbol("x")', "Integral(x, x)"),
            cell('print("W = 2W")'),
            cell('{"a": "W = 2W", "b": 1}'),
            cell("from gradproof import numpy_function", "", "numpy_function(W * X, W, X)"),
            cell("for K in (W, X):", "    print(prove(K.T.T, K))"),
            cell("def twice(K):", "    return prove(", "        K.T.T,", "        K,", "    )"),
            cell("kept = twice(W)", "twice(X)"),
            cell("kept"),
            "In words, $W = 2W$ is the author's to say.\n",
            '<details class="gp-answer">\n<summary>Answer</summary>\n\nWords.\n\n</details>\n',
            theorem("one"),
            proof("one"),
        ),
    )
    built = site.build("-W")
    assert built.status == 0, built.log
    assert "proving" in built.log and "certificates again" in built.log
    assert site.build("-E", "-W").log.count("certificates again") == 0
    # A certificate of which it is not known whether it holds is proved again.
    kept = next((site.root / "build" / ".gradproof").rglob("proved-again"))
    kept.write_text("nonsense\n\x00", "utf8")
    assert site.build("-E", "-W").log.count("certificates again") == 1


def test_what_a_page_adds_to_what_is_remembered_does_not_count(
    make_site: Callable[[str], Site],
) -> None:
    """It forges a certificate, and writes where those are remembered that held."""
    site = make_site("remembered")
    forge = PATCHED["publish"].text.split("```{code-cell}")[2].split("```")[0].strip()
    note = [
        "import pathlib",
        "",
        "from gradproof.sphinx.fresh import _digest",
        "",
        f"kept = pathlib.Path({str(site.root / 'build' / '.gradproof')!r})",
        "for folder in kept.glob('*'):",
        "    name = folder / 'proved-again'",
        "    _ = name.write_text(_digest(dict(true, id='forged-text', statement=text)))",
    ]
    site.write("one.md", page("One", theorem("one"), proof("one")))
    assert site.build().status == 0
    site.write("forged.md", page("Forged", cell(*forge.split("\n")), cell(*note)))
    built = site.build()
    assert built.status != 0
    assert "differs in statement" in built.log


def test_what_is_not_answered_is_not_proved(
    make_site: Callable[[str], Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site("unanswered")
    site.write("one.md", page("One", theorem("one"), proof("one")))
    monkeypatch.setattr(warm, "again", lambda *_: iter(()))
    built = site.build()
    assert built.status != 0
    assert "one: it was not proved again" in built.log


def test_a_page_that_ends_the_server_of_kernels_publishes_nothing(
    make_site: Callable[[str], Site],
) -> None:
    site = make_site("ended")
    end = cell("import os, signal", "", "os.kill(os.getppid(), signal.SIGKILL)")
    site.write("one.md", page("One", theorem("one"), proof("one"), end))
    built = site.build_apart()
    assert built.status != 0
    assert site.poses_as_fresh() == []
