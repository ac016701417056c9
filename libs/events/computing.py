"""What follows from the facts of keys: pure functions between a few questions, the fault of one key kept to itself."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from events.deriving import GROUP, Derivation, Derived
from events.faults import is_its_own_fault, problem_of
from events.store.session import Reading

NOTHING: Derived[Any] = Derived()


def compute(
    reading: Reading, derivation: Derivation[Any, Any], keys: Sequence[str]
) -> tuple[dict[str, Derived[Any]], dict[str, str]]:
    """Return what follows for each key, nothing for one without facts, and the faults of keys that fail."""
    derived: dict[str, Derived[Any]] = {}
    facts, faults = gather(reading, derivation, keys)
    for key in keys:
        if key in faults:
            continue
        try:
            derived[key] = once_each(derivation.derive(facts[key])) if key in facts else NOTHING
        except Exception as error:  # one key's fault must not stop the others: it is parked with its problem
            faults[key] = problem_of(error)
    return derived, faults


def gather(
    reading: Reading, derivation: Derivation[Any, Any], keys: Sequence[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the facts of keys, read together; if that fails each alone, with the faults of those that fail."""
    try:
        return dict(derivation.facts(reading, keys)), {}
    except Exception as error:
        # PostgreSQL answers nothing more in a transaction whose statement failed, so that the worker must begin anew.
        if isinstance(error, SQLAlchemyError) or not is_its_own_fault(error):
            raise
        if len(keys) == 1:
            return {}, {keys[0]: problem_of(error)}
    facts: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for key in keys:
        found, wrong = gather(reading, derivation, [key])
        facts |= found
        faults |= wrong
    return facts, faults


def once_each(derived: Derived[Any]) -> Derived[Any]:
    """Return what follows, which tells of each subject once, so that the next time can be compared with it."""
    subjects = [each.stream for each in derived.tells]
    if len(subjects) != len(set(subjects)):
        message = f"a subject is told of twice: {', '.join(sorted(subjects))}"
        raise ValueError(message)
    return derived


def expand(reading: Reading, derivation: Derivation[Any, Any], key: str) -> Iterable[str]:
    """Return the keys that a key stands for: itself, or those of its group."""
    kind, mark, name = key.partition(GROUP)
    return derivation.groups[kind](reading, name) if mark else (key,)
