"""Exclusions by hand: what of a deal credits nobody, or not somebody, is shown with its reason, and may come back."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given as for_all
from hypothesis import strategies as st

from compensation.domain.claim import Beside
from compensation.domain.crediting import DealFacts, credit
from compensation.domain.deal import Deal, Share
from compensation.domain.exclusion import (
    EXCLUSION,
    CreditExcluded,
    CreditIsNotExcluded,
    ExcludeCredit,
    ExcludedPersonIsUnknown,
    ExclusionWithdrawn,
    WithdrawExclusion,
)
from events.contracts.performance import DealWonV1
from events.testing import given
from tests.compensation.company import Company, person, split, usd
from tests.compensation.crediting import SALES_ENGINEER, earned, paid_by, relate
from tests.compensation.years import CALENDAR, NOON

HERS = CreditExcluded(reason="A house account", excluded_by="carol", person_id="ada")
ALL = CreditExcluded(reason="A house account", excluded_by="carol")


def test_a_person_and_everybody_are_excluded_each_for_a_reason() -> None:
    command = ExcludeCredit(reason="A house account", excluded_by="carol", person_id="ada")
    given(EXCLUSION).when(command).then(HERS)
    given(EXCLUSION, HERS).when(command).then_nothing()
    given(EXCLUSION, HERS).when(ExcludeCredit(reason=ALL.reason, excluded_by="carol")).then(ALL)
    stranger = msgspec.structs.replace(command, person_is_known=False)
    given(EXCLUSION).when(stranger).then_refused(ExcludedPersonIsUnknown)


def test_each_exclusion_is_withdrawn_by_itself() -> None:
    command = WithdrawExclusion(reason="A mistake", withdrawn_by="carol", person_id="ada")
    withdrawn = ExclusionWithdrawn(reason="A mistake", withdrawn_by="carol", person_id="ada")
    given(EXCLUSION, HERS, ALL).when(command).then(withdrawn)
    given(EXCLUSION, HERS, ALL, withdrawn).when(command).then_refused(CreditIsNotExcluded)
    given(EXCLUSION, HERS).when(msgspec.structs.replace(command, person_id=None)).then_refused(CreditIsNotExcluded)


PEOPLE = ("ada", "bob", "eve", "mia")


@st.composite
def deal_facts(draw: st.DrawFn) -> DealFacts:
    """Draw a deal that people share, with others who stand beside and above them."""
    owners = draw(st.lists(st.sampled_from((*PEOPLE, None)), min_size=1, max_size=3))
    deal = Deal(
        deal_id="d1",
        status="won",
        amount=Decimal(draw(st.integers(-500, 5_000))),
        currency="USD",
        account=None,
        product=None,
        fields=None,
        booked_on=date(2017, 2, 3),
        cancelled_on=None,
        source_at=NOON,
        event_id="e",
        event_type="DealWonV1",
        event_version=1,
        event_source="/services/performance",
        event_at=NOON,
        event_position=1,
    )
    shares = tuple(
        Share(deal_id="d1", number=number, person_id=each, owner_hash=None, percent=Decimal(100) / 4)
        for number, each in enumerate(owners, 1)
    )
    beside = tuple(
        Beside(source=source, credited_as=None, by={draw(st.sampled_from(PEOPLE)): ("mia",)})
        for source in draw(st.lists(st.sampled_from(("relationship", "roll_up", "team")), max_size=2))
    )
    return DealFacts(deal=deal, shares=shares, claims={}, calendar=CALENDAR, beside=beside)


@for_all(deal_facts(), st.sets(st.sampled_from((*PEOPLE, ""))))
def test_an_exclusion_takes_away_what_it_names_and_nothing_else(facts: DealFacts, excluded: set[str]) -> None:
    without = credit(facts)
    found = credit(msgspec.structs.replace(facts, excluded={each: f"carol: {each}" for each in excluded}))
    for before, after in zip(without, found, strict=True):
        who = before.person_id if before.person_id in excluded else "" if "" in excluded else None
        said = None if who is None else f"carol: {who}"
        assert after.excluded == said
        problem = before.problem if said is None else None
        assert after == msgspec.structs.replace(before, excluded=said, problem=problem)


async def exclude(firm: Company, deal_id: str, path: str = "", status: int = 200, **said: Any) -> None:
    answer = await firm.post(f"/v1/exclusions/{deal_id}{path}", {"reason": "A house account"} | said)
    assert answer.status_code == status, answer.text


async def test_what_is_excluded_pays_nothing_is_shown_and_comes_back(firm: Company) -> None:
    await firm.settle()
    await firm.hire("bob")
    await paid_by(firm, "bob", SALES_ENGINEER)
    await relate(firm, "bob", "ada")
    await firm.win("crm.1", "600")
    await firm.win("crm.2", "500")
    before = await firm.statement()
    assert [await earned(firm, who) for who in ("ada", "bob")] == ["58.00", "110.00"]
    await exclude(firm, "crm.1", person_id="ada")
    assert [await earned(firm, who) for who in ("ada", "bob")] == ["25.00", "110.00"]
    statement = await firm.statement()
    [found] = statement["excluded"]
    assert (found["credit"]["deal_id"], found["credit"]["excluded"]) == ("crm.1", "carol: A house account")
    assert found["sentence"] == (
        "Deal crm.1 (GTX Pro, Acme), booked on 2017-02-03, would count USD 600.00, and is excluded by hand by carol: "
        "A house account."
    )
    assert [each["amount"] for each in statement["credited"]] == ["500.00"]
    text = (await firm.get("/v1/statements/ada", accept="text/plain", period="2017-Q1")).text
    assert found["sentence"] in text
    listed = (await firm.get("/v1/attainment", period="2017-Q1")).json()["items"]
    assert [each["credit"]["amount"] for each in listed if each["person_id"] == "ada"] == ["500.00"]
    await exclude(firm, "crm.1", "/withdraw", person_id="ada")
    after = await firm.statement()
    assert all(after[name] == before[name] for name in ("sections", "earned", "excluded"))
    await exclude(firm, "crm.1", "/withdraw", person_id="ada", status=404)


async def test_a_deal_that_is_excluded_credits_nobody_and_is_off_the_worklist(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "1000", splits=split((person("ada"), "60"), (person("nobody"), "40")))
    await firm.deal(DealWonV1, "crm.2", amount=usd("100"), booked_on=date(2017, 2, 3))
    assert "no_owner" in {each["kind"] for each in await firm.exceptions()}
    for deal_id in ("crm.1", "crm.2"):
        await exclude(firm, deal_id)
    assert await firm.exceptions() == []
    statement = await firm.statement()
    assert (statement["earned"], len(statement["excluded"])) == ([], 1)
    listed = (await firm.get("/v1/exclusions")).json()["items"]
    assert [(each["deal_id"], each["person_id"], each["excluded_by"]) for each in listed] == [
        ("crm.1", None, "carol"),
        ("crm.2", None, "carol"),
    ]
    await exclude(firm, "crm.2", "/withdraw")
    assert {each["kind"] for each in await firm.exceptions()} == {"no_owner"}


async def test_what_others_have_beside_an_excluded_person_is_excluded_with_everybody_s(firm: Company) -> None:
    await firm.settle()
    await firm.hire("bob")
    await paid_by(firm, "bob", SALES_ENGINEER)
    await relate(firm, "bob", "ada")
    await firm.win("crm.1", "1000")
    await exclude(firm, "crm.1")
    assert [await earned(firm, who) for who in ("ada", "bob")] == ["", ""]
    assert [each["credit"]["source"] for each in (await firm.statement("bob"))["excluded"]] == ["relationship"]


async def test_exclusions_are_for_administrators_and_of_people_who_are_known(firm: Company) -> None:
    await exclude(firm, "crm.1", person_id="stranger", status=422)
    await exclude(firm, "crm.1", reason="", status=422)
    assert (await firm.post("/v1/exclusions/crm.1", {"reason": "x"}, "manager")).status_code == 403
