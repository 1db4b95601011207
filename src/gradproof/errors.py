"""What gradproof refuses, each kind with a name of its own.

Every message names the thing that is wrong and the remedy.
"""


class GradproofError(Exception):
    """The base of every error that gradproof raises on purpose."""


class StatementError(GradproofError, ValueError):
    """A statement that cannot be read as a claim about real matrices."""


class ShapeMismatch(StatementError):
    """Two shapes that must fit do not; the message shows both."""


class InexactNumber(StatementError):
    """A float, an infinity or a complex number stands in a statement."""


class UnknownConstruct(StatementError):
    """A function or SymPy construct that gradproof gives no meaning to."""


class NotAVariable(StatementError):
    """A derivative in something that is neither a variable nor an intermediate."""


class DoesNotDepend(StatementError):
    """A derivative in a variable that the expression does not contain."""


class NotScalar(StatementError):
    """A gradient or Hessian of something that is not a scalar."""


class ConstrainedVariable(StatementError):
    """A derivative in a variable whose entries cannot move independently."""


class NotIterable(StatementError, TypeError):
    """Something goes through the entries of a matrix, as Python's ``sum`` does."""


class BadName(StatementError):
    """A name that is empty, malformed, or used for two different things."""


class AccidentalSizes(StatementError):
    """A statement that holds only because two unrelated sizes happen to be equal."""


class OutOfTime(GradproofError):
    """A proof that did not end within its time limit; it counts as not proved."""


class Undecided(GradproofError):
    """A route could not decide the statement; it counts as not proved."""


class NotDerived(GradproofError):
    """A derivation that ``derive`` has no rule for; the statement may be true all the same."""
