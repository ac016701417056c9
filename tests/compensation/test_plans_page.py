"""The guide to plans says what is so: its plan, deals and quotas lead to the statement that it shows."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from compensation.routers.plan_schema import schema_text
from events.contracts.performance import DealCancelledV1, DealWonV1
from tests.compensation.company import Company, person, usd
from tests.compensation.plan_schema import STALE

PAGE = Path(__file__).resolve().parent.parent.parent / "docs/plans.md"
TABLE_ROW = re.compile(r"^\| D-\d .*\|$", re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCK.findall(PAGE.read_text()) if found == kind]


async def sell(firm: Company, deals: list[dict[str, Any]]) -> None:
    """Let performance tell what the page says of deals."""
    terms: dict[str, dict[str, Any]] = {}
    for deal in deals:
        name = deal["deal"]
        if "won_on" in deal:
            terms[name] = {
                "owner": person("ada"),
                "amount": usd(deal["amount"]),
                "booked_on": date.fromisoformat(deal["won_on"]),
                "account": deal["account"],
                "product": deal["product"],
            }
            await firm.deal(DealWonV1, name, **terms[name])
        else:
            cancelled: dict[str, Any] = terms[name] | {"cancelled_on": date.fromisoformat(deal["cancelled_on"])}
            await firm.deal(DealCancelledV1, name, **cancelled)


def test_the_kept_schema_of_plans_is_what_the_code_says() -> None:
    assert (PAGE.parent / "contracts" / "plan-document.schema.json").read_text() == schema_text(), STALE


async def test_the_guide_to_plans_shows_what_is_paid(firm: Company) -> None:
    plan, assignment, deals = (json.loads(text) for text in blocks("json")[:3])
    await firm.set_calendar()
    await firm.hire("ada")
    assert (await firm.post("/v1/plans", plan)).status_code == 201
    await firm.post(f"/v1/plans/{plan['plan_id']}/publish", {"effective_on": "2017-01-01"})
    assert (await firm.post("/v1/assignments", assignment)).status_code == 201
    for period in ("2017-Q1", "2017-Q2"):
        await firm.quota("ada", period, "20000")
    await sell(firm, deals)
    await firm.derive()
    words, first, april = blocks("text")[:3]
    shown = (await firm.get(f"/v1/plans/{plan['plan_id']}")).json()["in_words"]
    assert shown == " ".join(words.split())
    for page, period in ((first, "2017-Q1"), (april, "2017-M04")):
        text = (await firm.get("/v1/statements/ada", accept="text/plain", period=period)).text
        assert [line.split() for line in page.splitlines() if line.strip()] == [
            line.split() for line in wanted(text.splitlines(), page.splitlines())
        ]


async def test_the_matrix_of_the_guide_reads_and_pays_as_it_says(firm: Company) -> None:
    plan, assignment, deals, matrix = (json.loads(text) for text in blocks("json"))
    await firm.set_calendar()
    await firm.hire("ada")
    bonus = plan | {"components": [matrix]}
    assert (await firm.post("/v1/plans", bonus)).status_code == 201
    await firm.post(f"/v1/plans/{plan['plan_id']}/publish", {"effective_on": "2017-01-01"})
    await firm.post("/v1/assignments", assignment)
    await firm.quota("ada", "2017-Q1", "20000")
    await sell(firm, deals[:4])
    shown = (await firm.get(f"/v1/plans/{plan['plan_id']}")).json()["in_words"]
    assert shown.startswith(blocks("text")[3].strip())
    lines = [line for section in (await firm.statement())["sections"] for line in section["lines"]]
    found = [
        (line["credit"]["deal_id"], f"{line['level']['tier']}, {line['level']['column']}", line["earned"]["amount"])
        for line in lines
    ]
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in TABLE_ROW.findall(PAGE.read_text())]
    assert [(deal, place, pays) for deal, _, _, place, _, pays in cells] == found


def wanted(lines: list[str], shown: list[str]) -> list[str]:
    """Return the lines of a statement that the page shows: it may leave some out."""
    words = [line.split() for line in shown]
    return [line for line in lines if line.strip() and line.split() in words]
