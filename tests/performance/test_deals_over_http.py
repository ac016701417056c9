"""What readers see of deals: filters, order, pages, tables, history, and who may see what."""

from datetime import date
from typing import Any

from events.contracts.goals import OwnersClaimedV1, PersonMovedV1
from tests.performance.crm import Office, says, won

MORE: list[tuple[str, Any, str]] = [
    ("A", "30.00", "2017-01-15"),
    ("B", "10.00", "2017-02-15"),
    ("C", "20.00", "2017-03-15"),
    ("D", "20.00", "2017-04-15"),
]


async def fill(crm: Office) -> None:
    """Four won deals of Anna's, and an open one of Carl's."""
    await crm.hire("anna", "Anna Snelling", "Anna", manager_id="dustin")
    await crm.hire("carl", "Carl Lin", "Carl", manager_id="anna")
    deliveries = [won(amount, deal_id=key, owner="Anna", closed_on=day) for key, amount, day in MORE]
    answer = await crm.batch([*deliveries, says("opened", deal_id="E", owner="Carl")])
    assert answer.json()["parked"] == []


async def ids(crm: Office, *roles: Any, person: str = "ada", **params: Any) -> list[str]:
    answer = await crm.get("/v1/deals", *roles, person=person, **params)
    assert answer.status_code == 200, answer.text
    return [deal["id"].removeprefix("crm.") for deal in answer.json()["items"]]


async def test_deals_are_filtered_and_sorted(crm: Office) -> None:
    await fill(crm)
    assert await ids(crm) == ["A", "B", "C", "D", "E"]
    assert await ids(crm, status="open") == ["E"]
    assert await ids(crm, owner="carl") == ["E"]
    assert await ids(crm, booked_from="2017-02-15", booked_to="2017-03-15") == ["B", "C"]
    assert await ids(crm, sort="amount") == ["E", "B", "C", "D", "A"]
    assert await ids(crm, sort="-amount") == ["A", "D", "C", "B", "E"]
    assert await ids(crm, sort="-booked_on") == ["D", "C", "B", "A", "E"]
    assert await ids(crm, sort="updated_at") == ["A", "B", "C", "D", "E"]


async def test_pages_follow_each_other_in_every_order(crm: Office) -> None:
    await fill(crm)
    for sort in ("deal_id", "-amount", "booked_on", "-updated_at"):
        whole = await ids(crm, sort=sort)
        found: list[str] = []
        page: dict[str, Any] = {"next": None}
        while True:
            cursor = {} if page["next"] is None else {"cursor": page["next"]}
            page = (await crm.get("/v1/deals", limit=2, sort=sort, **cursor)).json()
            found += [deal["id"].removeprefix("crm.") for deal in page["items"]]
            if page["next"] is None:
                break
        assert found == whole


async def test_deals_come_as_a_table_where_that_is_wanted(crm: Office) -> None:
    await crm.deliver(won(account="=cmd()"))
    headers = crm.speaks("ada", "finance") | {"Accept": "text/csv"}
    lines = (await crm.http.get("/v1/deals", headers=headers)).text.splitlines()
    assert lines[0].startswith("deal_id,status,person_id")
    assert ",1234.50,USD,,'=cmd(),," in lines[1]


async def test_a_table_of_deals_that_goes_on_is_read_to_its_end(crm: Office) -> None:
    await fill(crm)
    headers = crm.speaks("ada", "finance") | {"Accept": "text/csv"}
    found: list[str] = []
    link = "?limit=2&sort=-amount"
    while link:
        answer = await crm.http.get(f"/v1/deals{link}", headers=headers)
        found += [line.split(",")[0].removeprefix("crm.") for line in answer.text.splitlines()[1:]]
        link = answer.links.get("next", {}).get("url", "")
    assert found == await ids(crm, "finance", sort="-amount")


async def test_a_rep_sees_their_own_deals_and_a_manager_their_line_s(crm: Office) -> None:
    await fill(crm)
    await crm.deliver(
        won(deal_id="F", splits=[{"owner": "Carl", "percent": 50}, {"owner": "Zane", "percent": 50}]), "m2"
    )
    assert await ids(crm, "rep", person="carl") == ["E", "F"]
    assert await ids(crm, "manager", person="anna") == ["A", "B", "C", "D", "E", "F"]
    assert await ids(crm, "manager", person="dustin") == ["A", "B", "C", "D", "E", "F"]
    assert (await crm.get("/v1/deals/crm.A", "rep", person="carl")).status_code == 403
    assert (await crm.get("/v1/deals/crm.A/history", "rep", person="carl")).status_code == 403
    assert (await crm.get("/v1/deals/crm.E", "rep", person="carl")).status_code == 200
    assert (await crm.get("/v1/deals", "hr")).status_code == 403
    assert (await crm.http.get("/v1/deals")).status_code == 401


