"""What was once stored is read for ever: samples of every version of every event, which nobody changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from msgspec import inspect

from events.domain import Value
from events.language.catalogue import is_contract, teller_of, told_by
from events.running import Blueprint
from tests.stored_events.samples import BLUEPRINTS, FOLDER, digest_of, digests, place, places, sample_in

MAKE = "put such an event into tests/stored_events/story.py, then .venv/bin/python -m tests.stored_events.making"
KEEP = "a sample is what some log holds: put it back; a new shape of an event is a new version with an upcaster"


def subscriber(service: str) -> Blueprint:
    """Return somebody who hears all that a service tells."""
    contracts = told_by(service)
    return Blueprint(name=f"whoever hears {service}", types=contracts, projections=(), publish=lambda _: None)


READERS = (*BLUEPRINTS.values(), *map(subscriber, BLUEPRINTS))
SAMPLES = {path: sample_in(path) for path in places()}


def today(reader: Blueprint, name: str) -> str:
    """Return what a stored name is called now."""
    return reader.renamed.get(name, name)


def knows(reader: Blueprint, path: Path) -> bool:
    """Say whether a reader can have this event in its log: one of its own, or a contract."""
    names = {each.__name__: each for each in reader.types}
    known = names.get(today(reader, SAMPLES[path].type))
    return known is not None and (is_contract(known) or path.parent.name == reader.name)


def latest(reader: Blueprint, event: type[Value]) -> int:
    """Return the version with which a reader's codec writes an event."""
    return 1 + len(reader.upcasters.get(event.__name__, ()))


def may_lack(kind: inspect.Type) -> bool:
    """Say whether there is something that a value of this type may be without, at any depth."""
    match kind:
        case inspect.StructType(fields=fields):
            return any(not field.required or may_lack(field.type) for field in fields)
        case inspect.UnionType(types=types):
            return kind.includes_none or any(may_lack(each) for each in types)
        case inspect.VarTupleType(item_type=each) | inspect.Metadata(type=each):
            return may_lack(each)
        case _:
            return False


def wanted() -> Iterator[Path]:
    """Return where the samples lie that there must be: of each event today's version, whole and with the least."""
    for reader in READERS:
        for event in reader.types:
            service, schema = teller_of(event) or reader.name, latest(reader, event)
            yield place(service, event.__name__, schema)
            if may_lack(inspect.type_info(event)):
                yield place(service, event.__name__, schema, ".least")


def holds(whole: Any, part: Any) -> bool:
    """Say whether some JSON has all that other JSON has."""
    if isinstance(part, dict):
        members = cast("dict[str, Any]", part)
        return all(name in whole and holds(whole[name], member) for name, member in members.items())
    if isinstance(part, list):
        return len(whole) == len(cast("list[Any]", part)) and all(map(holds, whole, cast("list[Any]", part)))
    return whole == part


@pytest.mark.parametrize(
    ("reader", "path"),
    [
        pytest.param(reader, path, id=f"{path.relative_to(FOLDER)}-{reader.name}")
        for path in SAMPLES
        for reader in READERS
        if knows(reader, path)
    ],
)
def test_everyone_who_knows_an_event_reads_what_was_stored_of_it(reader: Blueprint, path: Path) -> None:
    codec, sample = reader.codec(), SAMPLES[path]
    event = codec.decode(sample.type, sample.schema, sample.text)
    assert type(event) is codec.types[today(reader, sample.type)]
    name, schema, text = codec.encode(event)
    assert codec.decode(name, schema, text) == event
    if (name, schema) == (sample.type, sample.schema):
        assert holds(msgspec.json.decode(text), msgspec.json.decode(sample.text))


def test_every_event_has_a_sample_of_its_latest_version() -> None:
    missing = sorted({each.relative_to(FOLDER).as_posix() for each in wanted() if not each.exists()})
    assert not missing, f"tests/stored_events lacks {', '.join(missing)}: {MAKE}"


def test_every_sample_is_of_an_event_that_its_service_knows() -> None:
    strays = [path.name for path in SAMPLES if not any(knows(reader, path) for reader in READERS)]
    assert not strays, f"nobody knows {', '.join(strays)} any more: its class stays, or its name goes into `renamed`"


def test_every_sample_lies_where_its_name_says() -> None:
    for path, sample in SAMPLES.items():
        endings = {place(path.parent.name, sample.type, sample.schema, ending) for ending in ("", ".least", ".later")}
        assert path in endings


def test_a_sample_is_never_changed_or_removed() -> None:
    written, lying = digests(), {path.relative_to(FOLDER).as_posix(): digest_of(path) for path in SAMPLES}
    changed = sorted(name for name, digest in written.items() if lying.get(name) != digest)
    assert not changed, f"changed or removed: {', '.join(changed)}; {KEEP}"
    unwritten = sorted(lying.keys() - written.keys())
    assert not unwritten, f"not in DIGESTS: {', '.join(unwritten)}; {MAKE}"
