"""All faults, a file for each family."""

from collections.abc import Mapping

from attain.faults.scenarios import backups, broker, database, disk, members, messages, processes
from attain.faults.trial import Fault

UNDISTURBED = processes.UNDISTURBED
FAULTS: tuple[Fault, ...] = (
    *processes.FAULTS,
    *broker.FAULTS,
    *database.FAULTS,
    *disk.FAULTS,
    *members.FAULTS,
    *messages.FAULTS,
    *backups.FAULTS,
)

_BY_NAME = {fault.name: fault for fault in FAULTS}
WITNESSES: Mapping[str, Fault] = {
    "tail": _BY_NAME["slow-commits"],
    "relay-order": _BY_NAME["kill-1"],
    "one-transaction": _BY_NAME["kill-1"],
    "known-versions": _BY_NAME["twice"],
    "bookmarks": _BY_NAME["topic-made-anew"],
}
"""For guards that can be taken out a fault that each is there against: the checker has to notice, every time."""
