"""Events as text and back: stored names are class names, decoded strictly; old names and versions are read for ever."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from events.domain import Value

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the members of one version of an event into those of the next."""


class Unknown(Value, tag=False):
    """An event of a type or version that this release does not know: kept as it came, and passed over."""

    name: str
    data: str
    schema: int = 1


class EventIsUnreadable(Exception):
    """A stored event cannot be decoded by this release."""


class CodecIsAmbiguous(Exception):
    """Two events have one name, or a name leads nowhere: what is stored under it would be misread or passed over."""


class Codec:
    """The events of one service, its own and those it hears, by name and version.

    `renamed` maps a stored name to today's class name. `upcasters` holds, for each class name, the steps from
    version 1 to 2, 2 to 3, and so on; an event is written with the latest version. Raises `CodecIsAmbiguous`.
    """

    def __init__(
        self,
        types: Iterable[type[Value]],
        *,
        renamed: Mapping[str, str] | None = None,
        upcasters: Mapping[str, tuple[Upcaster, ...]] | None = None,
    ) -> None:
        known = tuple(dict.fromkeys(types))
        self.types = {each.__name__: each for each in known}
        self._renamed = dict(renamed or {})
        self._upcasters = dict(upcasters or {})
        check([each.__name__ for each in known], self._renamed, self._upcasters)
        self._decoders = {name: msgspec.json.Decoder(each) for name, each in self.types.items()}
        self._schemas = {name: 1 + len(self._upcasters.get(name, ())) for name in self.types}
        self._members = msgspec.json.Decoder(dict[str, Any])
        self._encoder = msgspec.json.Encoder()

    def encode(self, event: Value) -> tuple[str, int, str]:
        """Return an event's stored name, version and text."""
        name, schema = self.name(event)
        return name, schema, event.data if isinstance(event, Unknown) else self._encoder.encode(event).decode()

    def name(self, event: Value) -> tuple[str, int]:
        """Return an event's stored name and version."""
        if isinstance(event, Unknown):
            return event.name, event.schema
        name = type(event).__name__
        return name, self._schemas[name]

    def text(self, contract: Value) -> bytes:
        """Return a contract as it travels."""
        return self._encoder.encode(contract)

    def decode(self, name: str, schema: int, data: str) -> Value:
        """Return the event that was stored, as today's class; `Unknown` if there is none.

        Raises `EventIsUnreadable` naming the type, the version and the place of the fault.
        """
        decoder = self._decoders.get(name)
        try:
            if decoder is not None and schema == self._schemas[name]:
                return decoder.decode(data)
            return self._decode_old(name, schema, data)
        except msgspec.DecodeError as error:
            message = f"{name} version {schema}: {error}"
            raise EventIsUnreadable(message) from error

    def _decode_old(self, name: str, schema: int, data: str) -> Value:
        today = self._renamed.get(name, name)
        if today not in self.types or schema > self._schemas[today]:
            return Unknown(name=name, data=data, schema=schema)
        members = self._members.decode(data)
        try:
            for upcast in self._upcasters.get(today, ())[schema - 1 :]:
                members = upcast(members)
            text = self._encoder.encode(members | {"type": today})
        except Exception as error:
            message = f"{name} version {schema}: its upcaster fails with {error!r}"
            raise EventIsUnreadable(message) from error
        return self._decoders[today].decode(text)


def check(names: Sequence[str], renamed: Mapping[str, str], upcasters: Iterable[str]) -> None:
    """Raise `CodecIsAmbiguous` for stored names that mean two events, and for events that are named but not known."""
    twice = {name for name, count in Counter([*names, *renamed]).items() if count > 1}
    unknown = {*renamed.values(), *upcasters} - set(names)
    if twice or unknown:
        raise CodecIsAmbiguous(", ".join(sorted(twice | unknown)))
