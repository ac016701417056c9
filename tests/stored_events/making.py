"""Makes the samples of new events from the story: `python -m tests.stored_events.making`.

Those of events that got optional members later, with these members, end in `.later`.

It writes the samples that are missing, and never changes one that is there.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import msgspec

from events.domain import Envelope, Recorded, Value
from events.store.codec import Codec
from tests.stored_events.later import LATER
from tests.stored_events.samples import BLUEPRINTS, DIGESTS, FOLDER, Sample, digest_of, digests, place
from tests.stored_events.story import LEAST, WHOLE, Story

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


def made() -> Iterator[tuple[Path, Sample]]:
    """Return a sample of all that happens in the story: with every member, with the least, and with later ones."""
    for story, ending in ((WHOLE, ""), (LEAST, ".least"), (LATER, ".later")):
        for service, events in events_of(story).items():
            for codec, event in events:
                name, schema, text = codec.encode(event)
                if ending == ".least":
                    text = msgspec.json.encode(without_defaults(event)).decode()
                yield place(service, name, schema, ending), Sample(type=name, schema=schema, data=msgspec.Raw(text))


def events_of(story: Story) -> Mapping[str, list[tuple[Codec, Value]]]:
    """Return what happens in a story, each event followed by what others hear of it, with the codec that writes it."""
    found: dict[str, list[tuple[Codec, Value]]] = {}
    for service, events in story.items():
        blueprint = BLUEPRINTS[service]
        for key, event in events:
            told = blueprint.publish(recorded(key, event))
            contracts = [] if told is None else [(Codec((type(told),)), told)]
            found.setdefault(service, []).extend([(blueprint.codec(), event), *contracts])
    return found


def recorded(key: str, event: Value) -> Recorded[Value]:
    """Return an event as the first of its stream."""
    envelope = Envelope(
        id=UUID(int=1),
        stream=f"story-{key}",
        version=1,
        position=4_711,
        occurred_at=NOON,
        recorded_at=NOON,
        actor="p-0001",
        correlation_id=UUID(int=2),
        causation_id=None,
        traceparent=None,
    )
    return Recorded(event=event, envelope=envelope, kind="story", key=key)


def without_defaults(value: Any) -> Any:
    """Return a value's members but for those that have their default, at every depth."""
    if isinstance(value, tuple):
        return [without_defaults(each) for each in cast("tuple[Any, ...]", value)]
    if not isinstance(value, msgspec.Struct):
        return value
    tag = value.__struct_config__.tag
    members = {} if tag is None else {"type": tag}
    for field in msgspec.structs.fields(value):
        member = getattr(value, field.name)
        if field.required or member != field.default:
            members[field.encode_name] = without_defaults(member)
    return members


def make() -> None:
    """Write the samples that are missing, and their digests."""
    known = digests()
    for path, sample in made():
        name = path.relative_to(FOLDER).as_posix()
        if name not in known and not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(msgspec.json.encode(sample).replace(b',"data":', b',\n"data":', 1) + b"\n")
            known[name] = digest_of(path)
    DIGESTS.write_text("".join(f"{known[name]}  {name}\n" for name in sorted(known)))


if __name__ == "__main__":
    make()
