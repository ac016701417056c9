"""All faults, a file for each family."""

from attain.faults.scenarios import backups, broker, database, members, messages, processes
from attain.faults.trial import Fault

UNDISTURBED = processes.UNDISTURBED
FAULTS: tuple[Fault, ...] = (
    *processes.FAULTS,
    *broker.FAULTS,
    *database.FAULTS,
    *members.FAULTS,
    *messages.FAULTS,
    *backups.FAULTS,
)
