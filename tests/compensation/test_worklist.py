"""Every reason on the worklist is raised by what it is about, named, resolved, and pays the right amount then."""

import re
from pathlib import Path
from typing import Any

from compensation.routers.exceptions import TEXTS
from tests.compensation.company import Company
from tests.compensation.crediting import place
from tests.compensation.worklist import CASES
from tests.compensation.worklist_acts import assigned, unassigned

GUIDE = Path(__file__).resolve().parents[2] / "docs/plans.md"
WITHOUT_CALENDAR = "no_calendar"


def id_of(kind: str) -> str:
    """Return the id of the person of a case."""
    return kind.replace("_", "-")


def who_waits(row: dict[str, Any]) -> str:
    """Return whose case a row of the worklist is."""
    return row["person_id"] or row["deal_id"].removeprefix("crm.")


def test_the_guide_names_every_reason_and_what_pays_it() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| .+ \|$", GUIDE.read_text(), re.MULTILINE)
    assert {kind: why for kind, why in rows if kind in TEXTS} == TEXTS, "say it in docs/plans.md, what waits"


async def test_every_reason_waits_by_its_name_and_pays_when_it_is_resolved(firm: Company) -> None:
    await firm.hire("somebody")
    await place(firm, "Acme", "elsewhere")
    await unassigned(firm, id_of(WITHOUT_CALENDAR))
    await assigned(firm, id_of(WITHOUT_CALENDAR))
    assert [each["kind"] for each in await firm.exceptions()] == [WITHOUT_CALENDAR]
    await firm.set_calendar()
    assert await firm.exceptions() == []
    assert await paid(firm, id_of(WITHOUT_CALENDAR)) == "5.00"

    for kind, case in CASES.items():
        await case.raises(firm, id_of(kind))
    somebody = ("somebody", "no_plan", TEXTS["no_plan"])  # sold to the account that is nowhere, and is on no plan
    waiting = [(who_waits(each), each["kind"], each["problem"]) for each in await firm.exceptions()]
    wanted = [(id_of(kind), kind, case.text) for kind, case in CASES.items()]
    assert sorted(waiting) == sorted([*wanted, somebody])
    assert {kind: await paid(firm, id_of(kind)) for kind in CASES} == dict.fromkeys(CASES, "")

    for kind, case in CASES.items():
        await case.resolves(firm, id_of(kind))
    assert [who_waits(each) for each in await firm.exceptions()] == ["somebody"]
    assert {kind: await paid(firm, id_of(kind)) for kind in CASES} == {
        kind: case.earned for kind, case in CASES.items()
    }


async def paid(firm: Company, who: str) -> str:
    """Return what somebody earns in the first quarter; nothing where all of it waits, which the statement says."""
    statement = (await firm.get(f"/v1/statements/{who}", period="2017-Q1")).json()
    for each in statement["unpaid"]:
        sentences = [credit["sentence"] for credit in each["credits"]]
        assert all(f"is not paid yet in 2017-Q1: {each['problem']}" in sentence for sentence in sentences)
    return "".join(each["amount"] for each in statement["earned"])
