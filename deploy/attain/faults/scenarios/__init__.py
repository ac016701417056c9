"""All faults, a file for each family."""

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
