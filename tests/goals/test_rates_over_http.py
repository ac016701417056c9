"""Exchange rates over HTTP: set by day or as a day's list, corrected, and asked for on a day."""

from typing import Any

import httpx

from edge.auth import Role
from tests.goals.firm import Firm
from tests.goals.office import kind_of, pointers

PLAN = {"base": "EUR", "quote": "USD", "kind": "plan", "effective_on": "2025-02-01", "rate": "1.0842", "source": "ECB"}


PAIR = {"base": "EUR", "quote": "USD", "rate": "1.04"}
WRONG: list[tuple[str, object]] = [
    ("rate", "0"),
    ("rate", "0.000"),
    ("rate", "-1"),
    ("rate", 1.08),
    ("rate", "1e3"),
    ("rate", "NaN"),
    ("rate", "1,08"),
    ("rate", "٣"),
    ("rate", "1.0000000000000000001"),
    ("rate", "9999999999999"),
    ("base", "EURO"),
    ("base", "ZZZ"),
    ("quote", "EUR"),
    ("kind", "Plan"),
    ("kind", "pl-an"),
    ("kind", ""),
    ("effective_on", "2025-02-30"),
    ("effective_on", 0),
    ("source", " "),
    ("source", "E\x00CB"),
    ("reason", "\x1b[2J"),
    ("spread", "1"),
]


async def sets(firm: Firm, *roles: Any, **fields: Any) -> httpx.Response:
    return await firm.office.post("/v1/rates", PLAN | fields, *(roles or ("finance",)))


async def sets_list(firm: Firm, *rates: dict[str, str], **headers: str) -> httpx.Response:
    body = {"kind": "daily", "effective_on": "2025-02-03", "source": "ECB", "rates": rates}
    return await firm.office.post("/v1/rates/list", body, "finance", headers=headers)


async def rates(firm: Firm, **params: Any) -> list[tuple[str, str, str]]:
    answer = await firm.office.get("/v1/rates", "rep", **params)
    assert answer.status_code == 200, answer.text
    return [(each["rate_id"], each["effective_on"], each["rate"]) for each in answer.json()["items"]]


async def test_a_rate_is_set_corrected_and_shown(firm: Firm) -> None:
    first = await sets(firm)
    assert (first.status_code, first.json()) == (201, {"id": "EUR-USD-plan", "version": 1})
    assert first.headers["ETag"] == '"1"'
    assert (await sets(firm)).json()["version"] == 1
    other = await sets(firm, rate="1.0824")
    assert (kind_of(other), other.json()["rate"]) == ((409, "rate-is-set-already"), "1.0842")
    assert (await sets(firm, "comp_admin", rate="1.08240000000000001", reason="swapped")).json()["version"] == 2
    assert (await firm.office.get("/v1/rates", "rep")).json() == {
        "items": [PLAN | {"rate_id": "EUR-USD-plan", "rate": "1.08240000000000001", "reason": "swapped", "version": 2}],
        "next": None,
    }


async def test_a_rate_holds_from_its_day_until_the_next_one_whatever_order_they_are_said_in(firm: Firm) -> None:
    await sets(firm, effective_on="2025-07-01", rate="1.17")
    await sets(firm)
    await sets(firm, quote="GBP", rate="0.83", effective_on="2025-03-01")
    await sets(firm, kind="daily", rate="1.04")
    old, new, pound = ("EUR-USD-plan", "2025-02-01", "1.0842"), ("EUR-USD-plan", "2025-07-01", "1.17"), (
        "EUR-GBP-plan", "2025-03-01", "0.83"
    )  # fmt: skip
    assert await rates(firm, kind="plan") == [pound, old, new]
    assert await rates(firm, kind="plan", effective_on="2025-01-31") == []
    assert await rates(firm, kind="plan", effective_on="2025-02-28") == [old]
    assert await rates(firm, kind="plan", effective_on="2025-06-30") == [pound, old]
    assert await rates(firm, kind="plan", effective_on="2025-07-01", quote="USD") == [new]
    assert await rates(firm, base="USD") == []


