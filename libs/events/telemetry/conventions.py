"""The names that telemetry uses, here and nowhere else.

Those of messaging are OpenTelemetry's conventions up to 1.44, which are still in development: 1.45 renames
`messaging.system` and the attributes of Kafka. The rest are our own, under `attain`.
"""

SCOPE = "attain"

SYSTEM = "messaging.system"
OPERATION_NAME = "messaging.operation.name"
OPERATION_TYPE = "messaging.operation.type"
DESTINATION = "messaging.destination.name"
PARTITION = "messaging.destination.partition.id"
CONSUMER_GROUP = "messaging.consumer.group.name"
MESSAGE_COUNT = "messaging.batch.message_count"
SENT_MESSAGES = "messaging.client.sent.messages"
CONSUMED_MESSAGES = "messaging.client.consumed.messages"
OPERATION_DURATION = "messaging.client.operation.duration"
PROCESS_DURATION = "messaging.process.duration"

ERROR_TYPE = "error.type"

COMMAND_COUNT = "attain.append.commands"
EVENT_COUNT = "attain.project.events"
KEY_COUNT = "attain.derive.keys"
DERIVATION = "attain.derivation"
ORIGIN = "attain.origin"
READ_MODEL = "attain.read_model"
REFUSAL = "attain.refusal"
PARKED_KIND = "attain.parked.kind"

APPEND_DURATION = "attain.append.duration"
GROUP_SIZE = "attain.append.group.size"
APPENDED_EVENTS = "attain.append.events"
REFUSED_COMMANDS = "attain.commands.refused"
PROJECTED_ROWS = "attain.projection.rows"
DERIVATION_DURATION = "attain.derivation.duration"
DERIVED_KEYS = "attain.derivation.keys"
WAITING_KEYS = "attain.derivation.waiting"
RELAY_LAG = "attain.relay.lag"
HOLE_AGE = "attain.tail.hole.age"
CONSUMER_LAG = "attain.consumer.lag"
PARKED_ENTRIES = "attain.parked.entries"

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0)
"""Edges of a histogram's buckets, from a millisecond to ten seconds."""

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
