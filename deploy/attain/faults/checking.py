"""The history checker: what has to be so after every run, whatever went wrong meanwhile. Each finding is a sentence."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from attain.faults.history import History, Ledger
from attain.faults.load import Load
from events.bookmarks import reader_of
from events.domain import Recorded


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a scenario leaves behind on purpose: ids of letters that no log sent, and streams that stay parked."""

    foreign: frozenset[str] = field(default_factory=frozenset[str])
    parked: frozenset[str] = field(default_factory=frozenset[str])
    forgotten: bool = False
    """Whether requests that were acknowledged may be unknown by now, though what they did is not."""


def findings(history: History, load: Load, expected: Expected) -> Iterator[str]:
    """Yield all that is wrong with what was written."""
    for ledger in history.ledgers.values():
        yield from disorder(ledger)
        yield from untold(history, ledger, expected)
        yield from misheard(history, ledger, expected)
        yield from shelved(ledger, expected)
    if not expected.forgotten:
        yield from unkept(history, load)


def disorder(ledger: Ledger) -> Iterator[str]:
    """Say where an own stream has a gap, or a stream repeats or goes back, by position."""
    last: dict[str, int] = defaultdict(int)
    positions = [row.position for row in ledger.rows]
    if positions != sorted(set(positions)):
        yield f"{ledger.name}: positions do not grow"
    for row in ledger.rows:
        if row.stream.startswith(f"{Recorded.HEARD}-"):
            continue
        if row.version != last[row.stream] + 1:
            yield f"{ledger.name}: {row.stream} goes from version {last[row.stream]} to {row.version}"
        last[row.stream] = row.version


def untold(history: History, ledger: Ledger, expected: Expected) -> Iterator[str]:
    """Say what was published and is not on the topic, is there and was not published, or came out of order."""
    told: dict[tuple[str, int], tuple[str, str]] = {}
    for letter in history.letters[ledger.name]:
        place, said = (letter.subject, letter.sequence), (str(letter.id), letter.data.decode(errors="replace"))
        if str(letter.id) not in expected.foreign and told.setdefault(place, said) != said:
            yield f"{ledger.name}: its topic says two things of {place}"
    published = {(stream, version): (id_, data) for stream, version, id_, data in ledger.published}
    yield from compared(f"{ledger.name} published", published, "its topic", told)
    yield from in_order(ledger, history)


def in_order(ledger: Ledger, history: History) -> Iterator[str]:
    """Say which stream's first appearances on the topic are out of order."""
    seen: set[tuple[str, int]] = set()
    last: dict[str, int] = defaultdict(int)
    for letter in history.letters[ledger.name]:
        place = (letter.subject, letter.sequence)
        if place in seen:
            continue
        seen.add(place)
        if letter.sequence < last[letter.subject]:
            yield f"{ledger.name}: {place} first appears after version {last[letter.subject]}"
        last[letter.subject] = max(last[letter.subject], letter.sequence)


def misheard(history: History, ledger: Ledger, expected: Expected) -> Iterator[str]:
    """Say what a service did not hear of another, heard twice, or heard otherwise; and whether its marks lag."""
    for source in ledger.blueprint.hears:
        heard = ledger.heard(source)
        twice = [place for place, times in Counter(each[:2] for each in heard).items() if times > 1]
        yield from (f"{ledger.name} heard {place} of {source} twice" for place in twice)
        held = {stream.removeprefix(f"{Recorded.HEARD}-{source}-") for stream in expected.parked}
        recorded = {each[:2]: each[2:] for each in heard if each[2] not in expected.foreign}
        published = {each[:2]: each[2:] for each in history.ledgers[source].published if each[0] not in held}
        yield from compared(f"{source} published", published, ledger.name, recorded)
        for place, end in history.ends[source].items():
            mark = ledger.marks.get(reader_of(place), 0)
            if mark != end:
                yield f"{ledger.name}: its mark of {reader_of(place)} is {mark}, the end {end}"


def compared(
    one: str,
    wanted: Mapping[tuple[str, int], tuple[str, str]],
    other: str,
    found: Mapping[tuple[str, int], tuple[str, str]],
) -> Iterator[str]:
    """Say what is missing, too much, or another on the other side."""
    for place in sorted(wanted.keys() - found.keys()):
        yield f"{one} {place}, and {other} has it not"
    for place in sorted(found.keys() - wanted.keys()):
        yield f"{other} has {place}, which {one} not"
    for place in sorted(wanted.keys() & found.keys()):
        if wanted[place] != found[place]:
            yield f"{one} {place} as {wanted[place]}, and {other} has {found[place]}"


def shelved(ledger: Ledger, expected: Expected) -> Iterator[str]:
    """Say what is parked and should not be."""
    for kind, stream, sequence, problem in ledger.parked:
        if stream not in expected.parked:
            yield f"{ledger.name}: {kind} {stream} {sequence} is parked: {problem}"


def unkept(history: History, load: Load) -> Iterator[str]:
    """Say which acknowledged request is not remembered once, and which refused one is."""
    kept = Counter(key for ledger in history.ledgers.values() for key in ledger.requests)
    for id_ in load.acknowledged:
        if kept[id_] != 1:
            yield f"{id_} was acknowledged and is remembered {kept[id_]} times"
        if id_.startswith("deal-") and id_ not in history.ledgers["performance"].deliveries:
            yield f"{id_} was acknowledged and its delivery is not kept"
    yield from (f"{id_} was refused and is remembered" for id_ in load.refused if kept[id_])