async def test_a_manager_who_was_replaced_sees_the_line_no_more(crm: Office) -> None:
    await fill(crm)
    await crm.tell(
        "goals", "person-carl", PersonMovedV1(person_id="carl", effective_on=date(2017, 4, 1), manager_id="x")
    )
    assert await ids(crm, "manager", person="anna") == ["A", "B", "C", "D"]
    assert await ids(crm, "manager", person="x") == ["E"]


async def test_an_owner_who_is_claimed_later_is_shown_from_then_on(crm: Office) -> None:
    await crm.deliver(won(owner="Zane Levy"))
    assert (await crm.deal("D-1"))["owner"]["person_id"] is None
    await crm.hire("zane", "Zane Levy")
    owner_hash = await crm.keys.claim("crm-owner:crm", "zane levy ", "zane")
    await crm.tell("goals", "person-zane", OwnersClaimedV1(person_id="zane", owner_hashes=(owner_hash,)))
    deal = await crm.deal("D-1")
    assert deal["owner"] == {"person_id": "zane", "name": "Zane Levy", "owner_hash": None}
    assert await ids(crm, owner="zane") == ["D-1"]


async def test_an_unknown_deal_is_not_found(crm: Office) -> None:
    for path in ("/v1/deals/crm.X", "/v1/deals/crm.X/history"):
        answer = await crm.get(path)
        assert (answer.status_code, answer.json()["title"]) == (404, "There is no deal with this id.")


async def test_the_history_tells_what_each_delivery_changed(crm: Office) -> None:
    await crm.deliver(says("opened", "2017-01-01T00:00:00Z", stage="Engaging"), "m1")
    await crm.deliver(won(), "m2")
    await crm.deliver(says("cancelled", "2017-04-02T00:00:00Z"), "m3")
    events = (await crm.get("/v1/deals/crm.D-1/history")).json()["events"]
    assert [(event["type"], event["changed"]) for event in events] == [
        ("DealOpened", ["stage"]),
        ("DealWon", ["status", "amount", "booked_on"]),
        ("DealCancelled", ["status"]),
    ]
    assert events[1]["terms"]["amount"] == {"amount": "1234.50", "currency": "USD"}


SPLIT = {
    "splits": [{"person_id": "anna", "percent": "60"}, {"person_id": "carl", "percent": "40"}],
    "reason": "Carl closed it",
}


async def test_a_deal_is_split_by_hand_among_people(crm: Office) -> None:
    await fill(crm)
    answer = await crm.post("/v1/deals/crm.A/splits", SPLIT, "comp_admin", **{"If-Match": '"1"'})
    assert answer.json() == {"id": "crm.A", "version": 2}
    deal = await crm.deal("A")
    assert [(each["owner"]["person_id"], each["percent"]) for each in deal["splits"]] == [
        ("anna", "60"),
        ("carl", "40"),
    ]
    last = (await crm.get("/v1/deals/crm.A/history")).json()["events"][-1]
    assert (last["type"], last["actor"], last["reason"]) == ("DealSplitSet", "ada", "Carl closed it")
    stale = await crm.post("/v1/deals/crm.A/splits", SPLIT, "comp_admin", **{"If-Match": '"1"'})
    assert stale.status_code == 412


async def test_a_wrong_split_by_hand_is_refused_with_the_place_of_each_fault(crm: Office) -> None:
    await fill(crm)
    wrong = {"splits": [{"person_id": "anna", "percent": "61"}, {"person_id": "zoe", "percent": "40"}], "reason": "x"}
    answer = await crm.post("/v1/deals/crm.A/splits", wrong, "comp_admin")
    assert answer.status_code == 422
    assert [(each["pointer"], each["detail"]) for each in answer.json()["errors"]] == [
        ("/splits/1/person_id", "nobody of this id is known"),
        ("/splits", "splits are 100 percent together, not 101"),
    ]
    assert (await crm.post("/v1/deals/crm.A/splits", SPLIT, "rep")).status_code == 403
    assert (await crm.post("/v1/deals/crm.X/splits", SPLIT, "integration")).status_code == 404
