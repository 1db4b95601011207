"""Mathematics drawn at build time: KaTeX, run in an embedded interpreter, no browser needed.

A separate extension, `gradproof.sphinx.katex`, since other sites have their own way to draw.
Script, style sheet and fonts come from one folder, so that they are of one version.
"""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.util.math import get_node_equation_number

from gradproof.sphinx import cards
from gradproof.sphinx.domain import identity_domain
from gradproof.sphinx.failures import Failure
from gradproof.sphinx.oneline import lines
from gradproof.sphinx.prose import line_of
from gradproof.sphinx.slim import SLIM

_RENDER = """(text, mode) => {
  try {
    // A sign without metrics of its own, as the × of a shape within words, is drawn all the same.
    const strict = (code) => code === "unknownSymbol" ? "ignore" : "error";
    const options = {displayMode: mode === "display", throwOnError: true, strict, trust: false};
    options.output = mode === "silent" ? "html" : "htmlAndMathml";
    const tree = slimmed(katex.__renderToDomTree(text, options));
    if (mode === "spoken") {  // hundreds on one page: without their LaTeX
      const [math] = tree.children[0].children;
      math.children = [math.children[0].children[0]];
      tree.children.pop();
    }
    return JSON.stringify({html: tree.toMarkup()});
  } catch (error) {
    return JSON.stringify({error: error.message});
  }
}"""
# What a browser that knows neither WOFF2 nor this decade would ask for.
_OLD_FONTS = re.compile(r',url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)')

#: The licence of the fonts, which is not that of KaTeX, and which the package leaves out.
_FONT_LICENCE = Path(__file__).with_name("notices") / "djangocms-katex.txt"

#: The fonts that nearly every formula needs; others are asked for where they are needed.
_FONTS = ("Main-Regular", "Math-Italic")

#: What was drawn, in this process or where the pages were read; the installed KaTeX draws alike.
_drawn: dict[tuple[str, str], str] = {}


class BadFormula(ValueError):
    """KaTeX refused a formula; the message is KaTeX's."""


@cache
def folder() -> Path:
    """The installed copy of KaTeX as its authors publish it."""
    spec = find_spec("djangocms_katex")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("drawing mathematics needs the package djangocms-katex")
    return Path(spec.submodule_search_locations[0], "static/djangocms_katex/vendor/katex")


@cache
def _renderer() -> Any:
    import quickjs

    context = quickjs.Context()
    context.eval("var window = globalThis;")
    context.eval((folder() / "katex.min.js").read_text("utf8"))
    context.eval(f"globalThis.slimmed = {SLIM};")
    return context.eval(_RENDER)


def render(latex: str, mode: str) -> str:
    """HTML of one formula, `inline`, `display`, `silent` or `spoken`; raises `BadFormula`.

    It has MathML for screen readers, unless it is silent: then it is part of a picture.
    If it is spoken, nothing of it is seen, and its LaTeX is left out.
    """
    html = _drawn.get((latex, mode))
    if html is None:
        result = json.loads(_renderer()(latex, mode))
        if "error" in result:
            raise BadFormula(result["error"].removeprefix("KaTeX parse error: "))
        html = _drawn[latex, mode] = str(result["html"])
    return html


def block_source(node: nodes.math_block) -> str:
    """The LaTeX of a displayed formula: lines broken by `\\\\` are set as aligned rows."""
    latex = node.astext().strip()
    if node.get("no-wrap", node.get("nowrap", False)) or r"\begin{" in latex:
        return latex
    return rf"\begin{{aligned}}{latex}\end{{aligned}}" if r"\\" in latex else latex


def _visit_inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(f'<span class="math notranslate nohighlight">{_html(node)}</span>')
    raise nodes.SkipNode


def _visit_block(translator: Any, node: nodes.math_block) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append(_html(node) + "</div>\n")
    raise nodes.SkipNode


def _check(app: Sphinx, document: nodes.document) -> None:
    """Report formulas that cannot be drawn, on the page or on its cards, as failures."""
    if not _chosen(app.builder):
        return
    docname = app.env.docname
    page = identity_domain(app.env).page(docname)
    drawn = [(_source(node), line_of(node)) for node in _formulas(document)]
    for given in page.given:
        if given.id:
            face = cards.card(given.certificate, nodes.Text(given.id))
            drawn += [(_source(node), given.line) for node in _formulas(face)]
            drawn.append(((given.certificate["statement"]["latex"], "spoken"), given.line))
    for (latex, mode), line in drawn:
        try:
            page.drawn[latex, mode] = render(latex, mode)
        except BadFormula as error:
            page.failures.append(Failure(docname, line, f"KaTeX cannot draw this: {error}"))


def _recall(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Before pages are written: what other processes have drawn need not be drawn again."""
    for page in identity_domain(env).pages.values():
        _drawn.update(page.drawn)
    return []


def _speak(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Let a formula in one line be spoken as others are: what is seen of it is not."""
    if _chosen(app.builder):
        for line in lines(document):
            line.insert(0, nodes.raw("", '<span aria-hidden="true">', format="html"))
            line += nodes.raw("", "</span>" + render(line["latex"], "spoken"), format="html")


def _chosen(builder: Builder) -> bool:
    """Whether formulas are drawn here."""
    return isinstance(builder, StandaloneHTMLBuilder) and builder.math_renderer_name == "katex"


def _formulas(tree: nodes.Element) -> list[nodes.Element]:
    return [*tree.findall(nodes.math), *tree.findall(nodes.math_block)]


def _source(node: nodes.Element) -> tuple[str, str]:
    """The LaTeX of a formula, and how it is drawn."""
    if isinstance(node, nodes.math_block):
        return block_source(node), "display"
    return node.astext(), "silent" if node.get("silent") else "inline"


def _html(node: nodes.Element) -> str:
    return render(*_source(node))


def _preload(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Ask for the fonts with the page, lest a formula be drawn first and move when they come."""
    if not doctree or app.builder.format != "html":
        return
    if not _formulas(doctree) and not lines(doctree):
        return
    for font in _FONTS:
        path = context["pathto"](f"_static/katex/fonts/KaTeX_{font}.woff2", 1)
        context["metatags"] += (
            f'\n<link rel="preload" as="font" type="font/woff2" crossorigin href="{path}">'
        )


def _copy(app: Sphinx, builder: Builder) -> None:
    """Serve style sheet and fonts from the site itself, each with its licence."""
    if builder.format != "html":
        return
    target = Path(app.outdir, "_static", "katex")
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    style = _OLD_FONTS.sub("", (folder() / "katex.min.css").read_text("utf8"))
    (target / "katex.min.css").write_text(style, "utf8")
    shutil.copy(folder() / "LICENSE", target)
    shutil.copy(_FONT_LICENCE, target / "fonts" / "OFL.txt")
    for font in (folder() / "fonts").glob("*.woff2"):
        shutil.copy(font, target / "fonts")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer `katex`; a site chooses it by `html_math_renderer = "katex"`."""
    app.setup_extension("gradproof.sphinx")
    app.add_html_math_renderer("katex", (_visit_inline, None), (_visit_block, None))
    app.add_css_file("katex/katex.min.css", priority=400)
    app.connect("doctree-read", _check, priority=200)
    app.connect("env-updated", _recall)
    app.connect("doctree-resolved", _speak)
    app.connect("html-page-context", _preload)
    app.connect("write-started", _copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
