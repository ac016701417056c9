"""The demonstration company's deals: drawn one by one, each as the story of what its CRM delivers about it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from attain.company import CURRENCY, Delivery
from attain.demo.closings import draw_day
from attain.demo.names import ACCOUNT_FIRST, ACCOUNT_SECOND, PRODUCTS, RARE_PRODUCT, STAGES
from attain.demo.people import YEAR, Rep

OPEN_SHARE = 0.11
WIN_SHARE = 0.43
WIN_SHARE_MAX = 0.72
SPLIT_SHARE = 0.07
AMENDED_SHARE = 0.05
CANCELLED_SHARE = 0.012
DELETED_SHARE = 0.005
REOPENED_SHARE = 0.03
LATE_WEIGHT = 0.3
"""Those whom nobody has claimed yet close fewer deals than the others."""

SPLITS = (("60", "40"), ("70", "30"), ("50", "50"), ("50", "30", "20"))
YEAR_END = datetime(YEAR, 12, 31, 23, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Deal:
    """A deal as it was drawn; `closes_on` is when it is won or lost, or would be."""

    deal_id: str
    rep: Rep
    partners: tuple[Rep, ...]
    account: str
    product: str
    amount: int
    opened_on: date
    closes_on: date


@dataclass
class Story:
    """The deliveries of one deal, each later than the one before."""

    deal: Deal
    random: Random
    deliveries: list[Delivery]
    at: datetime

    def tell(self, kind: str, on: date, **said: Any) -> None:
        """Let the CRM deliver something in the working hours of a day, at any rate after what it said before."""
        hour = timedelta(hours=self.random.randint(7, 16), seconds=self.random.randint(0, 3599))
        at = max(datetime(on.year, on.month, on.day, tzinfo=UTC) + hour, self.at + timedelta(minutes=7))
        if at > YEAR_END:
            return
        self.at = at
        data = {"deal_id": self.deal.deal_id} | said
        self.deliveries.append(Delivery(type=f"deal.{kind}", timestamp=at, data=data))


def draw_deals(random: Random, reps: tuple[Rep, ...], count: int) -> tuple[Delivery, ...]:
    """Draw deals and return all that the CRM delivers about them, in time order."""
    weights = [rep.skill**0.5 * (LATE_WEIGHT if rep.late else 1) for rep in reps]
    told: list[Delivery] = []
    for number in range(1, count + 1):
        deal = draw_deal(random, f"D-{number:05}", reps, weights)
        told += tell_story(random, deal)
    return tuple(sorted(told, key=lambda each: (each.timestamp, each.data["deal_id"])))


def draw_deal(random: Random, deal_id: str, reps: tuple[Rep, ...], weights: list[float]) -> Deal:
    """Draw a deal of somebody who works here when it closes."""
    closes_on = draw_day(random)
    rep = random.choices(reps, weights)[0]
    while not rep.sells_on(closes_on):
        rep = random.choices(reps, weights)[0]
    product, typical, _ = random.choices((*PRODUCTS, RARE_PRODUCT), [each[2] for each in (*PRODUCTS, RARE_PRODUCT)])[0]
    size = rep.level.size * random.lognormvariate(0, 0.55)
    cycle = min(max(int(random.lognormvariate(3.6, 0.55) * size**0.3), 2), 200)
    colleagues = [each for each in reps if each is not rep and not each.late and each.sells_on(closes_on)]
    return Deal(
        deal_id=deal_id,
        rep=rep,
        partners=tuple(random.sample(colleagues, min(2, len(colleagues)))),
        account=random.choice(ACCOUNT_FIRST) + random.choice(ACCOUNT_SECOND),
        product=product,
        amount=max(round(typical * size / 10) * 10, 100),
        opened_on=max(closes_on - timedelta(days=cycle), rep.hired_on),
        closes_on=closes_on,
    )


def tell_story(random: Random, deal: Deal) -> list[Delivery]:
    """Return what the CRM delivers about a deal, from its opening to its last correction."""
    beginning = datetime(deal.opened_on.year, deal.opened_on.month, deal.opened_on.day, tzinfo=UTC)
    story = Story(deal=deal, random=random, deliveries=[], at=beginning)
    story.tell("opened", deal.opened_on, **terms(deal), stage=STAGES[0])
    advance(story)
    if is_open(random, deal):
        return story.deliveries
    wins = random.random() < min(WIN_SHARE * deal.rep.skill**0.6, WIN_SHARE_MAX)
    if wins:
        win(story, deal.closes_on, Decimal(deal.amount))
        correct(story)
    else:
        story.tell("lost", deal.closes_on, stage="lost", closed_on=deal.closes_on.isoformat())
        reconsider(story)
    if random.random() < DELETED_SHARE:
        story.tell("deleted", later(random, deal.closes_on))
    return story.deliveries


def terms(deal: Deal) -> dict[str, Any]:
    """Return a deal's terms as the CRM says them when it is opened."""
    return {
        "owner": deal.rep.owner,
        "amount": str(deal.amount),
        "currency": CURRENCY,
        "account": deal.account,
        "product": deal.product,
        "opened_on": deal.opened_on.isoformat(),
    }


