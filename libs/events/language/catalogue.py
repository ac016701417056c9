"""Which contracts there are and who tells each: the service whose file of the published language it stands in."""

import re
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from events.domain import Value

PACKAGE = "events.contracts"

_VERSIONED = re.compile(r".+V[1-9][0-9]*")


def told_by(service: str) -> tuple[type[Value], ...]:
    """Return the contracts that a service tells, in the order of their file; none if it tells nothing."""
    name = f"{PACKAGE}.{service}"
    return contracts_in(import_module(name)) if find_spec(name) else ()


def contracts_in(module: ModuleType) -> tuple[type[Value], ...]:
    """Return the contracts of a file: its tagged values whose name ends in a version, but those that others extend."""
    own = [each for each in vars(module).values() if is_contract(each) and each.__module__ == module.__name__]
    return tuple(each for each in own if not any(each in other.__mro__[1:] for other in own))


def heard_by(service: str, types: Iterable[type[Value]]) -> dict[str, tuple[type[Value], ...]]:
    """Return the contracts of others among the events that a service knows, by who tells them."""
    heard: dict[str, tuple[type[Value], ...]] = {}
    for each in types:
        teller = teller_of(each)
        if teller is not None and teller != service:
            heard[teller] = (*heard.get(teller, ()), each)
    return heard


def teller_of(event: type[Value]) -> str | None:
    """Return the service that tells a contract; none for an event that is nobody else's business."""
    package, _, service = event.__module__.rpartition(".")
    return service if package == PACKAGE else None


def is_contract(each: object) -> bool:
    """Say whether this is a class of events that others may see."""
    if not isinstance(each, type) or not issubclass(each, Value):
        return False
    return each.__struct_config__.tag is not None and _VERSIONED.fullmatch(each.__name__) is not None
