"""Days on which something holds: from a first one to a last one, both included, or open while that is not known."""

from collections.abc import Iterable
from datetime import date

from events.domain import Refused, Value


class Spell(Value, tag=False):
    """Days from one to another; both belong to it. Without a last one it goes on."""

    starts_on: date
    ends_on: date | None = None

    def overlaps(self, other: "Spell") -> bool:
        """Say whether some day belongs to both."""
        return (self.ends_on is None or other.starts_on <= self.ends_on) and (
            other.ends_on is None or self.starts_on <= other.ends_on
        )


class LastDayIsBeforeTheFirst(Refused):
    """What holds for some days ends on its first one or later."""


def check_days(spell: Spell) -> None:
    """Insist on at least one day."""
    if spell.ends_on is not None and spell.ends_on < spell.starts_on:
        raise LastDayIsBeforeTheFirst(ends_on=spell.ends_on)


def overlapping(spell: Spell, others: Iterable[Spell]) -> Spell | None:
    """Return one of some other spells that has a day of this one."""
    return next((each for each in others if each.overlaps(spell)), None)


def kept(spells: Iterable[Spell], new: Spell) -> tuple[Spell, ...]:
    """Return the spells in order, after one was said; of one first day the last word holds."""
    by_day = {each.starts_on: each for each in spells} | {new.starts_on: new}
    return tuple(by_day[day] for day in sorted(by_day))


def spell_from(spells: Iterable[Spell], starts_on: date | None) -> Spell | None:
    """Return the spell of a first day; without one, the latest."""
    return next((each for each in reversed(list(spells)) if starts_on in (None, each.starts_on)), None)
