"""A split by hand: who shares a deal instead of those whom the CRM names, for a reason. It may be withdrawn."""

from decimal import Decimal
from typing import TypeAlias

from compensation.domain.engine.exact import HUNDRED, total
from events.domain import Decider, Refused, Value

SHARES_MAX = 50
"""How many people share a deal at most."""


class HandShare(Value, tag=False):
    """A person's share of a deal in percent."""

    person_id: str
    percent: Decimal


class DealSplitByHand(Value):
    """These people share the deal from its beginning, whatever the CRM says of it. With `is_overlay` the shares are
    more than 100 together.
    """

    shares: tuple[HandShare, ...]
    reason: str
    split_by: str
    is_overlay: bool = False


class HandSplitWithdrawn(Value):
    """The deal is shared again as the CRM says."""

    reason: str
    withdrawn_by: str


SplitEvent: TypeAlias = DealSplitByHand | HandSplitWithdrawn


class SplitDeal(Value):
    """Share a deal among people, for a reason. Those who are not known come from the read models."""

    shares: tuple[HandShare, ...]
    reason: str
    split_by: str
    is_overlay: bool = False
    strangers: tuple[str, ...] = ()


class WithdrawSplit(Value):
    """Share a deal again as the CRM says, for a reason."""

    reason: str
    withdrawn_by: str


SplitCommand: TypeAlias = SplitDeal | WithdrawSplit


class AsTheCrmSays(Value):
    """Nobody has split the deal by hand."""


class ByHand(Value):
    """The deal is split by hand."""

    shares: tuple[HandShare, ...]
    reason: str
    is_overlay: bool


Split: TypeAlias = AsTheCrmSays | ByHand


class DealIsNotSplitByHand(Refused):
    """The deal is shared as the CRM says: there is nothing to withdraw."""


class SharerIsUnknown(Refused):
    """Nobody is known under this person id."""


class SharesAreNotAllOfTheDeal(Refused):
    """Shares are above nothing, one for each person, and 100 together; more only where the split says `is_overlay`."""


def decide(command: SplitCommand, split: Split) -> list[SplitEvent]:
    """Split a deal by hand, or take that back."""
    match command:
        case SplitDeal():
            return split_deal(command, split)
        case WithdrawSplit(reason=reason, withdrawn_by=author):
            if not isinstance(split, ByHand):
                raise DealIsNotSplitByHand
            return [HandSplitWithdrawn(reason=reason, withdrawn_by=author)]


def split_deal(command: SplitDeal, split: Split) -> list[SplitEvent]:
    """Split a deal; the same again is already so."""
    wanted = ByHand(shares=command.shares, reason=command.reason, is_overlay=command.is_overlay)
    if split == wanted:
        return []
    if command.strangers:
        raise SharerIsUnknown(person_id=command.strangers[0])
    check_shares(command)
    event = DealSplitByHand(
        shares=command.shares,
        reason=command.reason,
        split_by=command.split_by,
        is_overlay=command.is_overlay,
    )
    return [event]


def check_shares(command: SplitDeal) -> None:
    """Insist on shares that are all of the deal, or openly more."""
    people = {each.person_id for each in command.shares}
    together = total(each.percent for each in command.shares)
    is_all = together > HUNDRED if command.is_overlay else together == HUNDRED
    is_each = all(0 < each.percent <= HUNDRED for each in command.shares)
    if not is_all or not is_each or len(people) != len(command.shares):
        raise SharesAreNotAllOfTheDeal(together=f"{together:f}")


def evolve(_split: Split, event: SplitEvent) -> Split:
    """Say what an event means. Never refuses: it has happened."""
    match event:
        case DealSplitByHand(shares=shares, reason=reason, is_overlay=is_overlay):
            return ByHand(shares=shares, reason=reason, is_overlay=is_overlay)
        case HandSplitWithdrawn():
            return AsTheCrmSays()


SPLIT = Decider[SplitCommand, Split, SplitEvent](
    kind="split",
    initial=AsTheCrmSays(),
    decide=decide,
    evolve=evolve,
    events=(DealSplitByHand, HandSplitWithdrawn),
)
