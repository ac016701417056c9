"""What the edge itself refuses, and the HTTP status of every refusal that is not simply a rule (409)."""

from collections.abc import Mapping
from types import MappingProxyType

from events.asking import KeyWasUsedForAnotherBody, StreamIsAtAnotherVersion, TooManyWriters
from events.domain import Refused
from events.parked import ParkedIsUnknown
from fiscal.calendar import PeriodIsUnknown, TimeZoneIsUnknown
from money.money import AmountHasTooManyDigits, AmountIsTooLarge, CurrencyIsUnknown

RETRY_AFTER_SECONDS = 1


class TokenIsMissing(Refused):
    """This needs a bearer token."""


class TokenIsInvalid(Refused):
    """This bearer token is not valid, or not any more."""


class NotAllowed(Refused):
    """You may not do this."""


class DeliveryIsNotAuthentic(Refused):
    """This delivery could not be authenticated."""


class VersionIsMalformed(Refused):
    """If-Match holds one strong ETag, as an answer gave it: a number in double quotes."""


class VersionIsWeak(Refused):
    """A weak ETag never matches: send the strong one that an answer gave."""


class VersionIsRequired(Refused):
    """This needs If-Match with the ETag of what you have read."""


class IdempotencyKeyIsMalformed(Refused):
    """An Idempotency-Key has 1 to 255 printable ASCII characters, in double quotes or bare."""


class ParameterIsUnknown(Refused):
    """This address does not know such a parameter. One that is misspelt would count for nothing."""


class MemberComesTwice(Refused):
    """An object in the body names a member twice. Say it once: what reads the body would have to choose."""


class CursorIsInvalid(Refused):
    """This cursor did not come from this list. Start again without one."""


class BodyIsTooLarge(Refused):
    """The body is larger than this address takes."""


class TooManyRequests(Refused):
    """You ask too often. Wait a moment."""


STATUSES: Mapping[type[Refused], int] = MappingProxyType(
    {
        TokenIsMissing: 401,
        TokenIsInvalid: 401,
        DeliveryIsNotAuthentic: 401,
        NotAllowed: 403,
        VersionIsMalformed: 400,
        VersionIsWeak: 412,
        VersionIsRequired: 428,
        IdempotencyKeyIsMalformed: 400,
        ParameterIsUnknown: 422,
        MemberComesTwice: 422,
        CursorIsInvalid: 422,
        BodyIsTooLarge: 413,
        TooManyRequests: 429,
        ParkedIsUnknown: 404,
        StreamIsAtAnotherVersion: 412,
        KeyWasUsedForAnotherBody: 422,
        CurrencyIsUnknown: 422,
        AmountHasTooManyDigits: 422,
        AmountIsTooLarge: 422,
        PeriodIsUnknown: 422,
        TimeZoneIsUnknown: 422,
    }
)
"""What a service does not map itself. A refusal that is in no map is a rule: 409."""

HEADERS: Mapping[type[Refused], Mapping[str, str]] = MappingProxyType(
    {
        TokenIsMissing: {"WWW-Authenticate": "Bearer"},
        TokenIsInvalid: {"WWW-Authenticate": 'Bearer error="invalid_token"'},
        DeliveryIsNotAuthentic: {"WWW-Authenticate": "StandardWebhooks"},
        TooManyWriters: {"Retry-After": str(RETRY_AFTER_SECONDS)},
        TooManyRequests: {"Retry-After": str(RETRY_AFTER_SECONDS)},
    }
)


PLACES: Mapping[type[Refused], tuple[str, str]] = MappingProxyType(
    {
        VersionIsMalformed: ("header", "If-Match"),
        VersionIsWeak: ("header", "If-Match"),
        VersionIsRequired: ("header", "If-Match"),
        IdempotencyKeyIsMalformed: ("header", "Idempotency-Key"),
        KeyWasUsedForAnotherBody: ("header", "Idempotency-Key"),
        CursorIsInvalid: ("query", "cursor"),
    }
)
"""Which parameter a refusal of the edge's own is about, and where that stands in a request."""


def status_of(refused: type[Refused], known: Mapping[type[Refused], int]) -> int:
    """Return the HTTP status of a refusal: that of its nearest class in the map, else 409."""
    return next((known[each] for each in refused.__mro__ if each in known), 409)
