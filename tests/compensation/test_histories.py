"""Random histories through the real log: pay equals a naive sum, whatever came in which order, live or rebuilt."""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from compensation.projections.earnings import stored
from compensation.projections.statements import all_statements
from events import rebuild
from events.contracts.performance import (
    DealAmendedV1,
    DealCancelledV1,
    DealDeletedV1,
    DealEventV1,
    DealLostV1,
    DealReopenedV1,
    DealWonV1,
    Owner,
    UnmatchedOwner,
)
from tests.compensation.company import Company, company, person, split, usd

PEOPLE = ("ada", "bob")
QUARTERS = ("2017-Q1", "2017-Q2")
QUOTA = 900
"""What everyone is expected to reach in each quarter, until somebody says otherwise; bob has none in the second."""

QUOTAS = {("ada", "2017-Q1"): QUOTA, ("ada", "2017-Q2"): QUOTA, ("bob", "2017-Q1"): QUOTA}
OWNERS: tuple[Owner, ...] = (
    person("ada"),
    person("bob"),
    UnmatchedOwner(owner_hash="h-1"),
    UnmatchedOwner(owner_hash="h-2"),
)


@dataclass(frozen=True)
class Said:
    """What performance tells of a deal."""

    kind: type[DealEventV1]
    deal_id: str
    amount: Decimal
    percents: tuple[int, int, int, int]
    booked_on: date


@dataclass(frozen=True)
class Claimed:
    """A person claims what a CRM calls them."""

    person_id: str
    owner_hash: str


@dataclass(frozen=True)
class Expected:
    """A quota is set or adjusted."""

    person_id: str
    period: str
    amount: int


@dataclass(frozen=True)
class Derived:
    """The worker catches up."""


Step = Said | Claimed | Expected | Derived

percents = st.sampled_from(((100, 0, 0, 0), (0, 0, 100, 0), (50, 50, 0, 0), (0, 0, 60, 40), (10, 20, 30, 40)))
said = st.builds(
    Said,
    kind=st.sampled_from(
        (
            DealWonV1,
            DealWonV1,
            DealWonV1,
            DealAmendedV1,
            DealAmendedV1,
            DealLostV1,
            DealReopenedV1,
            DealCancelledV1,
            DealDeletedV1,
        )
    ),
    deal_id=st.sampled_from(("crm.1", "crm.2", "crm.3")),
    amount=st.decimals("0.01", "5000", places=2),
    percents=percents,
    booked_on=st.dates(date(2017, 1, 1), date(2017, 6, 30)),
)
claimed = st.sampled_from((Claimed("ada", "h-1"), Claimed("bob", "h-2")))
expected = st.builds(
    Expected, person_id=st.sampled_from(PEOPLE), period=st.sampled_from(QUARTERS), amount=st.integers(1, 4000)
)
steps = st.lists(
    st.one_of(said, said, said, claimed, expected, st.just(Derived()), st.just(Derived())), min_size=6, max_size=25
)


async def take(firm: Company, step: Step, sequence: int | None = None) -> None:
    """Let the company hear of a step."""
    match step:
        case Said():
            shares = [(owner, str(percent)) for owner, percent in zip(OWNERS, step.percents, strict=True) if percent]
            terms: dict[str, Any] = {
                "owner": OWNERS[0],
                "amount": usd(step.amount),
                "splits": split(*shares),
                "booked_on": step.booked_on,
            }
            await firm.deal(step.kind, step.deal_id, sequence, **terms)
        case Claimed():
            await firm.claim(step.person_id, step.owner_hash)
        case Expected():
            await firm.quota(step.person_id, step.period, str(step.amount))
        case Derived():
            await firm.derive()


async def open_for_business(firm: Company) -> None:
    await firm.set_calendar()
    await firm.publish_plan()
    for person_id in PEOPLE:
        await firm.hire(person_id)
        await firm.assign(person_id)
    for (person_id, period), amount in QUOTAS.items():
        await firm.quota(person_id, period, str(amount))


@dataclass
class Naive:
    """What is known at the end, and pay by sums alone."""

    deals: dict[str, tuple[bool, Said]] = field(default_factory=dict[str, tuple[bool, Said]])
    owners: dict[int, str] = field(default_factory=lambda: {0: "ada", 1: "bob"})
    quotas: dict[tuple[str, str], int] = field(default_factory=lambda: dict(QUOTAS))

    def take(self, step: Step) -> None:
        match step:
            case Said():
                won = step.kind is DealWonV1 or (
                    step.kind is DealAmendedV1 and self.deals.get(step.deal_id, (False,))[0]
                )
                self.deals[step.deal_id] = (won, step)
            case Claimed():
                self.owners[{"h-1": 2, "h-2": 3}[step.owner_hash]] = step.person_id
            case Expected():
                self.quotas[step.person_id, step.period] = step.amount
            case Derived():
                pass

    def pay(self) -> dict[tuple[str, str], Decimal]:
        booked: dict[tuple[str, str], Decimal] = {}
        for won, deal in self.deals.values():
            for place, percent in enumerate(deal.percents):
                if won and percent and place in self.owners:
                    key = (self.owners[place], f"2017-Q{(deal.booked_on.month + 2) // 3}")
                    booked[key] = booked.get(key, Decimal(0)) + deal.amount * percent / 100
        pay: dict[tuple[str, str], Decimal] = {}
        for key, amount in booked.items():
            if key in self.quotas:
                low = min(amount, Decimal(self.quotas[key]))
                exact = low * 5 / 100 + (amount - low) * 8 / 100
                pay[key] = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
        return pay


