"""Verdicts: proved by every route, refuted by an exact point, or an error that says why not."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ..errors import AccidentalSizes, GradproofError, OutOfTime, StatementError, Undecided
from ..language.accidental_sizes import told_apart
from ..language.statement import Equations, Statement
from ..routes import entries, kernel, numbers
from . import counterexample, display
from .certificate import Certificate, certify, check_identity, malformed
from .limits import time_limit
from .publish import publish, wanted

#: What is said of an expression within which parts stand in parts some hundred times.
TOO_DEEP = (
    "The expression is nested too deeply to be decided as a whole. Prove it in steps, each for a "
    "symbol in the place of what is within, and join them with chain."
)
#: Seconds after which a claim counts as not proved.
TIME_LIMIT = 60.0
#: Seconds after which the search for a counterexample is stopped, if its work has not ended it.
SEARCH_LIMIT = 20.0


class NotProved(GradproofError):
    """A claim that no verdict supports; it carries what is known of the failure."""

    def __init__(self, certificate: Certificate) -> None:
        super().__init__(display.text(certificate))
        self.certificate = certificate


class NotRefuted(NotProved):
    """A claim for which no point was found where its two sides differ."""


class Verdict:
    """A verdict with its certificate; it shows itself in a notebook, a terminal and the site."""

    def __init__(self, statement: Statement, certificate: Certificate) -> None:
        self.statement = statement
        self.certificate = certificate

    @property
    def lhs(self) -> Any:
        """The left side, as written."""
        return self.statement.lhs

    @property
    def rhs(self) -> Any:
        """The right side, as written."""
        return self.statement.rhs

    def __repr__(self) -> str:
        return display.text(self.certificate)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return display.mimebundle(self.certificate)


class Proof(Verdict):
    """A proved identity."""


class Refutation(Verdict):
    """A refuted identity, with an exact point where its two sides differ."""


def prove(lhs: Any, rhs: Any, *, given: Equations = (), name: str | None = None) -> Proof:
    """Prove that ``lhs`` equals ``rhs`` for all real values of the symbols.

    Every route must accept: the index proof for all shapes, SymPy entry by entry at a small
    shape, and numbers at random points and degenerate ones. ``given`` are hypotheses, pairs of
    two sides that are equal: then the claim is made only where they hold and, where it speaks of
    differentials, along motions on which they hold. ``name`` is the permanent id of the identity.
    Raises :class:`NotProved`, with the residual and where possible a smallest counterexample,
    or a :class:`StatementError` where the claim is no statement.
    """
    return _proved(_stated("prove", lhs, rhs, given, name), name, name)


def prove_link(lhs: Any, rhs: Any, chain: str | None) -> Proof:
    """Prove a link of the chain of that id: proved, it has no id; failing, it has the chain's."""
    return _proved(_stated("prove", lhs, rhs, (), chain), None, chain)


def _proved(statement: Statement, name: str | None, blamed: str | None) -> Proof:
    """The proof under its own id, or a failure of the identity that is to blame."""
    start = time.perf_counter()
    try:
        with time_limit(TIME_LIMIT):
            found = decide(statement)
    except Exception as error:  # whatever breaks off a proof, there is none
        raise _failed(statement, blamed, error) from None
    certificate = certify(
        statement,
        kind="prove",
        verdict="proved",
        name=name,
        seconds=time.perf_counter() - start,
        **found,
    )
    certificate["mutants"] = mutants_refused(statement, name, found["conditions"])
    publish(certificate)
    return Proof(statement, certificate)


def refute(lhs: Any, rhs: Any, *, given: Equations = (), name: str | None = None) -> Refutation:
    """Refute that ``lhs`` equals ``rhs``: find an exact point where the two differ.

    With hypotheses ``given`` it is a point where they hold, exact, or else enclosed and shown
    rounded.
    Raises :class:`NotRefuted` if no such point is found.
    """
    statement = _stated("refute", lhs, rhs, given, name)
    start = time.perf_counter()
    found = _counterexample(statement)
    seconds = time.perf_counter() - start
    verdict = "not refuted" if found is None else "refuted"
    certificate = certify(
        statement, kind="refute", verdict=verdict, name=name, seconds=seconds, scope="this shape"
    )
    if found is None:
        message = "No point was found where the two sides differ."
        certificate["failure"] = {"message": message, "residual": "", "counterexample": None}
        publish(certificate)
        raise NotRefuted(certificate)
    certificate["counterexample"] = found.to_json()
    publish(certificate)
    return Refutation(statement, certificate)


def _stated(kind: str, lhs: Any, rhs: Any, given: Equations, name: str | None) -> Statement:
    """The statement, or its error, which the gate hears of too."""
    try:
        check_identity(name)
        try:
            return Statement(lhs, rhs, given)
        except RecursionError:
            raise StatementError(TOO_DEEP) from None
    except StatementError as error:
        publish(malformed(kind, name, (lhs, rhs), f"{type(error).__name__}: {error}"))
        raise


