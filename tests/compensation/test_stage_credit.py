"""Credit by the stages that people owned: who brought a deal through which of them, by the weights of a rule."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from compensation.domain.document.credit_rule import CreditRule, source_faults
from compensation.domain.document.stages import Skipped, StageOwner, StageWeight
from compensation.domain.stage import StageOwners, stage_shares
from events.contracts.performance import (
    DealAmendedV1,
    DealOpenedV1,
    DealOwnerChangedV1,
    DealReopenedV1,
    DealStageMovedV1,
    DealWonV1,
    Owner,
    UnmatchedOwner,
)
from tests.compensation.company import Company, person, usd
from tests.compensation.crediting import earned, paid_by

FEBRUARY = date(2017, 2, 3)
WEIGHTS = [
    {"stage": "Discovery", "weight": "20"},
    {"stage": "Proposal", "weight": "30"},
    {"stage": "Closing", "weight": "50"},
]
BY_STAGES: dict[str, Any] = {"source": "stages", "stages": WEIGHTS}
STAGES = ("discovery", "proposal", "closing", "legal")
OWNERS = ("ada", "bob", "", "h-eve")


@st.composite
def rules(draw: st.DrawFn) -> CreditRule:
    chosen = draw(st.lists(st.sampled_from(STAGES), min_size=1, max_size=4, unique=True))
    weights = tuple(
        StageWeight(stage=each.title(), weight=Decimal(draw(st.integers(1, 700))) / draw(st.sampled_from((1, 10))))
        for each in chosen
    )
    skipped: Skipped = draw(st.sampled_from(("spread", "lost")))
    owner: StageOwner = draw(st.sampled_from(("last", "first")))
    return CreditRule(id="r", source="stages", stages=weights, skipped=skipped, stage_owner=owner)


@st.composite
def histories(draw: st.DrawFn) -> tuple[StageOwners, ...]:
    def named(who: str) -> tuple[str | None, str | None]:
        return (None, who) if who.startswith("h-") else (who or None, None)

    return tuple(
        StageOwners(
            deal_id="d1",
            stage=stage,
            first_person_id=first[0],
            first_owner_hash=first[1],
            last_person_id=last[0],
            last_owner_hash=last[1],
        )
        for stage in sorted(draw(st.sets(st.sampled_from(STAGES))))
        for first, last in [(named(draw(st.sampled_from(OWNERS))), named(draw(st.sampled_from(OWNERS))))]
    )


def by_fractions(rule: CreditRule, owners: tuple[StageOwners, ...]) -> dict[tuple[str | None, str | None], Fraction]:
    """Return what each owner has of a deal, worked out stage by stage."""
    was_in = {each.stage: each for each in owners}
    counted = [each for each in rule.stages if rule.skipped == "lost" or each.stage.lower() in was_in]
    whole = sum(Fraction(each.weight) for each in counted)
    found: dict[tuple[str | None, str | None], Fraction] = {}
    for each in counted:
        row = was_in.get(each.stage.lower())
        if row is not None:
            ends = (row.first_person_id, row.first_owner_hash), (row.last_person_id, row.last_owner_hash)
            who = ends[rule.stage_owner == "last"]
            found[who] = found.get(who, Fraction(0)) + 100 * Fraction(each.weight) / whole
    return found


@for_all(rules(), histories())
def test_owners_of_stages_have_what_their_weights_say(rule: CreditRule, owners: tuple[StageOwners, ...]) -> None:
    shares, wanted = stage_shares(rule, owners), by_fractions(rule, owners)
    found = {(each.person_id, each.owner_hash): Fraction(each.percent) for each in shares}
    assert found.keys() == wanted.keys()
    assert all(abs(found[who] - wanted[who]) < Fraction(1, 10**20) for who in found)
    if shares and (rule.skipped == "spread" or len(owners) == len(STAGES)):
        assert sum(found.values()) == 100


async def told(firm: Company, kind: Any, stage: str | None, owner: Owner | None, **said: Any) -> None:
    terms: dict[str, Any] = {"amount": usd("1000"), "owner": owner, "stage": stage, "booked_on": FEBRUARY}
    await firm.deal(kind, "crm.1", **terms, **said)


async def staffed(firm: Company, *people: str, **rule: Any) -> None:
    """Let people be paid 10% of what they are credited with by stages; Ada owns deals."""
    await firm.settle()
    for who in people:
        await firm.hire(who)
        await paid_by(firm, who, BY_STAGES | rule)


async def through_stages(firm: Company) -> None:
    """Bob finds a deal, Eve takes it over while it is proposed, and Ada closes it."""
    await told(firm, DealOpenedV1, "Discovery", person("bob"))
    await told(firm, DealStageMovedV1, "Proposal", person("bob"))
    await told(firm, DealOwnerChangedV1, "Proposal", person("eve"))
    await told(firm, DealAmendedV1, "Closing", person("ada"))
    await told(firm, DealWonV1, "Won", person("ada"))


async def test_a_deal_is_credited_to_those_who_brought_it_through_its_stages(firm: Company) -> None:
    await staffed(firm, "bob", "eve")
    await through_stages(firm)
    assert [await earned(firm, who) for who in ("bob", "eve", "ada")] == ["20.00", "30.00", "50.00"]
    [line] = (await firm.statement("bob"))["sections"][0]["lines"]
    assert (line["credit"]["source"], line["credit"]["percent"]) == ("stages", "20")
    assert (
        "counts USD 200.00 (20% of USD 1,000.00) for stages owned (Discovery 20, Proposal 30, Closing 50)"
        in (line["sentence"])
    )
    await told(firm, DealOwnerChangedV1, "Closing", person("bob"))
    assert [await earned(firm, who) for who in ("bob", "eve")] == ["20.00", "30.00"]
    await told(firm, DealReopenedV1, "Closing", person("bob"))
    await told(firm, DealWonV1, "Won", person("bob"))
    assert [await earned(firm, who) for who in ("bob", "eve")] == ["70.00", "30.00"]


async def test_a_rule_may_look_at_who_came_first_and_lose_what_was_skipped(firm: Company) -> None:
    await staffed(firm, "bob", "eve", stage_owner="first")
    await through_stages(firm)
    assert [await earned(firm, who) for who in ("bob", "eve")] == ["50.00", ""]
    await firm.hire("cyd")
    await paid_by(firm, "cyd", BY_STAGES | {"skipped": "lost"})
    await firm.deal(DealOpenedV1, "crm.2", owner=person("cyd"), amount=usd("1000"), stage="discovery")
    await firm.win("crm.2", "1000", stage="Won")
    assert await earned(firm, "cyd") == "20.00"


async def test_a_stage_of_somebody_who_is_not_known_waits_and_pays_when_claimed(firm: Company) -> None:
    await staffed(firm, "bob")
    await told(firm, DealOpenedV1, "Discovery", UnmatchedOwner(owner_hash="h-bob"))
    await told(firm, DealStageMovedV1, "Closing", None)
    await told(firm, DealWonV1, "Won", person("ada"))
    waiting = await firm.exceptions()
    assert sorted((each["kind"], each["id"]) for each in waiting) == [
        ("no_owner", "stages:crm.1~1"),
        ("unmatched_owner", "stages:crm.1~2"),
    ]
    await firm.claim("bob", "h-bob")
    assert [each["kind"] for each in await firm.exceptions()] == ["no_owner"]
    assert (await firm.statement("bob"))["earned"][0]["amount"] == "28.57"
    assert (await firm.post("/v1/exclusions/crm.1", {"reason": "Nobody closed it"})).status_code == 200
    assert await firm.exceptions() == []


async def test_a_deal_that_was_in_none_of_the_stages_is_named_while_a_plan_pays_by_them(firm: Company) -> None:
    await firm.settle()
    await told(firm, DealWonV1, None, person("ada"))
    assert await firm.exceptions() == []
    await firm.hire("bob")
    await paid_by(firm, "bob", BY_STAGES)
    assert [(each["kind"], each["deal_id"]) for each in await firm.exceptions()] == [("no_stage", "crm.1")]
    await told(firm, DealReopenedV1, "Closing", person("bob"))
    await told(firm, DealWonV1, "Closing", person("ada"))
    assert await firm.exceptions() == []
    assert await earned(firm, "bob") == ""


async def test_a_line_is_credited_with_what_its_people_have_for_stages(firm: Company) -> None:
    await staffed(firm, "bob", "eve")
    await firm.hire("zoe")
    await paid_by(firm, "zoe", {"source": "roll_up"})
    await firm.move("bob", date(2017, 1, 1), "zoe")
    await through_stages(firm)
    assert await earned(firm, "zoe") == "20.00"


@pytest.mark.parametrize(
    ("said", "pointers"),
    [
        ({"source": "stages"}, ["stages"]),
        ({"source": "own", "stages": (StageWeight(stage="Closing", weight=Decimal(1)),)}, ["stages"]),
        ({"source": "own", "skipped": "lost", "stage_owner": "first"}, ["skipped", "stage_owner"]),
        (
            {
                "source": "stages",
                "stages": (
                    StageWeight(stage="Closing", weight=Decimal(0)),
                    StageWeight(stage=" closing", weight=Decimal("0.0000001")),
                    StageWeight(stage=" ", weight=Decimal(1_001)),
                ),
            },
            ["stages/0/weight", "stages/1/stage", "stages/1/weight", "stages/2/stage", "stages/2/weight"],
        ),
    ],
)
def test_every_fault_of_credit_by_stages_is_named(said: dict[str, Any], pointers: list[str]) -> None:
    found = [pointer for pointer, _ in source_faults(CreditRule(id="r", **said), "")]
    assert found == [f"/{each}" for each in pointers]


async def test_credit_by_stages_is_read_aloud(firm: Company) -> None:
    await firm.publish_plan(credit_rules=[{"id": "own"} | BY_STAGES | {"skipped": "lost"}])
    words = (await firm.get("/v1/plans/accelerated")).json()["in_words"]
    assert (
        "deals by the share of their stages in which one owned them when it left them (Discovery 20, Proposal 30, "
        "Closing 50, of all of these)"
    ) in words
