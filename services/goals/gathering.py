"""What commands need of other streams and of the key store, looked up before they decide."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime

from events.asking import RequestIsStillRunning
from events.domain import Refused, Value
from events.personal import KeyStore, NameIsTaken
from events.store.session import Reading
from fiscal.calendar import FiscalCalendar, Period, day_of, parse_period
from goals.domain.calendar import CalendarIsNotSet
from goals.domain.owner import USER_NAME, CrmOwner, OwnerIsTaken, UserNameIsTaken
from goals.domain.person import PersonIsUnknown
from goals.domain.placement import Company
from goals.domain.subject import Subject
from goals.projections.calendars import calendar_row
from goals.projections.people import is_known
from goals.projections.placements import reportings
from goals.projections.teams import team_row
from goals.projections.territories import territory_row


class Claimed(Value, tag=False):
    """The keyed hashes of names that are a person's now."""

    user_name_hash: str | None
    owner_hashes: tuple[str, ...]


@asynccontextmanager
async def claimed(
    keys: KeyStore, person_id: str, owners: Sequence[CrmOwner], user_name: str | None = None
) -> AsyncGenerator[Claimed]:
    """Claim names for a person before what is said of them is appended; give back those that were new if it is refused.

    Raises `UserNameIsTaken` or `OwnerIsTaken`, and claims nothing then.
    """
    names = [(owner.kind, owner.owner) for owner in owners]
    if user_name is not None:
        names.append((USER_NAME, user_name))
    new = [(kind, name) for kind, name in names if await keys.find(kind, name) is None]
    try:
        owner_hashes = tuple([await claim_owner(keys, owner, person_id) for owner in owners])
        user_name_hash = None if user_name is None else await claim_user_name(keys, user_name, person_id)
        yield Claimed(user_name_hash=user_name_hash, owner_hashes=owner_hashes)
    except RequestIsStillRunning:
        raise  # the same request, which goes on with these names
    except Refused:
        for kind, name in new:
            await keys.release(kind, name, person_id)
        raise


async def claim_owner(keys: KeyStore, owner: CrmOwner, person_id: str) -> str:
    """Claim what a CRM calls a person; return its hash."""
    try:
        return await keys.claim(owner.kind, owner.owner, person_id)
    except NameIsTaken as taken:
        raise OwnerIsTaken(source=owner.source, owner=owner.owner) from taken


async def claim_user_name(keys: KeyStore, user_name: str, person_id: str) -> str:
    """Claim a user name; return its hash."""
    try:
        return await keys.claim(USER_NAME, user_name, person_id)
    except NameIsTaken as taken:
        raise UserNameIsTaken(user_name=user_name) from taken


def company_of(reading: Reading, team_id: object, manager_id: object, since: date) -> Company:
    """Return what a placement in a team and under a manager depends on; nothing of what it leaves as it is."""
    is_there = isinstance(team_id, str) and team_row(reading, team_id) is not None
    return Company(
        teams=(str(team_id),) if is_there else (),
        line=reportings(reading, manager_id, since) if isinstance(manager_id, str) else (),
    )


def check_known(reading: Reading, person_id: str) -> None:
    """Refuse to seal anything for somebody who is not there."""
    if not is_known(reading, person_id):
        raise PersonIsUnknown


def subject_is_known(reading: Reading, subject: Subject) -> bool:
    """Say whether there is such a person, team or territory."""
    match subject.kind:
        case "person":
            return is_known(reading, subject.id)
        case "team":
            return team_row(reading, subject.id) is not None
        case "territory":
            return territory_row(reading, subject.id) is not None


def period_named(reading: Reading, name: str) -> Period:
    """Return the period of a name in the company's calendar. Raises `CalendarIsNotSet` or `PeriodIsUnknown`."""
    row = calendar_row(reading)
    if row is None:
        raise CalendarIsNotSet
    return parse_period(row.calendar(), name)


def today(reading: Reading, at: datetime) -> date:
    """Return the day that it is where the company counts its days: in UTC until its calendar is set."""
    row = calendar_row(reading)
    return day_of(FiscalCalendar() if row is None else row.calendar(), at)
