"""Whose fault a failure is: that of what was recorded or derived, so that it is parked, or its surroundings'."""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from events.read_models import ReadModelIsNewer
from events.store.database import refused_the_values

PROBLEM_LENGTH_MAX = 500


def is_its_own_fault(error: Exception) -> bool:
    """Say whether it fails whenever and wherever it is tried: not for the database's sake, nor for an old release's."""
    if isinstance(error, SQLAlchemyError):
        return isinstance(error, DBAPIError) and refused_the_values(error)
    return not isinstance(error, OSError | ReadModelIsNewer)


def problem_of(error: Exception) -> str:
    """Say in one line what is wrong, without the statement and its values where the database said no."""
    said = error.orig if isinstance(error, DBAPIError) else error
    return storable(f"{type(error).__name__}: {said}"[:PROBLEM_LENGTH_MAX])


def storable(text: str) -> str:
    """Return a text as every database keeps it."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
