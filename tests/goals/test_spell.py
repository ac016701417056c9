"""Spells of days: whatever is said of them in whatever order, no day ever belongs to two."""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from events.domain import Refused
from goals.domain.relationship import RELATIONSHIP, EndRelationship, Related, RelationshipCommand, SetRelationship
from goals.domain.spell import Spell, kept
from tests.goals.company import APRIL, JANUARY, JULY, MARCH

DAY_COUNT = 5
days = st.integers(0, DAY_COUNT - 1).map(lambda number: JANUARY + timedelta(days=number))
relates = st.builds(
    SetRelationship,
    name=st.just("mentor"),
    from_person_id=st.just("omar"),
    to_person_id=st.just("anna"),
    starts_on=days,
    ends_on=st.none() | days,
    known=st.just(("omar", "anna")),
)
ends = st.builds(EndRelationship, ends_on=days, starts_on=st.none() | days)


def days_of(spell: Spell) -> set[date]:
    """Return which of the days that are drawn belong to a spell."""
    return {
        day
        for day in (JANUARY + timedelta(days=number) for number in range(DAY_COUNT))
        if spell.starts_on <= day and (spell.ends_on is None or day <= spell.ends_on)
    }


@settings(max_examples=300)
@for_all(st.lists(relates | ends, max_size=12))
def test_no_day_ever_belongs_to_two_spells(commands: Sequence[RelationshipCommand]) -> None:
    relationship = RELATIONSHIP.initial
    for command in commands:
        try:
            events = RELATIONSHIP.decide(command, relationship)
        except Refused:
            continue
        for event in events:
            relationship = RELATIONSHIP.evolve(relationship, event)
    spells = relationship.spells if isinstance(relationship, Related) else ()
    counted = [day for spell in spells for day in days_of(spell)]
    assert len(counted) == len(set(counted))
    assert all(days_of(spell) for spell in spells)


def test_spells_stand_in_order_and_the_last_word_on_one_holds() -> None:
    first, second = Spell(starts_on=JANUARY, ends_on=MARCH), Spell(starts_on=JULY)
    assert kept(kept((), second), first) == (first, second)
    assert kept((first, second), Spell(starts_on=JANUARY, ends_on=APRIL)) == (
        Spell(starts_on=JANUARY, ends_on=APRIL),
        second,
    )
