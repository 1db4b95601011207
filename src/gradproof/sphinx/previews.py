"""The picture that a link to a page shows elsewhere: the first identity of the page, drawn."""

from __future__ import annotations

import hashlib
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import font_manager, mathtext
from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
_MARGIN = 80
_PAPER, _INK, _MUTED, _MARK = "#ffffff", "#14211d", "#5b6b66", "#0b5c4a"
_STYLE = "1"  # part of the name: raise it when the drawing changes


def name(title: str, latex: str, text: str, verdict: str, site: str) -> str:
    """The name of a picture's file, by what is on it."""
    content = "\0".join((_STYLE, title, latex, text, verdict, site))
    return f"{hashlib.sha256(content.encode()).hexdigest()[:16]}.png"


def draw(path: Path, title: str, latex: str, text: str, verdict: str, site: str) -> None:
    """Draw the page's title, the formula (`text` where `latex` cannot be drawn) and its verdict."""
    image = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 16, SIZE[1]), fill=_MARK)
    heading = "\n".join(textwrap.wrap(title, 42)[:2])
    pen.multiline_text((_MARGIN, 64), heading, _INK, _font(46, bold=True), spacing=12)
    formula = _formula(latex) if latex else None
    if formula is not None:
        picture = _fit(formula)
        image.paste(_INK, (_MARGIN, 350 - picture.height // 2), picture)
    elif text:
        pen.multiline_text((_MARGIN, 290), textwrap.fill(text, 48), _INK, _font(40), spacing=14)
    pen.text((_MARGIN, 500), verdict, _MARK, _font(30, bold=True))
    pen.text((_MARGIN, 550), site, _MUTED, _font(26))
    path.parent.mkdir(parents=True, exist_ok=True)
    # Few colours and light packing: drawing is part of every build that is hosted.
    image.quantize(16, Image.Quantize.FASTOCTREE).save(path, compress_level=3)


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    face = font_manager.FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    return ImageFont.truetype(font_manager.findfont(face), size)


def _formula(latex: str) -> Image.Image | None:
    """The formula as a mask, or nothing where it holds what the parser does not know."""
    parser: Any = mathtext.MathTextParser("agg")
    face = font_manager.FontProperties(size=34, math_fontfamily="cm")
    try:
        drawn = parser.parse(f"${_known(latex)}$", dpi=144, prop=face)
    except ValueError:
        return None
    return Image.fromarray(np.asarray(drawn.image))


def _known(latex: str) -> str:
    """The formula in the words of the parser."""
    for ours, known in (
        (r"\lVert", r"\Vert"),
        (r"\rVert", r"\Vert"),
        (r"\lvert", r"\vert"),
        (r"\rvert", r"\vert"),
    ):
        latex = latex.replace(ours, known)
    return latex


def _fit(picture: Image.Image) -> Image.Image:
    """The picture, made smaller where it is too wide or high."""
    width, height = SIZE[0] - 2 * _MARGIN, 210
    scale = min(1.0, width / picture.width, height / picture.height)
    return picture.resize((round(picture.width * scale), round(picture.height * scale)))
