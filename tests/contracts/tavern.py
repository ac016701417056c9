"""A small published language for the tests: rounds are served, tabs are closed."""

from datetime import date

from events.domain import Instant, Value
from money.money import Money


class Barrel(Value):
    """Where a round was drawn from."""

    barrel_id: str


class RoundV1(Value, tag=False):
    """What was served."""

    drinks: int
    barrel: Barrel | None = None


class TavernEventV1(Value):
    """What every contract about a tab says."""

    tab_id: str
    at: Instant


class RoundServedV1(TavernEventV1):
    """A round was served."""

    rounds: tuple[RoundV1, ...]


class RoundServedV2(TavernEventV1):
    """A round was served, with its price."""

    rounds: tuple[RoundV1, ...]
    price: Money


class TabClosedV1(TavernEventV1):
    """A tab was paid."""

    paid: Money
    paid_on: date | None = None
