"""Splits by hand: they stand instead of the CRM's, say who made them and why, and may be withdrawn."""

from typing import Any

import pytest

from tests.compensation.company import Company, person, split
from tests.compensation.crediting import earned, paid_by

SHARES = [{"person_id": "ada", "percent": "40"}, {"person_id": "bob", "percent": "60"}]


async def by_hand(firm: Company, *shares: dict[str, str], status: int = 200, **said: Any) -> None:
    body = {"shares": list(shares), "reason": "Both closed it"} | said
    answer = await firm.post("/v1/splits/crm.1", body)
    assert answer.status_code == status, answer.text


async def staff(firm: Company) -> None:
    """Ada and Bob are there, and a deal is won that the CRM says is Ada's."""
    await firm.settle()
    await firm.hire("bob")
    await paid_by(firm, "bob", {})
    await firm.win("crm.1", "1000")


async def test_a_split_by_hand_stands_instead_of_the_crms_and_says_why(firm: Company) -> None:
    await staff(firm)
    assert [await earned(firm, who) for who in ("ada", "bob")] == ["50.00", ""]
    await by_hand(firm, *SHARES)
    assert [await earned(firm, who) for who in ("ada", "bob")] == ["20.00", "60.00"]
    [line] = (await firm.statement("bob"))["sections"][0]["lines"]
    assert line["credit"]["by_hand"] == "carol: Both closed it"
    assert "split by hand by carol: Both closed it" in line["sentence"]


async def test_a_split_that_is_withdrawn_leaves_the_crms(firm: Company) -> None:
    await staff(firm)
    before = await firm.statement()
    await by_hand(firm, *SHARES)
    await firm.derive()
    assert (await firm.post("/v1/splits/crm.1/withdraw", {"reason": "A mistake"})).status_code == 200
    after = await firm.statement()
    assert (after["sections"], after["earned"]) == (before["sections"], before["earned"])
    assert await earned(firm, "bob") == ""
    again = await firm.post("/v1/splits/crm.1/withdraw", {"reason": "A mistake"})
    assert (again.status_code, again.json()["type"].rsplit("/", 1)[-1]) == (404, "deal-is-not-split-by-hand")


async def test_what_the_crm_says_later_does_not_move_a_split_by_hand(firm: Company) -> None:
    await staff(firm)
    await by_hand(firm, *SHARES)
    await firm.win("crm.1", "2000", splits=split((person("ada"), "99"), (person("bob"), "1")))
    assert [await earned(firm, who) for who in ("ada", "bob")] == ["40.00", "120.00"]


async def test_a_split_by_hand_gives_a_deal_to_somebody_that_nobody_owned(firm: Company) -> None:
    await staff(firm)
    await firm.win("crm.1", "1000", splits=split((person("ada"), "100")), owner=None)
    await by_hand(firm, {"person_id": "bob", "percent": "100"})
    assert [await earned(firm, who) for who in ("ada", "bob")] == ["", "100.00"]


async def test_an_overlay_says_that_shares_are_more_than_the_deal(firm: Company) -> None:
    await staff(firm)
    overlay = ({"person_id": "ada", "percent": "100"}, {"person_id": "bob", "percent": "50"})
    await by_hand(firm, *overlay, status=422)
    await by_hand(firm, *overlay, is_overlay=True)
    assert [await earned(firm, who) for who in ("ada", "bob")] == ["50.00", "50.00"]


@pytest.mark.parametrize(
    "shares",
    [
        [{"person_id": "ada", "percent": "99"}],
        [{"person_id": "ada", "percent": "50"}, {"person_id": "ada", "percent": "50"}],
        [{"person_id": "ada", "percent": "101"}, {"person_id": "bob", "percent": "-1"}],
        [{"person_id": "stranger", "percent": "100"}],
    ],
)
async def test_shares_that_are_not_all_of_a_deal_are_refused(firm: Company, shares: list[dict[str, str]]) -> None:
    await staff(firm)
    await by_hand(firm, *shares, status=422)


async def test_splits_are_listed_and_are_for_administrators(firm: Company) -> None:
    await staff(firm)
    await by_hand(firm, *SHARES)
    await by_hand(firm, *SHARES)
    listed = (await firm.get("/v1/splits", deal_id="crm.1")).json()["items"]
    assert [(each["person_id"], each["percent"], each["version"]) for each in listed] == [
        ("ada", "40", 1),
        ("bob", "60", 1),
    ]
    answer = await firm.post("/v1/splits/crm.1", {"shares": SHARES, "reason": "x"}, "manager")
    assert answer.status_code == 403
