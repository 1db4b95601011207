"""Verdicts: proved by every route, refuted by an exact point, or an error that says why not."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from . import counterexample, display, entries, kernel, numbers
from .certificate import Certificate, certify, check_identity, malformed
from .errors import AccidentalSizes, GradproofError, OutOfTime, StatementError, Undecided
from .limits import time_limit
from .report import publish, wanted
from .sizes import told_apart
from .statement import Equations, Statement

#: Seconds after which a claim counts as not proved.
TIME_LIMIT = 60.0
#: Seconds that the search for a counterexample may take.
SEARCH_LIMIT = 3.0


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
    shape, and numbers at random points. ``given`` are hypotheses, pairs of two sides that are
    equal: then the claim is made only where they hold and, where it speaks of differentials,
    along motions on which they hold. ``name`` is the permanent id of the identity.
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
    certificate["mutants"] = mutants_refused(statement, name)
    publish(certificate)
    return Proof(statement, certificate)


def refute(lhs: Any, rhs: Any, *, given: Equations = (), name: str | None = None) -> Refutation:
    """Refute that ``lhs`` equals ``rhs``: find an exact point where the two differ.

    With hypotheses ``given`` it is a point where they hold, its numbers rounded when shown.
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
        return Statement(lhs, rhs, given)
    except StatementError as error:
        publish(malformed(kind, name, (lhs, rhs), f"{type(error).__name__}: {error}"))
        raise


def decide(statement: Statement, *, brief: bool = False) -> dict[str, Any]:
    """Run the routes; return what they found, or raise the error of the first that refuses.

    With `brief` the index proof is enough where there is one.
    """
    apart = _told_apart(statement)
    subject = statement if apart is None else apart
    routes, axioms, scope = [], (), "all shapes"
    conditions: tuple[tuple[str, Any], ...] = ()
    try:
        report, seconds = _timed(lambda: kernel.check(subject))
        conditions, axioms = report.conditions, report.axioms
        routes.append({"route": "all shapes", "seconds": seconds, "detail": ""})
        if subject.names_entries or (subject.variables and not subject.dimensions):
            scope = "this shape"
    except kernel.NoRule:
        subject, scope = statement, "this shape"
        conditions = kernel.stated(statement)
    except kernel.Residual:
        if apart is not None and _holds(statement):
            raise _accident(statement) from None
        raise
    if brief and routes:
        return {"routes": routes, "conditions": conditions, "axioms": axioms, "scope": scope}
    checked, seconds = _timed(lambda: entries.check(subject))
    routes.append(_entries_route(checked, seconds))
    sampled, seconds = _timed(lambda: numbers.check(subject))
    routes.append(_numbers_route(sampled, seconds))
    return {"routes": routes, "conditions": conditions, "axioms": axioms, "scope": scope}


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, round(time.perf_counter() - start, 4)


def _told_apart(statement: Statement) -> Statement | None:
    """The same statement with sizes told apart that are equal without need."""
    if statement.names_entries:  # it speaks of these sizes and no others
        return None
    try:
        equations = told_apart((statement.left, statement.right), *statement.hypotheses)
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
    return f"The proof broke off: {type(error).__name__}."


def mutants_refused(statement: Statement, name: str | None) -> dict[str, int] | None:
    """How many near misses of a named identity are refused; None where no build asks for it."""
    if name is None or not wanted():
        return None
    from .mutants import distrust

    report = distrust(statement)
    return {"refused": report.refused, "equal": report.equal}
