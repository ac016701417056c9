"""A CRM's pipeline as CSV, turned into what that CRM would have sent, and the company around it.

Assumed, since the files do not say: amounts are US dollars; everybody was hired before the first deal; a manager's
people are a team; each agent's quota is the same fixed sum a quarter; days are days in UTC.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from attain.company import (
    CURRENCY,
    Company,
    Delivery,
    Request,
    Stage,
    assign,
    draft_plan,
    hire,
    make_team,
    publish_plan,
    set_calendar,
    set_quota,
    without_none,
)

SOURCE = "crm"
YEAR = 2017
PERIODS = tuple(f"{YEAR}-Q{quarter}" for quarter in range(1, 5))
HIRED_ON = date(YEAR - 1, 1, 1)
QUOTA = 90_000
"""Each agent's quota a quarter, in dollars: a little above the 83,000 that those who sell win in a quarter."""

PLAN_ID = "five-eight"
TIERS: tuple[tuple[str | None, str], ...] = (("100", "5"), (None, "8"))

ASSUMED = f"US dollars; a quota of {QUOTA:,} for every agent and quarter; 5% up to quota and 8% above, by quarter"

OPENED_AT, CLOSED_AT = time(9, tzinfo=UTC), time(17, tzinfo=UTC)
EXPORTED_AT = datetime(YEAR, 12, 31, 23, tzinfo=UTC)
"""When the CRM speaks of deals of which it knows no day: when it was asked for everything."""

CLOSINGS = {"Won": "deal.won", "Lost": "deal.lost"}

Rows = Sequence[Mapping[str, str]]


def read_company(folder: Path) -> Company:
    """Read `sales_teams.csv` and `sales_pipeline.csv`."""
    teams, pipeline = read_rows(folder / "sales_teams.csv"), read_rows(folder / "sales_pipeline.csv")
    agents = {f"agent-{number:02}": row for number, row in enumerate(teams, 1)}
    managers = list(dict.fromkeys(row["manager"] for row in teams))
    return Company(
        name=f"real-{YEAR}",
        before=(
            Stage(name="calendar", requests=(set_calendar("UTC"),)),
            Stage(name="teams", requests=tuple(teams_of(teams, managers))),
            Stage(name="people", requests=tuple(map(hire_manager, range(len(managers)), managers))),
            Stage(name="people", requests=tuple(hire_agent(each, row, managers) for each, row in agents.items())),
            Stage(name="plan", requests=(draft_plan(PLAN_ID, "5% to quota, 8% above", TIERS),)),
            Stage(name="plan", requests=(publish_plan(PLAN_ID, date(YEAR, 1, 1)),)),
            Stage(
                name="quotas", requests=tuple(set_quota(each, period, QUOTA) for each in agents for period in PERIODS)
            ),
            Stage(name="assignments", requests=tuple(assign(each, PLAN_ID, date(YEAR, 1, 1)) for each in agents)),
        ),
        source=SOURCE,
        deliveries=tuple(sorted(deliveries_of(pipeline), key=lambda each: (each.timestamp, each.data["deal_id"]))),
        after=(),
        last="/compensation/v1/assignments",
    )


def read_rows(path: Path) -> Rows:
    """Read a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def teams_of(rows: Rows, managers: Sequence[str]) -> Iterator[Request]:
    """Make a team for each manager, named by its office: that of Central's second manager is Central 2."""
    offices: dict[str, int] = {}
    for number, manager in enumerate(managers):
        office = next(row["regional_office"] for row in rows if row["manager"] == manager)
        offices[office] = offices.get(office, 0) + 1
        yield make_team(team_id(number), f"{office} {offices[office]}")


def team_id(number: int) -> str:
    """Return the id of a manager's team."""
    return f"team-{number + 1}"


def manager_id(number: int) -> str:
    """Return a manager's id."""
    return f"manager-{number + 1}"


def hire_manager(number: int, name: str) -> Request:
    """Take a manager on; the CRM does not know them as owners."""
    person_id = manager_id(number)
    return hire(person_id=person_id, name=name, hired_on=HIRED_ON, team_id=team_id(number), source=SOURCE)


def hire_agent(person_id: str, row: Mapping[str, str], managers: Sequence[str]) -> Request:
    """Take an agent on, whom the CRM calls by name."""
    number = managers.index(row["manager"])
    return hire(
        person_id=person_id,
        name=row["sales_agent"],
        hired_on=HIRED_ON,
        owners=(row["sales_agent"],),
        team_id=team_id(number),
        manager_id=manager_id(number),
        source=SOURCE,
    )


def deliveries_of(rows: Iterable[Mapping[str, str]]) -> Iterator[Delivery]:
    """Return what the CRM delivers: every deal opened, then what was won or lost."""
    for row in rows:
        yield opened(row)
        if row["deal_stage"] in CLOSINGS:
            yield closed(row)


def opened(row: Mapping[str, str]) -> Delivery:
    """Open a deal at its engage date, or undated."""
    day = row["engage_date"]
    said: dict[str, Any] = {
        "deal_id": row["opportunity_id"],
        "owner": row["sales_agent"],
        "product": row["product"],
        "account": row["account"] or None,
        "stage": "Engaging" if day else "Prospecting",
        "opened_on": day or None,
    }
    at = datetime.combine(date.fromisoformat(day), OPENED_AT) if day else EXPORTED_AT
    return Delivery(type="deal.opened", timestamp=at, data=without_none(said))


def closed(row: Mapping[str, str]) -> Delivery:
    """Win or lose a deal at its close date; a lost one is worth nothing."""
    said: dict[str, Any] = {
        "deal_id": row["opportunity_id"],
        "stage": row["deal_stage"],
        "closed_on": row["close_date"],
    }
    if row["deal_stage"] == "Won":
        said |= {"amount": row["close_value"], "currency": CURRENCY}
    at = datetime.combine(date.fromisoformat(row["close_date"]), CLOSED_AT)
    return Delivery(type=CLOSINGS[row["deal_stage"]], timestamp=at, data=said)
