"""In which territory an account falls on which day. An account is known by what the CRM calls it, as deals name it."""

from datetime import date

from events.domain import Decider, Refused, Value


class AccountPlaced(Value):
    """From this day on, until the next one that is said, the account falls in this territory; in none without one."""

    account: str
    territory_id: str | None
    effective_on: date


class PlaceAccount(Value):
    """Let an account fall in a territory from a day on, or in none."""

    account: str
    territory_id: str | None
    effective_on: date
    territory_is_known: bool


class Account(Value):
    """Where the account fell, in the order in which it was said."""

    said: tuple[AccountPlaced, ...] = ()

    def on(self, day: date) -> AccountPlaced | None:
        """Return what was said last of a day."""
        return next((each for each in reversed(self.said) if each.effective_on == day), None)


class TerritoryIsUnknown(Refused):
    """There is no such territory. Define it first."""


def decide(command: PlaceAccount, account: Account) -> list[AccountPlaced]:
    """Place an account from a day on; said twice of one day, the last word holds."""
    if command.territory_id is not None and not command.territory_is_known:
        raise TerritoryIsUnknown(territory_id=command.territory_id)
    new = AccountPlaced(account=command.account, territory_id=command.territory_id, effective_on=command.effective_on)
    return [] if account.on(command.effective_on) == new else [new]


def evolve(account: Account, event: AccountPlaced) -> Account:
    """Say what an event means. Never refuses: it has happened."""
    return Account(said=(*account.said, event))


ACCOUNT = Decider[PlaceAccount, Account, AccountPlaced](
    kind="account", initial=Account(), decide=decide, evolve=evolve, events=(AccountPlaced,)
)
