"""A model of one who listens: what they should have recorded, and what should wait on their shelf."""

from collections import defaultdict
from dataclasses import dataclass, field

import msgspec

from events.wire.cloudevents import Letter, LetterIsMalformed, from_message
from events.wire.promises import Message
from tests.events.grocer import ROTTEN, ApplesPickedV1

LARGE = 500
"""A basket that the last release could not read."""


@dataclass
class Hearsay:
    """What is known of each tree by version, what waits, and which messages were no letters."""

    reads_large: bool = False
    known: dict[str, dict[int, Letter]] = field(default_factory=lambda: defaultdict(dict))
    waiting: dict[str, dict[int, Letter]] = field(default_factory=lambda: defaultdict(dict))
    malformed: list[Message] = field(default_factory=list[Message])

    def hear(self, message: Message) -> None:
        """Take a message that a mark has moved over."""
        try:
            letter = from_message(message)
        except LetterIsMalformed:
            if message not in self.malformed:
                self.malformed.append(message)
            return
        tree, version = letter.subject, letter.sequence
        if version in self.known[tree] or version in self.waiting[tree]:
            return
        if self.waiting[tree] or not self.takes(letter):
            self.waiting[tree][version] = letter
        else:
            self.known[tree][version] = letter

    def takes(self, letter: Letter) -> bool:
        """Say whether this release can record a letter."""
        if is_hopeless(letter):
            return False
        count = count_of(letter)
        return self.reads_large or count is None or count < LARGE

    def retry(self, tree: str) -> bool:
        """Take what waits of a tree, all or nothing. Returns whether it could."""
        if not all(map(self.takes, self.waiting[tree].values())):
            return False
        self.known[tree].update(self.waiting.pop(tree))
        return True

    def baskets(self) -> dict[str, str]:
        """Return the baskets of each tree, in the order of its stream."""
        told = {tree: [count_of(letters[each]) for each in sorted(letters)] for tree, letters in self.known.items()}
        return {
            tree.removeprefix("tree-"): " ".join(str(count) for count in counts if count is not None)
            for tree, counts in told.items()
            if counts
        }


def is_hopeless(letter: Letter) -> bool:
    """Say whether no release will ever record a letter."""
    try:
        return count_of(letter) == ROTTEN
    except msgspec.DecodeError:
        return True


def count_of(letter: Letter) -> int | None:
    """Return how many apples a letter tells of, `None` if it is about something else."""
    if not letter.type.endswith("ApplesPicked.v1"):
        return None
    return msgspec.json.decode(letter.data, type=ApplesPickedV1).count
