"""The leaderboard agrees with a naive sum, whatever happened to the deals."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from msgspec import structs

from events.contracts.compensation import AttainmentMeasuredV1
from events.contracts.goals import OwnersClaimedV1, PersonMovedV1, TeamChangedV1
from tests.performance.crm import Office, office, says, won
from tests.performance.deals import usd

MEASURED_OF_ANNA = "attainment-anna~bookings~2017-Q1"
MEASURED = AttainmentMeasuredV1(
    subject_kind="person",
    subject_id="anna",
    measure="bookings",
    period="2017-Q1",
    starts_on=date(2017, 1, 1),
    ends_on=date(2017, 3, 31),
    credit=usd("10.00"),
    quota=usd("40.00"),
    percent=Decimal(25),
    position=17,
)


async def board(crm: Office, by: str = "person", period: str = "2017-Q1", *roles: Any) -> dict[str, Any]:
    answer = await crm.get("/v1/leaderboard", *(roles or ("rep",)), period=period, by=by, currency="USD")
    assert answer.status_code == 200, answer.text
    return answer.json()


def places(shown: dict[str, Any]) -> list[tuple[int, str, str, int]]:
    return [(each["rank"], each["id"], each["amount"]["amount"], each["count"]) for each in shown["places"]]


async def test_equal_amounts_share_a_rank(crm: Office) -> None:
    await crm.set_calendar()
    for person in ("anna", "carl", "dana", "eric"):
        await crm.hire(person, person.title(), person)
    amounts = {"anna": "10.00", "carl": "20.00", "dana": "20.00", "eric": "5.00"}
    await crm.batch([won(amount, deal_id=owner, owner=owner) for owner, amount in amounts.items()])
    shown = await board(crm)
    assert places(shown) == [
        (1, "carl", "20.00", 1),
        (1, "dana", "20.00", 1),
        (3, "anna", "10.00", 1),
        (4, "eric", "5.00", 1),
    ]
    assert [each["name"] for each in shown["places"]] == ["Carl", "Dana", "Anna", "Eric"]
    assert shown["total"] == {"amount": "55.00", "currency": "USD"}


async def test_owners_whom_nobody_has_claimed_stand_apart_until_somebody_does(crm: Office) -> None:
    await crm.set_calendar()
    await crm.batch([won("10.00", deal_id="A", owner="Zane"), won("7.00", deal_id="B")])
    hashed = crm.keys.hash_of("crm-owner:crm", "Zane")
    assert (await board(crm))["unmatched"] == [
        {"owner": f"owner:{hashed}", "amount": {"amount": "10.00", "currency": "USD"}, "count": 1},
        {"owner": None, "amount": {"amount": "7.00", "currency": "USD"}, "count": 1},
    ]
    await crm.hire("zane", "Zane Levy")
    await crm.tell("goals", "person-zane", OwnersClaimedV1(person_id="zane", owner_hashes=(hashed,)))
    shown = await board(crm)
    assert places(shown) == [(1, "zane", "10.00", 1)]
    assert [each["owner"] for each in shown["unmatched"]] == [None]


async def test_the_team_of_the_booking_day_gets_the_booking(crm: Office) -> None:
    await crm.set_calendar()
    await crm.tell("goals", "team-west", TeamChangedV1(team_id="west", name="The West"))
    await crm.hire("anna", "Anna", "Anna", team_id="east")
    await crm.tell(
        "goals", "person-anna", PersonMovedV1(person_id="anna", effective_on=date(2017, 3, 1), team_id="west")
    )
    await crm.batch(
        [
            won("1.00", deal_id="A", owner="Anna", closed_on="2017-02-28"),
            won("2.00", deal_id="B", owner="Anna", closed_on="2017-03-01"),
            won("4.00", deal_id="C", owner="Anna", closed_on="2015-12-31"),
        ]
    )
    shown = await board(crm, "team")
    assert places(shown) == [(1, "west", "2.00", 1), (2, "east", "1.00", 1)]
    assert [each["name"] for each in shown["places"]] == ["The West", None]
    before = await board(crm, "team", "2015")
    assert [each["amount"]["amount"] for each in before["unmatched"]] == ["4.00"]


async def test_attainment_stands_beside_as_compensation_measured_it(crm: Office) -> None:
    await crm.set_calendar()
    await crm.hire("anna", "Anna", "Anna")
    await crm.deliver(won("10.00", owner="Anna"))
    await crm.tell("compensation", MEASURED_OF_ANNA, MEASURED)
    assert (await board(crm))["places"][0]["attainment"] == {
        "credit": {"amount": "10.00", "currency": "USD"},
        "quota": {"amount": "40.00", "currency": "USD"},
        "percent": "25",
        "position": 17,
    }
    assert (await board(crm, period="2017"))["places"][0]["attainment"] is None


async def test_attainment_that_was_taken_back_stands_beside_nobody(crm: Office) -> None:
    await crm.set_calendar()
    await crm.hire("anna", "Anna", "Anna")
    await crm.deliver(won("10.00", owner="Anna"))
    without_quota = structs.replace(MEASURED, quota=None, percent=None)
    await crm.tell("compensation", MEASURED_OF_ANNA, without_quota)
    assert (await board(crm))["places"][0]["attainment"]["credit"]["amount"] == "10.00"
    await crm.tell("compensation", MEASURED_OF_ANNA, structs.replace(without_quota, credit=usd("0.00")))
    assert (await board(crm))["places"][0]["attainment"] is None


async def test_a_person_who_was_erased_keeps_their_place_without_a_name(crm: Office) -> None:
    await crm.set_calendar()
    await crm.hire("anna", "Anna", "Anna")
    await crm.deliver(won("10.00", owner="Anna"))
    await crm.keys.erase("anna")
    assert [(each["id"], each["name"]) for each in (await board(crm))["places"]] == [("anna", None)]


async def test_a_wrong_question_is_refused(crm: Office) -> None:
    asked: dict[str, Any] = {"period": "2017-Q1", "currency": "USD"}
    assert (await crm.get("/v1/leaderboard", "rep", **asked)).json()["type"].endswith("calendar-is-unknown")
    await crm.set_calendar()
    assert (await crm.get("/v1/leaderboard", "rep", **asked | {"period": "2017-Q5"})).status_code == 422
    assert (await crm.get("/v1/leaderboard", "rep", **asked | {"currency": "XXZ"})).status_code == 422
    assert (await crm.get("/v1/leaderboard", "rep", **asked | {"by": "dog"})).status_code == 422
    assert (await crm.get("/v1/leaderboard", "integration", **asked)).status_code == 403


_owners = st.sampled_from(["Anna", "Carl", "Stranger"])
_days = st.integers(0, 120).map(lambda number: (date(2016, 12, 15) + timedelta(days=number)).isoformat())
_amounts = st.integers(0, 10**7).map(lambda cents: str(Decimal(cents) / 100))


@st.composite
def deal_histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw what is said of a few deals, each word later than the one before."""
    said: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 15))):
        kind = draw(st.sampled_from(["won", "won", "won", "updated", "lost", "reopened", "cancelled", "deleted"]))
        fields: dict[str, Any] = {"deal_id": draw(st.sampled_from("ABC")), "owner": draw(_owners)}
        if kind in ("won", "updated"):
            fields |= {"amount": draw(_amounts), "currency": "USD", "closed_on": draw(_days)}
        if draw(st.booleans()):
            percent = draw(st.integers(1, 99))
            fields["splits"] = [{"owner": "Anna", "percent": percent}, {"owner": "Carl", "percent": 100 - percent}]
        said.append(says(kind, f"2017-03-01T00:{number:02}:00Z", **fields))
    return said