async def paid(firm: Company) -> Mapping[tuple[str, str], Decimal]:
    """Return what the stored sums and what the statements pay, which are the same."""
    await firm.derive()
    sums: dict[tuple[str, str], Decimal] = {}
    for row in await firm.store.read(stored):
        if row.component and not row.problem:
            sums[row.person_id, row.period] = row.earned
    lines: dict[tuple[str, str], Decimal] = {}
    for year in await firm.store.read(all_statements):
        for earning in year["computed"]["earned"]:
            key = (year["person_year"].partition("~")[0], earning["period"]["name"])
            lines[key] = sum((Decimal(line["earned"]) for line in earning["lines"]), Decimal(0))
    assert lines == sums
    return sums


@cache
def company_in_business() -> tuple[TemporaryDirectory[str], dict[str, int]]:
    """Return the folder of a company that is open for business, and what it was told: stories begin with copies."""
    folder = TemporaryDirectory()

    async def run() -> dict[str, int]:
        async with company_in(Path(folder.name)) as firm:
            await open_for_business(firm)
            return firm.told

    return folder, asyncio.run(run())


def company_in(folder: Path) -> AbstractAsyncContextManager[Company]:
    return company(f"sqlite:///{folder / 'database.sqlite'}", folder)


def in_a_company(story: Any) -> None:
    """Let a story happen in a company of its own, on SQLite."""
    before, told = company_in_business()

    async def run(folder: Path) -> None:
        async with company_in(folder) as firm:
            firm.told.update(told)
            await story(firm)

    with TemporaryDirectory() as folder:
        shutil.copytree(before.name, folder, dirs_exist_ok=True)
        asyncio.run(run(Path(folder)))


@for_all(steps)
@settings(max_examples=30, deadline=timedelta(seconds=20))
def test_pay_is_what_a_naive_sum_says(history: Sequence[Step]) -> None:
    async def happen(firm: Company) -> None:
        naive = Naive()
        for step in history:
            await take(firm, step)
            naive.take(step)
        assert await paid(firm) == naive.pay()

    in_a_company(happen)


@for_all(steps)
@settings(max_examples=15, deadline=timedelta(seconds=20))
def test_a_rebuild_says_the_same_to_the_last_slice(history: Sequence[Step]) -> None:
    async def happen(firm: Company) -> None:
        for step in history:
            await take(firm, step)
        await firm.derive()
        before = await firm.store.read(all_statements)
        await rebuild.rebuild(firm.store.journal)
        assert await firm.store.read(all_statements) == before

    in_a_company(happen)


@for_all(steps, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=timedelta(seconds=20))
def test_news_in_any_order_pays_the_same(history: Sequence[Step], random: Any) -> None:
    deals = [step for step in history if isinstance(step, Said)]
    numbered = [(step, sum(other.deal_id == step.deal_id for other in deals[: n + 1])) for n, step in enumerate(deals)]
    last = {(step.person_id, step.period): step for step in history if isinstance(step, Expected)}
    rest = [step for step in history if isinstance(step, Claimed)] + list(last.values())

    async def happen(firm: Company) -> None:
        naive = Naive()
        for step in (*deals, *rest):
            naive.take(step)
        shuffled = [*numbered, *((step, None) for step in rest)]
        random.shuffle(shuffled)
        for step, sequence in shuffled:
            await take(firm, step, sequence)
            if random.random() < 0.2:
                await firm.derive()
        assert await paid(firm) == naive.pay()

    in_a_company(happen)


@for_all(steps, said)
@settings(max_examples=15, deadline=timedelta(seconds=20))
def test_undoing_a_deal_returns_the_earlier_result_exactly(history: Sequence[Step], deal: Said) -> None:
    async def happen(firm: Company) -> None:
        for step in history:
            await take(firm, step)
        await firm.derive()
        before = await firm.store.read(stored)
        await take(firm, Said(DealWonV1, "crm.new", deal.amount, deal.percents, deal.booked_on))
        await firm.derive()
        await take(firm, Said(DealDeletedV1, "crm.new", deal.amount, deal.percents, deal.booked_on))
        await firm.derive()
        assert await firm.store.read(stored) == before

    in_a_company(happen)