def is_open(random: Random, deal: Deal) -> bool:
    """Say whether the deal has not closed: of those that should by the end of the year, the later ones."""
    return deal.closes_on.month >= 10 and random.random() < OPEN_SHARE * 3


def advance(story: Story) -> None:
    """Let the deal go through some of the stages on its way."""
    deal = story.deal
    days = (deal.closes_on - deal.opened_on).days
    reached = story.random.randint(0, 2) if days > 5 else 0
    for number in range(1, reached + 1):
        story.tell("updated", deal.opened_on + timedelta(days=days * number // (reached + 1)), stage=STAGES[number])


def win(story: Story, on: date, amount: Decimal) -> None:
    """Let the deal be won, its credit sometimes split between colleagues."""
    said = {"amount": str(amount), "currency": CURRENCY, "stage": "won", "closed_on": on.isoformat()}
    if story.random.random() >= SPLIT_SHARE or not story.deal.partners:
        story.tell("won", on, **said)
        return
    owners = [story.deal.rep, *story.deal.partners]
    shares = story.random.choice([each for each in SPLITS if len(each) <= len(owners)])
    splits = [{"owner": rep.owner, "percent": share} for rep, share in zip(owners, shares, strict=False)]
    story.tell("won", on, **said, splits=splits)


def correct(story: Story) -> None:
    """Let a few won deals be amended, closed anew, or cancelled by the customer."""
    random, deal = story.random, story.deal
    fate = random.random()
    if fate < AMENDED_SHARE:
        cents = Decimal(round(deal.amount * random.uniform(82, 112)))
        story.tell("updated", later(random, deal.closes_on), amount=f"{cents / 100:.2f}", currency=CURRENCY)
    elif fate < AMENDED_SHARE + CANCELLED_SHARE:
        story.tell("cancelled", later(random, deal.closes_on))
    elif fate < AMENDED_SHARE + CANCELLED_SHARE + REOPENED_SHARE / 3:
        story.tell("reopened", later(random, deal.closes_on), stage=STAGES[-1])
        again = later(random, story.at.date())
        if again.year == YEAR:
            win(story, again, Decimal(deal.amount))


def reconsider(story: Story) -> None:
    """Let a few customers who said no come back, and half of those say yes."""
    random, deal = story.random, story.deal
    if random.random() >= REOPENED_SHARE:
        return
    story.tell("reopened", later(random, deal.closes_on), stage=STAGES[-1])
    again = later(random, story.at.date())
    if again.year != YEAR:
        return
    if random.random() < 0.5:
        win(story, again, Decimal(deal.amount))
    else:
        story.tell("lost", again, stage="lost", closed_on=again.isoformat())


def later(random: Random, day: date) -> date:
    """Return a day some days or weeks later."""
    return day + timedelta(days=random.randint(2, 24))
