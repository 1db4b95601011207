"""How the site is built: `sphinx-build -c . docs build/html`, or `make html`."""

import os
from importlib.metadata import version as installed

project = "gradproof"
author = "The gradproof authors"
copyright = f"2026, {author}"
version = release = installed("gradproof")

extensions = ["gradproof.sphinx", "gradproof.sphinx.katex", "gradproof.sphinx.hosting"]
extensions += ["sphinx_copybutton"]
exclude_patterns = ["**/_*", "_*"]
nitpicky = True

gradproof_identities = "identities.txt"
gradproof_moved = "moved.txt"
gradproof_rules = ["reference/kernel"]
gradproof_citation = "../CITATION.cff"
gradproof_site = os.environ.get("GRADPROOF_SITE", "").rstrip("/")  # where it is hosted, if it is
gradproof_serves = ["djangocms-katex", "furo", "myst-nb", "pygments"]
gradproof_serves += ["snowballstemmer", "sphinx", "sphinx-basic-ng", "sphinx-copybutton"]

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "smartquotes"]
myst_heading_anchors = 3
nb_execution_mode = "force"  # the gate executes, and keeps what it may keep
nb_output_stderr = "error"
# On the site a formula is drawn from its LaTeX, even where a notebook would be given HTML.
nb_mime_priority_overrides = [("html", "text/latex", 0)]

html_theme = "furo"
html_favicon = "docs/_static/favicon.ico"
templates_path = ["docs/_templates"]
html_title = "gradproof"
html_math_renderer = "katex"
html_static_path = ["docs/_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5c4a", "color-brand-content": "#0b5c4a"},
    "dark_css_variables": {"color-brand-primary": "#6fd3b5", "color-brand-content": "#6fd3b5"},
}

copybutton_selector = "div.cell_input pre, div.highlight-console pre"
copybutton_prompt_text = "$ "
