"""The article's two identities: the article's own way against the index proof and the verdict."""

from __future__ import annotations

from gradproof import cross_entropy, define, dims, gradient, matrix, prove, softmax
from gradproof.language.statement import Statement
from gradproof.routes import kernel

from .article import residuals
from .measuring import Row, Section, at_least, median, told


def claims(classes: object, features: object, examples: object) -> list[tuple[object, object]]:
    """Both identities of the article, for softmax cross-entropy."""
    w, x = matrix("W", classes, features), matrix("X", features, examples)
    y = matrix("Y", classes, examples, column_sums=1)
    s = define("S", w * x)
    loss = define("L", cross_entropy(softmax(s), y))
    slope = gradient(loss, s)
    return [(gradient(loss, w), slope * x.T), (gradient(loss, x), w.T * slope)]


def all_shapes(*sizes: object) -> None:
    """State both, and prove both by the index proof."""
    for lhs, rhs in claims(*sizes):
        kernel.check(Statement(lhs, rhs))


def verdicts() -> None:
    """Both by all three routes."""
    for lhs, rhs in claims(*dims("C D N")):
        prove(lhs, rhs)


def measure() -> Section:
    """The article's way against the index proof, and the index proof at growing shapes."""
    symbolic = dims("C D N")
    all_shapes(*symbolic)  # imports and warms what is not a cache
    statements = [Statement(*claim) for claim in claims(*symbolic)]
    proof = median(lambda: [kernel.check(statement) for statement in statements], runs=15)
    stated = median(lambda: all_shapes(*symbolic), runs=15)
    alone = median(lambda: kernel.check(statements[0]), runs=15)
    small = median(lambda: residuals(3, 2, 3), runs=3)
    large = median(lambda: residuals(4, 4, 4, "W"), runs=3)
    verdict = median(verdicts, runs=7)
    rows = [
        Row("index proof of both, for all shapes", told(proof)),
        Row("the same, with stating both", told(stated)),
        Row("index proof of ∂L/∂W, for all shapes", told(alone)),
        Row("the article's way at (3, 2, 3), both", told(small)),
        Row("the article's way at (4, 4, 4), ∂L/∂W only", told(large)),
        at_least("index proof against the article's way at (3, 2, 3)", small / proof, 50),
        at_least("index proof against the article's way at (4, 4, 4)", large / alone, 700),
        Row("verdict on both, by all three routes", told(verdict)),
        at_least("verdict against the article's way at (3, 2, 3)", small / verdict, 1),
    ]
    flat = [
        (sizes, median(lambda s=sizes: all_shapes(*s), runs=7))
        for sizes in ((3, 2, 4), (30, 20, 40), (3000, 2000, 4000))
    ]
    rows += [Row(f"stating and index proof at {sizes}", told(value)) for sizes, value in flat]
    return Section(
        "Against the article's way",
        "SymPy's derivative of each entry, both sides expanded and subtracted, as a user would "
        "run it, beside the index proof.\n"
        "Both prove ∂L/∂W = (∂L/∂S)Xᵀ and ∂L/∂X = Wᵀ(∂L/∂S) for softmax cross-entropy.",
        rows,
    )
