"""Topics that are not written or read on, since they are not what they were: why, and what to do."""

import logging
from dataclasses import dataclass, field

LOOK_SECONDS = 5.0
"""Between two looks: whether a topic is still the same one, whether there is a newer generation of it."""

_log = logging.getLogger("attain.topics")


class TopicIsStopped(Exception):
    """A topic is not written or read on. The message says why, and what to do."""

    def __init__(self, topic: str, why: str) -> None:
        super().__init__(why)
        self.topic = topic


class TopicIsLost(TopicIsStopped):
    """A topic is not the one that it was, or holds less than it did."""


class LogIsBehind(TopicIsStopped):
    """A topic holds what its service's log lacks: the database is an older one."""


@dataclass(frozen=True, kw_only=True)
class Stops:
    """What the loops of a service have stopped. A topic in `reasons` needs a person, and fails readiness."""

    look_seconds: float = LOOK_SECONDS
    reasons: dict[str, str] = field(default_factory=dict[str, str])

    def stop(self, stopped: TopicIsStopped) -> None:
        """Say once that a topic is stopped, and remember why."""
        if self.reasons.get(stopped.topic) != str(stopped):
            _log.error("%s is stopped: %s", stopped.topic, stopped)
        self.reasons[stopped.topic] = str(stopped)

    def go_on(self, service: str) -> None:
        """Say that a service's topic goes on, whichever generation was stopped."""
        stopped = [topic for topic in self.reasons if topic.split(".")[1] == service]
        for topic in stopped:
            _log.warning("%s goes on", topic)
            del self.reasons[topic]