def decide(statement: Statement, *, brief: bool = False) -> dict[str, Any]:
    """Run the routes; return what they found, or raise the error of the first that refuses.

    A claim that has letters for sizes is proved for all of them or not at all; where all sizes are
    numbers, what the index proof has no rule for is decided by the two other routes.
    Numbers count every point where both sides are defined, also where a condition of the index
    proof fails: so no claim is both proved and refuted.
    With ``brief`` the index proof is enough where there is one.
    """
    routes: list[dict[str, Any]] = []
    try:
        (subject, scope, report), seconds = _timed(lambda: _for_all_shapes(statement))
        routes.append({"route": "all shapes", "seconds": seconds, "detail": ""})
    except kernel.NoRule as error:
        if statement.dimensions:
            raise _only_by_index(statement, error) from None
        subject, scope = statement, "this shape"
        report = kernel.IndexProof(kernel.stated(statement))
    if not (brief and routes):
        checked, seconds = _timed(lambda: entries.check(subject))
        routes.append(_entries_route(checked, seconds))
        sampled, seconds = _timed(lambda: numbers.check(subject))
        routes.append(_numbers_route(sampled, seconds))
    return {
        "routes": routes,
        "conditions": report.conditions,
        "axioms": report.axioms,
        "scope": scope,
    }


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, round(time.perf_counter() - start, 4)


def _for_all_shapes(statement: Statement) -> tuple[Statement, str, kernel.IndexProof]:
    """The index proof of a statement: what was proved, for which sizes, and what it needs.

    Sizes that are numbers become letters first, and sizes that are equal without need are told
    apart; a claim that holds only because they are as they are says so, or is refused.
    """
    general = _told_apart(statement, numbers=True)
    if general is not None:
        with suppress(Undecided):
            return general, "all shapes", kernel.check(general)
    apart = _told_apart(statement, numbers=False)
    try:
        report = kernel.check(apart or statement)
    except kernel.Residual:
        if apart is not None and _holds(statement):
            raise _accident(statement) from None
        raise
    return apart or statement, _scope(statement, general is not None), report


def _scope(statement: Statement, has_numbers: bool) -> str:
    """For which sizes a statement is proved that the index proof accepts as it stands."""
    if not (has_numbers or statement.names_entries):
        return "all shapes"
    if not statement.dimensions or statement.names_entries:
        return "this shape" if statement.variables else "all shapes"
    return f"every {', '.join(map(str, statement.dimensions))}"


def _told_apart(statement: Statement, *, numbers: bool) -> Statement | None:
    """The same statement with sizes told apart that are equal without need."""
    if statement.names_entries:  # it speaks of these sizes and no others
        return None
    try:
        equations = told_apart(
            (statement.left, statement.right), *statement.hypotheses, numbers=numbers
        )
    except Undecided:
        return None
    if equations is None:
        return None
    (left, right), *hypotheses = equations
    return Statement.of_primitives(left, right, tuple(hypotheses))


def _holds(statement: Statement) -> bool:
    try:
        kernel.check(statement)
    except Undecided:
        return False
    return True


def _only_by_index(statement: Statement, error: kernel.NoRule) -> Undecided:
    sizes = ", ".join(map(str, statement.dimensions))
    return Undecided(
        f"{error} Where sizes are letters ({sizes}), a claim is proved for all of them or not at "
        "all. With numbers in their place it speaks of one shape, which two routes can decide."
    )


def _accident(statement: Statement) -> AccidentalSizes:
    return AccidentalSizes(
        "the two sides agree only because sizes that have nothing to do with each other are "
        "equal here. Give each size a name or a value of its own, so that no formula can "
        "confuse them."
    )


def _entries_route(report: Any, seconds: float) -> dict[str, Any]:
    return {
        "route": "entries",
        "seconds": seconds,
        "sizes": {str(size): value for size, value in report.sizes.items()},
        "entries": report.entries,
        "detail": report.detail,
    }


def _numbers_route(report: Any, seconds: float) -> dict[str, Any]:
    return {
        "route": "numbers",
        "seconds": seconds,
        "points": report.points,
        "digits": report.digits,
        "detail": report.detail,
    }


def _counterexample(statement: Statement) -> Any:
    try:
        with time_limit(2 * SEARCH_LIMIT):
            return counterexample.find(statement, SEARCH_LIMIT)
    except Exception:  # no counterexample is no harm
        return None


def _failed(statement: Statement, name: str | None, error: Exception) -> GradproofError:
    """The error to raise for a failed proof, its certificate published."""
    found = None if isinstance(error, (OutOfTime, AccidentalSizes)) else _counterexample(statement)
    certificate = certify(statement, kind="prove", verdict="not proved", name=name)
    certificate["failure"] = {
        "message": _reason(error, found),
        "residual": display.residual(statement, error),
        "counterexample": None if found is None else found.text(),
    }
    publish(certificate)
    return error if isinstance(error, AccidentalSizes) else NotProved(certificate)


def _reason(error: Exception, found: Any) -> str:
    if found is not None:
        return "The two sides differ."
    if isinstance(error, GradproofError):
        return str(error)
    if isinstance(error, RecursionError):
        return TOO_DEEP
    return (
        f"The proof broke off in an error of gradproof itself, {type(error).__name__}: {error}. "
        "Please report it with this statement; until it is mended, prove a simpler step."
    )


def mutants_refused(
    statement: Statement, name: str | None, conditions: tuple[tuple[str, Any], ...] = ()
) -> dict[str, int] | None:
    """How many near misses of a named identity are refused; None where no build asks for it."""
    if name is None or not wanted():
        return None
    from .mutants import distrust  # which a build alone needs

    report = distrust(statement, conditions)
    return {"refused": report.refused, "equal": report.equal}
