"""The demonstration company: the same for the same seed, and shaped like a real one."""

import hashlib
from collections import Counter
from decimal import Decimal
from statistics import median

import msgspec
import pytest

from attain.company import Company
from attain.demo.closings import MONTH_WEIGHTS, weight_of, working_days
from attain.demo.drawing import Scale, draw_company
from attain.demo.people import YEAR

SMALL = Scale(reps=8, teams=2, deals=120, notes=5)


@pytest.fixture(scope="module")
def company() -> Company:
    """The company that `make run` loads."""
    return draw_company()


def digest(company: Company) -> str:
    return hashlib.sha256(msgspec.json.encode(company)).hexdigest()


def bodies(company: Company, path: str) -> list[dict[str, object]]:
    stages = (*company.before, *company.after)
    return [dict(request.body) for stage in stages for request in stage.requests if request.path == path]


def test_one_seed_draws_one_company_and_another_seed_another() -> None:
    assert digest(draw_company(7, SMALL)) == digest(draw_company(7, SMALL))
    assert digest(draw_company(7, SMALL)) != digest(draw_company(8, SMALL))


def test_forty_people_work_in_six_teams(company: Company) -> None:
    people = bodies(company, "/goals/v1/people")

    assert len(people) == 40
    assert len({person["name"] for person in people}) == 40
    assert Counter(person.get("team_id", "none") for person in people)["none"] == 1
    assert len({person["team_id"] for person in people if "team_id" in person}) == 6
    assert len(bodies(company, "/feedback/v1/notes")) == 60


def test_managers_come_before_those_who_report_to_them(company: Company) -> None:
    people = bodies(company, "/goals/v1/people")
    ids = [person["person_id"] for person in people]

    for person in people:
        assert "manager_id" not in person or ids.index(person["manager_id"]) < ids.index(person["person_id"])


def test_five_thousand_deals_come_in_time_order_within_the_year(company: Company) -> None:
    times = [delivery.timestamp for delivery in company.deliveries]
    opened = [delivery.data["deal_id"] for delivery in company.deliveries if delivery.type == "deal.opened"]

    assert times == sorted(times)
    assert times[-1].year == YEAR
    assert len(opened) == len(set(opened)) == 5_000


def test_a_deal_is_opened_before_anything_else_happens_to_it(company: Company) -> None:
    known: set[str] = set()
    for delivery in company.deliveries:
        assert (delivery.type == "deal.opened") == (delivery.data["deal_id"] not in known)
        known.add(delivery.data["deal_id"])


def test_deals_are_won_lost_split_reopened_amended_cancelled_and_deleted(company: Company) -> None:
    told = Counter(delivery.type for delivery in company.deliveries)
    amended = [each for each in company.deliveries if each.type == "deal.updated" and "amount" in each.data]
    split = [each for each in company.deliveries if "splits" in each.data]

    assert told["deal.lost"] > told["deal.won"] > 1_500
    assert min(told["deal.reopened"], told["deal.cancelled"], told["deal.deleted"], len(amended), len(split)) > 10
    assert all(sum(Decimal(each["percent"]) for each in one.data["splits"]) == 100 for one in split)


def test_amounts_spread_widely_and_never_beyond_reason(company: Company) -> None:
    amounts = [Decimal(each.data["amount"]) for each in company.deliveries if each.type == "deal.won"]

    assert min(amounts) >= 100
    assert max(amounts) > 10 * median(amounts)
    assert max(amounts) < 1_000_000


def test_december_is_the_strongest_month_and_quarters_end_in_a_rush(company: Company) -> None:
    won = [str(each.data["closed_on"]) for each in company.deliveries if each.type == "deal.won"]
    months = Counter(day[5:7] for day in won)
    days, _ = working_days()

    assert months.most_common(1)[0][0] == "12"
    assert min(months["03"], months["06"], months["09"], months["12"]) > max(
        count for month, count in months.items() if int(month) % 3
    )
    assert weight_of(days[-1]) > 2 * MONTH_WEIGHTS[-1]


def test_a_few_owners_are_claimed_by_nobody_until_the_deals_are_in(company: Company) -> None:
    claimed = {
        owner["owner"] for stage in company.before for request in stage.requests for owner in owners(request.body)
    }
    later = {owner["owner"] for stage in company.after for request in stage.requests for owner in owners(request.body)}
    named = Counter(str(each.data["owner"]) for each in company.deliveries if "owner" in each.data)

    assert set(named) == claimed | later
    assert len(later) == 2
    assert 20 < sum(named[owner] for owner in later) < 250


def owners(body: object) -> list[dict[str, str]]:
    return body.get("crm_owners", []) if isinstance(body, dict) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] any JSON


def test_stars_earn_several_times_what_the_middle_earns(company: Company) -> None:
    owner = {each.data["deal_id"]: each.data["owner"] for each in company.deliveries if "owner" in each.data}
    sold: Counter[str] = Counter()
    for each in company.deliveries:
        if each.type == "deal.won":
            sold[owner[each.data["deal_id"]]] += int(Decimal(each.data["amount"]))

    assert sold.most_common(1)[0][1] > 2.5 * median(sold.values())
