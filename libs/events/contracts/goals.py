"""What goals tells the others: who works where, the calendar, and what is expected of whom."""

from datetime import date
from decimal import Decimal

from events.domain import Personal, Value
from money.money import Money


class PersonHiredV1(Value):
    """A person joins. CRMs know them by owners whose keyed hashes are `owner_hashes`, logins by `user_name_hash`."""

    person_id: str
    name: Personal
    hired_on: date
    team_id: str | None = None
    manager_id: str | None = None
    owner_hashes: tuple[str, ...] = ()
    user_name_hash: str | None = None


class PersonRenamedV1(Value):
    """A person has another name."""

    person_id: str
    name: Personal


class PersonMovedV1(Value):
    """From this day on a person is in another team or reports to somebody else."""

    person_id: str
    effective_on: date
    team_id: str | None = None
    manager_id: str | None = None


class PersonLeftV1(Value):
    """A person's last day."""

    person_id: str
    left_on: date


class OwnersClaimedV1(Value):
    """A person is also the owner whom CRMs know by these keyed hashes."""

    person_id: str
    owner_hashes: tuple[str, ...]


class TeamChangedV1(Value):
    """A team has this name and place from now on."""

    team_id: str
    name: str
    parent_id: str | None = None


class CalendarSetV1(Value):
    """The fiscal calendar: its IANA time zone, its first month, and which end of the year names it."""

    time_zone: str
    first_month: int
    year_named_by: str


class QuotaSetV1(Value):
    """What a person is expected to reach in a period: the effective quota. Both days are in the period."""

    quota_id: str
    person_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Money


class QuotaAdjustedV1(Value):
    """The effective quota of a period is another one, for a reason."""

    quota_id: str
    person_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Money
    reason: str


class SubjectQuotaSetV1(Value):
    """What a person, a team or a territory is expected to reach: whatever is no person's quota in money.

    `amount` is money where there is a `currency`, else a plain number of what the measure counts. `subject_kind` is
    person, team or territory; a team's or territory's quota is what was said of it, never its members' sum. Told again
    it is another one, and `reason` says why. Both days are in the period.
    """

    quota_id: str
    subject_kind: str
    subject_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Decimal
    currency: str | None = None
    reason: str | None = None


class RateSetV1(Value):
    """From this day on one unit of `base` is so many of `quote`, until the next day that is told of the same kind.

    `kind` says what the rate is for: plan (the fiscal year's fixed rate), daily, month_end and so on. Told again of the
    same day, the rate is corrected, for a reason.
    """

    base: str
    quote: str
    kind: str
    effective_on: date
    rate: Decimal
    source: str
    reason: str | None = None


class RelationshipSetV1(Value):
    """From this day on somebody shares in somebody's deals: `from_person_id` is credited with those of `to_person_id`.

    `name` says as what: sales_engineer, mentor and so on. Both days belong to it; without a last one it goes on.
    """

    relationship_id: str
    name: str
    from_person_id: str
    to_person_id: str
    starts_on: date
    ends_on: date | None = None


class RelationshipEndedV1(Value):
    """The last day of a relationship is known, or another one. `starts_on` says of which spell."""

    relationship_id: str
    name: str
    from_person_id: str
    to_person_id: str
    starts_on: date
    ends_on: date


class TerritoryDefinedV1(Value):
    """A territory has this name and place from now on."""

    territory_id: str
    name: str
    parent_id: str | None = None


class TerritoryAssignedV1(Value):
    """From this day on a person holds a territory in a role: owner, overlay and so on. Several people may.

    Both days belong to it; without a last one it goes on.
    """

    territory_id: str
    person_id: str
    role: str
    starts_on: date
    ends_on: date | None = None


class TerritoryAssignmentEndedV1(Value):
    """A person's last day with a territory in a role is known, or another one. `starts_on` says of which spell."""

    territory_id: str
    person_id: str
    role: str
    starts_on: date
    ends_on: date


class AccountPlacedV1(Value):
    """From this day on, until the next one that is told, an account falls in this territory; in none without one.

    The account is known by what the CRM calls it, as deals name it. What is told twice of one day holds as it was told
    last.
    """

    account: str
    effective_on: date
    territory_id: str | None = None


class ObjectiveSetV1(Value):
    """What a person or a team sets out to reach in a period beside their quotas; told again, it is another one.

    `subject_kind` is person or team, `weight` in percent of all objectives that they have, `serves` the objective to
    which this one contributes. Both days are in the period.
    """

    objective_id: str
    subject_kind: str
    subject_id: str
    name: str
    period: str
    starts_on: date
    ends_on: date
    weight: Decimal | None = None
    serves: str | None = None


class ObjectiveScoredV1(Value):
    """An objective was reached to so many percent, of 0 to 1,000; told again, the score is corrected, for a reason."""

    objective_id: str
    subject_kind: str
    subject_id: str
    name: str
    period: str
    starts_on: date
    ends_on: date
    percent: Decimal
    weight: Decimal | None = None
    serves: str | None = None
    reason: str | None = None
