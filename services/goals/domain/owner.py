"""The names by which the world knows a person and that nobody else may have: a user name, and what CRMs call them."""

from events.domain import Refused, Value

USER_NAME = "user-name"
"""The kind of a claim to a user name."""


class CrmOwner(Value, tag=False):
    """What a CRM, the source, calls somebody who owns deals."""

    source: str
    owner: str

    @property
    def kind(self) -> str:
        """The kind of a claim to it; each source has names of its own."""
        return f"crm-owner:{self.source}"


class UserNameIsTaken(Refused):
    """Somebody else has this user name."""


class OwnerIsTaken(Refused):
    """Somebody else is the owner whom this CRM knows by this name."""
