"""What people are credited with of others' deals: as those who stand beside them, lead them, or hold a territory."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from compensation.domain.document.credit_rule import Source
from compensation.domain.engine.exact import EXACT, HUNDRED, ZERO
from events.domain import Value


class Beside(Value, tag=False):
    """Who is credited with what others are: by whom these are, those who stand beside or above them."""

    source: Source
    credited_as: str | None
    by: dict[str, tuple[str, ...]]


class Holding(Value, tag=False):
    """Somebody who holds the territory of a deal's account, and the percent of the deal that this is worth."""

    credited_as: str
    person_id: str
    percent: Decimal


class Claim(Value, tag=False):
    """What somebody is credited with of a deal beside its shares, in percent."""

    source: Source
    credited_as: str | None
    person_id: str
    percent: Decimal


def passed_on(several: Iterable[Beside], source: Source, shares: Sequence[tuple[str, Decimal]]) -> list[Claim]:
    """Return what those beside or above people are credited with: what these share, at most all of the deal, once."""
    mine = [beside for beside in several if beside.source == source]
    if not mine:
        return []
    passed = (
        (beside.credited_as, other, percent)
        for beside in mine
        for person_id, percent in shares
        for other in beside.by.get(person_id, ())
    )
    return claims_of(source, passed)


def held_by(several: Iterable[Holding]) -> list[Claim]:
    """Return what the holders of the account's territory are credited with: at most all of the deal, once."""
    return claims_of("territory", ((each.credited_as, each.person_id, each.percent) for each in several))


def claims_of(source: Source, parts: Iterable[tuple[str | None, str, Decimal]]) -> list[Claim]:
    """Return one claim of each person, as what they are credited: all parts together, at most all of the deal."""
    found: dict[tuple[str | None, str], Decimal] = {}
    for credited_as, person_id, percent in parts:
        where = (credited_as, person_id)
        found[where] = min(HUNDRED, EXACT.add(found.get(where, ZERO), percent))
    return [
        Claim(source=source, credited_as=credited_as, person_id=person_id, percent=percent)
        for (credited_as, person_id), percent in found.items()
    ]
