"""What a statement speaks of, in words: its definitions, its symbols, what is assumed of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Symbol

from ..language.differentials import is_moved
from ..language.statement import Statement, is_dimension
from ..language.symbols import OneHot
from ..printing.boxes import ATOM, Box, call, tight
from ..printing.draw import Draw
from ..printing.names import name_box
from ..printing.scope import definitions, functions, sides

Fact = dict[str, str]


def where(statement: Any, kind: str = "prove") -> list[tuple[str, str]]:
    """The definitions that a statement uses as (LaTeX, text), innermost last.

    After them its arbitrary functions, of which nothing is assumed but that they are smooth: what
    is proved holds for every one of them, and what is refuted fails for some.
    """
    whose = "some" if kind == "refute" else "every"
    draw = Draw(statement)
    found = []
    for node in definitions(statement):
        name, body = name_box(node.name), draw(node.definition)
        found.append((f"{name.latex} = {body.latex}", f"{name.text} = {body.text}"))
    for function, matrices in functions(statement).items():
        found.append(_arbitrary(draw, name_box(function), matrices, f"for {whose} smooth"))
    return found


def _arbitrary(draw: Draw, name: Box, matrices: list[Any], which: str) -> tuple[str, str]:
    if len(matrices) == 1:
        use = call(name, draw(matrices[0]))
        return (
            rf"{name.latex} = {use.latex} \text{{ {which} }} {name.latex}",
            f"{name.text} = {use.text} {which} {name.text}",
        )
    return rf"\text{{{which} }} {name.latex}", f"{which} {name.text}"


def spoken_of(statement: Statement) -> list[Any]:
    """The symbols of a statement, by name; of a differential the symbol that moves."""
    written = {s for side in (statement.lhs, statement.rhs) for s in side.free_symbols}
    written |= {s for pair in statement.given for side in pair for s in side.free_symbols}
    found = {s for s in written if not is_dimension(s)} | set(statement.symbols)
    return sorted((s for s in found if not is_moved(s)), key=lambda symbol: str(symbol.name))


def variables(statement: Statement) -> list[dict[str, Any]]:
    """Every symbol: name, LaTeX, text, shape, and the set of its entries.

    After them constant matrices whose size the equation leaves out, and the sizes that are
    numbers in it and no size of a symbol.
    """
    draw = Draw(statement)
    found = [_variable(draw, symbol) for symbol in spoken_of(statement)]
    for shapes in draw.constants.values():
        if len(shapes) == 1:
            (constant,) = shapes
            found.append(_constant(draw, constant))
    told = {size for one in statement.variables for size in one.shape}
    told |= {size for constant in _unsized(draw) for size in constant.shape}
    free = {symbol for side in sides(statement) for symbol in side.free_symbols}
    alone = [
        s for s in statement.dimensions if s in free and not any(s in t.free_symbols for t in told)
    ]
    return found + [_size(draw, size) for size in alone]


def _unsized(draw: Draw) -> list[Any]:
    """The constant matrices that print without their size, each kind in one shape."""
    return [one for many in draw.constants.values() for one in many if len(many) == 1]


def _constant(draw: Draw, constant: Any) -> dict[str, Any]:
    made = _shaped(draw, constant, draw(constant))
    return {**made, "name": made["text"].partition(":")[0]}


def _size(draw: Draw, size: Any) -> dict[str, Any]:
    box = draw(size)
    return {
        "name": str(size.name),
        "latex": box.latex,
        "text": f"{box.text}: a size",
        "shape": [],
        "shape_latex": "",
        "set_latex": r"\mathbb{N}",
    }


def _variable(draw: Draw, symbol: Any) -> dict[str, Any]:
    if isinstance(symbol, OneHot):
        size, last = draw(symbol.shape[1]), draw(symbol.shape[0] - 1)
        return {
            "name": str(symbol.name),
            "latex": name_box(symbol.labels).latex,
            "text": f"{name_box(symbol.labels).text}: {size.text} labels",
            "shape": [size.text],
            "shape_latex": "" if size.text == "1" else size.latex,
            "set_latex": rf"\{{0, \dots, {last.latex}\}}",
        }
    return {"name": str(symbol.name), **_shaped(draw, symbol, draw(symbol))}


def _shaped(draw: Draw, thing: Any, box: Box) -> dict[str, Any]:
    shape = [] if isinstance(thing, Symbol) else [draw(size) for size in thing.shape]
    sizes = "×".join(tight(size, ATOM).text for size in shape) or "a scalar"
    return {
        "latex": box.latex,
        "text": f"{box.text}: {sizes}",
        "shape": [box.text for box in shape],
        "shape_latex": r" \times ".join(box.latex for box in shape),
        "set_latex": r"\mathbb{R}",
    }


def assumptions(statement: Statement) -> list[Fact]:
    """What is assumed of each symbol beyond being real."""
    found = []
    for symbol in spoken_of(statement):
        if isinstance(symbol, OneHot):
            found.append(_labels(symbol))
        elif isinstance(symbol, Symbol):
            found += _of_scalar(symbol)
        else:
            name = name_box(str(symbol.name))
            given = dict(symbol.given)
            if "positive_definite" in given:
                given.pop("symmetric", None)  # said with it
            found += [_GIVEN[key](name, value) for key, value in given.items()]
    return found + _hypotheses(statement)


def _hypotheses(statement: Statement) -> list[Fact]:
    """The equations that the claim rests on, as they were given."""
    draw = Draw(statement)
    found = []
    for one, other in statement.given:
        left, right = draw(one), draw(other)
        found.append(
            {"text": f"{left.text} = {right.text}", "latex": f"{left.latex} = {right.latex}"}
        )
    return found


def _words(before: str, name: Box, after: str, latex: str = "") -> Fact:
    """A sentence with a name in it, in text and as LaTeX with \\text around the words."""
    lead = rf"\text{{{before} }} " if before else ""
    tail = rf"\text{{ {after}}}" if after else ""
    text = " ".join(part for part in (before, name.text, after) if part)
    return {"text": text, "latex": latex or f"{lead}{name.latex}{tail}"}


_GIVEN: dict[str, Callable[[Box, Any], Fact]] = {
    "column_sums": lambda name, value: _words("every column of", name, f"sums to {value}"),
    "one_hot": lambda name, _: _words("", name, "is one-hot in every column"),
    "symmetric": lambda name, _: _words("", name, "is symmetric"),
    "diagonal": lambda name, _: _words("", name, "is diagonal"),
    "orthogonal": lambda name, _: _words("", name, "is orthogonal"),
    "invertible": lambda name, _: _words("", name, "is invertible"),
    "positive_definite": lambda name, _: _words("", name, "is symmetric and positive definite"),
    "positive": lambda name, _: _words("every entry of", name, "is positive"),
    "nonzero": lambda name, _: _words("no entry of", name, "is zero"),
}


def _labels(symbol: OneHot) -> Fact:
    draw = Draw(symbol)
    name = name_box(symbol.labels)
    size = draw(symbol.shape[1])
    last = draw(symbol.shape[0] - 1)
    many = f"is a vector of {size.text} integer labels" if size.text != "1" else "is a label"
    many_latex = (
        rf"\text{{ is a vector of }} {size.latex} \text{{ integer labels}}"
        if size.text != "1"
        else r"\text{ is a label}"
    )
    return {
        "text": f"{name.text} {many}, 0 to {last.text}",
        "latex": rf"{name.latex}{many_latex}\text{{, }} 0 \text{{ to }} {last.latex}",
    }


def _of_scalar(symbol: Symbol) -> list[Fact]:
    name = name_box(symbol.name)
    if symbol.is_positive:
        return [{"text": f"{name.text} > 0", "latex": f"{name.latex} > 0"}]
    if symbol.is_nonzero:
        return [{"text": f"{name.text} ≠ 0", "latex": rf"{name.latex} \neq 0"}]
    return []