async def test_a_day_s_list_is_set_as_a_whole_or_not_at_all(firm: Firm) -> None:
    dollar, pound = PAIR, {"base": "EUR", "quote": "GBP", "rate": "0.83"}
    headers = {"Idempotency-Key": "day-1"}
    first = await sets_list(firm, dollar, pound, **headers)
    assert (first.status_code, first.json()) == (201, {"id": "EUR-GBP-daily", "version": 1})
    assert (await sets_list(firm, dollar, pound, **headers)).json() == first.json()
    yen = {"base": "EUR", "quote": "JPY", "rate": "160.2"}
    refused = await sets_list(firm, yen, pound | {"rate": "0.84"})
    assert (kind_of(refused), refused.json()["quote"]) == ((409, "rate-is-set-already"), "GBP")
    assert [each[0] for each in await rates(firm)] == ["EUR-GBP-daily", "EUR-USD-daily"]
    assert (await sets_list(firm, yen, pound | {"rate": "0.84", "reason": "late list"})).status_code == 201
    assert await rates(firm, quote="GBP") == [("EUR-GBP-daily", "2025-02-03", "0.84")]
    assert pointers(await sets_list(firm)) == ["/rates"]
    assert pointers(await sets_list(firm, dollar, pound | {"rate": "x"})) == ["/rates/1/rate"]


async def test_a_rate_that_cannot_be_is_named(firm: Firm) -> None:
    for field, wrong in WRONG:
        assert pointers(await sets(firm, **{field: wrong})) == [f"/{field}"], (field, wrong)
    assert await rates(firm) == []


async def test_a_reason_without_anything_to_correct_is_refused(firm: Firm) -> None:
    refused = await sets(firm, reason="typo")
    assert (kind_of(refused), refused.json()["effective_on"]) == ((409, "rate-is-not-set"), "2025-02-01")


async def test_only_finance_and_who_administers_pay_set_rates(firm: Firm) -> None:
    body = {"kind": "daily", "effective_on": "2025-02-03", "source": "ECB", "rates": [PAIR]}
    others: tuple[Role, ...] = ("rep", "manager", "planner", "hr", "auditor", "integration")
    for role in others:
        assert kind_of(await sets(firm, role)) == (403, "not-allowed")
        assert kind_of(await firm.office.post("/v1/rates/list", body, role)) == (403, "not-allowed")
    assert kind_of(await firm.office.get("/v1/rates")) == (403, "not-allowed")


async def test_the_version_and_the_key_of_a_rate_s_request_are_obeyed(firm: Firm) -> None:
    headers = {"If-None-Match": "*", "Idempotency-Key": "rate-1"}
    first = await firm.office.post("/v1/rates", PLAN, "finance", headers=headers)
    again = await firm.office.post("/v1/rates", PLAN, "finance", headers=headers)
    assert first.json() == again.json()
    reused = await firm.office.post("/v1/rates", PLAN | {"rate": "2"}, "finance", headers=headers)
    assert kind_of(reused) == (422, "key-was-used-for-another-body")
    later = PLAN | {"effective_on": "2025-03-01"}
    stale = await firm.office.post("/v1/rates", later, "finance", headers={"If-Match": '"7"'})
    assert kind_of(stale) == (412, "stream-is-at-another-version")


async def test_rates_come_page_by_page_and_as_a_table(firm: Firm) -> None:
    for day in ("2025-02-01", "2025-02-02", "2025-02-03"):
        await sets(firm, effective_on=day)
    page = (await firm.office.get("/v1/rates", "rep", limit=2)).json()
    rest = (await firm.office.get("/v1/rates", "rep", limit=2, cursor=page["next"])).json()
    days = [each["effective_on"] for each in (*page["items"], *rest["items"])]
    assert (days, rest["next"]) == (["2025-02-01", "2025-02-02", "2025-02-03"], None)
    assert kind_of(await firm.office.get("/v1/rates", "rep", cursor="x")) == (422, "cursor-is-invalid")
    assert (await firm.office.get("/v1/rates", "rep", kind="No")).status_code == 422
    headers = firm.office.speaks("ada", "finance") | {"Accept": "text/csv"}
    table = (await firm.office.http.get("/v1/rates?limit=1", headers=headers)).text.splitlines()
    assert table == [
        "rate_id,base,quote,kind,effective_on,rate,source,reason",
        "EUR-USD-plan,EUR,USD,plan,2025-02-01,1.0842,ECB,",
    ]
