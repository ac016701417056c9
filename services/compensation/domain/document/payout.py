"""What is paid at least beside a draw, and within which interval nothing else is paid."""

from collections.abc import Iterator
from decimal import Decimal

from events.domain import Value
from fiscal.calendar import MONTHS, PeriodKind


class Minimum(Value, tag=False):
    """What is paid at least in each pay period, in proportion to the days on the plan; `recovered` says whether it is
    an advance that is taken back, or forgiven at once.
    """

    amount: Decimal
    recovered: bool


def settlement_faults(settles: PeriodKind | None, pays: PeriodKind) -> Iterator[tuple[str, str]]:
    """Name what is wrong with an interval at whose end alone what was earned is settled."""
    if settles is not None and MONTHS[settles] <= MONTHS[pays]:
        yield "/settles", f"an interval that is longer than a {pays}, which is paid"


def minimum_in_words(minimum: Minimum, amount: str, pays: PeriodKind) -> str:
    """Return what is paid at least."""
    what = "an advance that is taken back later" if minimum.recovered else "which is not taken back"
    return f"In any case {amount} a {pays} is paid, {what}"


def settlement_in_words(settles: PeriodKind) -> str:
    """Return when what was earned is settled."""
    return f"Until the end of the {settles} only what is paid at least is paid; then what was earned is settled"
