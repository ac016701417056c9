"""Placements cover every day, whatever order moves come in; reporting lines never close, on any day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from msgspec import UnsetType

from events.projector import Rows
from goals.domain.person import PERSON, Employed, HirePerson, MovePerson, Person, PersonMoved
from goals.domain.placement import FOR_EVER, Company, Placement, Reporting, ReportingLineIsACircle, placed
from goals.projections.placements import PLACEMENTS, PlacementRow
from tests.goals.company import JANUARY, hired, name
from tests.goals.office import recorded

DAYS = 6
CALENDAR = [JANUARY + timedelta(days=number) for number in range(DAYS)]
PEOPLE = ("anna", "bob", "carl", "dora")

days = st.sampled_from(CALENDAR)
teams = st.sampled_from(("east", "west", None))
managers = st.sampled_from((*PEOPLE, None))
moves = st.lists(st.builds(PersonMoved, effective_on=days, team_id=teams, manager_id=managers), max_size=12)


def on_each_day(first: Placement, said: Sequence[PersonMoved]) -> dict[date, tuple[str | None, str | None]]:
    """Go through the days one by one: what was said of the latest day so far holds, the last word on that day."""
    last_word = {first.starts_on: (first.team_id, first.manager_id)}
    for move in said:
        last_word[move.effective_on] = (move.team_id, move.manager_id)
    found: dict[date, tuple[str | None, str | None]] = {}
    here: tuple[str | None, str | None] = (None, None)
    for day in CALENDAR:
        here = last_word.get(day, here)
        found[day] = here
    return found


@for_all(moves)
def test_the_rows_say_of_every_day_what_was_said_last_of_it(said: list[PersonMoved]) -> None:
    rows: Rows[PlacementRow] = Rows(PLACEMENTS.keys)
    for version, event in enumerate([hired(), *said], 1):
        rows = PLACEMENTS.project(rows, recorded(event, "anna", version))
    expected = on_each_day(Placement(starts_on=JANUARY, team_id="east"), said)
    for day in CALENDAR:
        found = [row for row in rows if row.starts_on <= day <= row.ends_on]
        assert [(row.team_id, row.manager_id) for row in found] == [expected[day]]
    ordered = sorted(rows, key=lambda row: row.starts_on)
    assert (ordered[0].starts_on, ordered[-1].ends_on) == (JANUARY, FOR_EVER)
    assert all(one.ends_on + timedelta(days=1) == next_.starts_on for one, next_ in pairwise(ordered))


@for_all(st.data())
def test_moves_of_different_days_may_come_in_any_order(data: st.DataObject) -> None:
    unique = data.draw(
        st.lists(
            st.builds(Placement, starts_on=days, team_id=teams, manager_id=managers), unique_by=lambda m: m.starts_on
        )
    )
    shuffled = data.draw(st.permutations(unique))
    one: tuple[Placement, ...] = ()
    other: tuple[Placement, ...] = ()
    for each, late in zip(unique, shuffled, strict=True):
        one, other = placed(one, each), placed(other, late)
    assert one == other


class Staff:
    """Four people, what has happened to each, and who reported to whom on which day, by looking at each day."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        for person_id in PEOPLE:
            self.people[person_id] = PERSON.initial
            self.say(person_id, HirePerson(person_id=person_id, name=name("A", person_id), hired_on=JANUARY))

    def say(self, person_id: str, command: HirePerson | MovePerson) -> None:
        for event in PERSON.decide(command, self.people[person_id]):
            self.people[person_id] = PERSON.evolve(self.people[person_id], event)

    def company(self) -> Company:
        """Return all reporting lines that there are."""
        return Company(
            line=tuple(
                Reporting(person_id=key, starts_on=each.starts_on, ends_on=each.ends_on, manager_id=each.manager_id)
                for key in PEOPLE
                for each in self.placements(key)
            )
        )

    def placements(self, person_id: str) -> tuple[Placement, ...]:
        person = self.people[person_id]
        assert isinstance(person, Employed)
        return person.placements

    def managers_on(self, day: date) -> dict[str, str | None]:
        return {key: next(p.manager_id for p in self.placements(key) if p.contains(day)) for key in PEOPLE}

    def would_be(self, move: MovePerson) -> list[dict[str, str | None]]:
        """Return who would report to whom on each day after a move."""
        later = [each.starts_on for each in self.placements(move.person_id) if each.starts_on > move.effective_on]
        until = min(later, default=FOR_EVER)
        found: list[dict[str, str | None]] = []
        for day in CALENDAR:
            managers_then = self.managers_on(day)
            if move.effective_on <= day < until:
                assert not isinstance(move.manager_id, UnsetType)
                managers_then[move.person_id] = move.manager_id
            found.append(managers_then)
        return found


def has_circle(reports_to: Mapping[str, str | None]) -> bool:
    for person_id in reports_to:
        here = reports_to[person_id]
        for _ in PEOPLE:
            if here == person_id:
                return True
            here = None if here is None else reports_to[here]
    return False


@settings(max_examples=300)
@for_all(st.lists(st.tuples(st.sampled_from(PEOPLE), days, managers), min_size=5, max_size=20))
def test_a_move_is_refused_exactly_when_it_closes_a_circle_on_some_day(
    wishes: list[tuple[str, date, str | None]],
) -> None:
    staff = Staff()
    for person_id, day, manager_id in wishes:
        move = MovePerson(person_id=person_id, effective_on=day, manager_id=manager_id, company=staff.company())
        closes = any(map(has_circle, staff.would_be(move)))
        try:
            staff.say(person_id, move)
        except ReportingLineIsACircle:
            assert closes
        else:
            assert not closes
    assert not any(has_circle(staff.managers_on(day)) for day in CALENDAR)
