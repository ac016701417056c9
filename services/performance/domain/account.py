"""An account: a customer, as the CRM describes them. What is said last is what the account is."""

from typing import TypeAlias

from events.domain import Decider, Refused, Value
from performance.domain.attributes import Attribute


class AccountChanged(Value):
    """The account is described like this from now on."""

    name: str
    attributes: tuple[Attribute, ...] = ()
    parent_id: str | None = None


EVENTS: tuple[type[AccountChanged], ...] = (AccountChanged,)


class DescribeAccount(Value):
    """Say, whole, what an account is."""

    account_id: str
    name: str
    attributes: tuple[Attribute, ...]
    parent_id: str | None


class Undescribed(Value):
    """Nobody has described the account yet."""


Account: TypeAlias = Undescribed | AccountChanged


class AccountIsUnknown(Refused):
    """Nobody has described an account with this id."""


class AccountIsItsOwnParent(Refused):
    """An account belongs to another one, or to none."""


def decide(command: DescribeAccount, account: Account) -> list[AccountChanged]:
    """Describe an account. Said again as it is, it is done already."""
    if command.parent_id == command.account_id:
        raise AccountIsItsOwnParent(parent_id=command.parent_id)
    changed = AccountChanged(name=command.name, attributes=command.attributes, parent_id=command.parent_id)
    return [] if account == changed else [changed]


def evolve(_account: Account, event: AccountChanged) -> Account:
    """Say what an event means. Never refuses: it has happened."""
    return event


ACCOUNT = Decider[DescribeAccount, Account, AccountChanged](
    kind="account", initial=Undescribed(), decide=decide, evolve=evolve, events=EVENTS
)