def naive(said: Sequence[dict[str, Any]]) -> dict[str, Decimal]:
    """Return what each owner booked in the first quarter of 2017: the last word on each field of each deal."""
    deals: dict[str, dict[str, Any]] = defaultdict(dict)
    for word in said:
        deals[word["data"]["deal_id"]].update(word["data"])
        if word["type"] != "deal.updated":
            deals[word["data"]["deal_id"]]["status"] = word["type"]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for deal in deals.values():
        if deal.get("status") == "deal.won" and "2017-01-01" <= deal["closed_on"] <= "2017-03-31":
            amount = Decimal(deal["amount"])
            if "splits" in deal:
                first = (amount * deal["splits"][0]["percent"] / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
                sums["Anna"] += first
                sums["Carl"] += amount - first
            else:
                sums[deal["owner"]] += amount
    return {owner: amount for owner, amount in sums.items() if amount}


@settings(max_examples=25, deadline=None)
@for_all(deal_histories(), st.randoms(use_true_random=False))
async def test_the_leaderboard_is_a_naive_sum_of_won_deals(said: list[dict[str, Any]], order: Any) -> None:
    shuffled = list(said)
    order.shuffle(shuffled)
    with TemporaryDirectory() as folder:
        async with office(f"sqlite:///{folder}/performance.db", Path(folder)) as crm:
            await crm.set_calendar()
            for person in ("Anna", "Carl"):
                await crm.hire(person.lower(), person, person)
            for number, word in enumerate(shuffled):
                assert (await crm.deliver(word, f"msg_{number}")).json()["parked"] == []
            shown = await board(crm)
            found = {each["id"].title(): Decimal(each["amount"]["amount"]) for each in shown["places"]}
            found["Stranger"] = sum((Decimal(each["amount"]["amount"]) for each in shown["unmatched"]), Decimal(0))
            assert {owner: amount for owner, amount in found.items() if amount} == naive(said)
