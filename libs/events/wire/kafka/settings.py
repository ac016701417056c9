"""How Kafka is reached, and what is expected of its topics: from a URL and the environment.

| setting | meaning |
|---|---|
| `ATTAIN_KAFKA_SECURITY` | `PLAINTEXT` (if nothing is said), `SSL`, `SASL_PLAINTEXT` or `SASL_SSL` |
| `ATTAIN_KAFKA_CA_FILE` | whom to trust under SSL; the system's authorities if nothing is said |
| `ATTAIN_KAFKA_CERTIFICATE_FILE`, `ATTAIN_KAFKA_KEY_FILE` | the own certificate, where the broker wants one |
| `ATTAIN_KAFKA_SASL_MECHANISM` | `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512` |
| `ATTAIN_KAFKA_USERNAME`, `ATTAIN_KAFKA_PASSWORD` | who asks, under SASL |
| `ATTAIN_KAFKA_INSTANCE` | a lasting name of this process, as pods of a stateful set have: a restart keeps places |
| `ATTAIN_KAFKA_SESSION_SECONDS` | after how much silence a member's places go to others (30) |
| `ATTAIN_KAFKA_REPLICATION` | replicas of a topic; one that is made gets 3 if nothing is said, or one a broker |
| `ATTAIN_KAFKA_MIN_INSYNC_REPLICAS` | how many of them must have a message; of one that is made, all but one |
| `ATTAIN_CREATE_TOPICS` | `1`: make topics that are missing instead of refusing to start |
"""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEME = "kafka://"
SESSION_SECONDS = 30.0
SESSION_BEATS = 10
"""How often a member shows within a session that it lives. A rebalance waits for one such beat."""


@dataclass(frozen=True, kw_only=True)
class KafkaSettings:
    """Where Kafka is, how to speak to it, and what its topics must be like."""

    servers: tuple[str, ...]
    security: Mapping[str, Any]
    """What every client of the library takes for transport and identity."""
    instance: str | None = None
    session_seconds: float = SESSION_SECONDS
    replication: int | None = None
    min_insync_replicas: int | None = None
    create_topics: bool = False

    @property
    def connection(self) -> dict[str, Any]:
        """What every client of the library needs."""
        return {"bootstrap_servers": list(self.servers), **self.security}

    @property
    def place(self) -> str:
        """Where Kafka is, for messages to people."""
        return ",".join(self.servers)


def settings_of(url: str, environment: Mapping[str, str] | None = None) -> KafkaSettings:
    """Return the settings for `kafka://host:port[,host:port]` and the environment."""
    said = os.environ if environment is None else environment
    servers = tuple(server for server in url.removeprefix(SCHEME).rstrip("/").split(",") if server)
    if not url.startswith(SCHEME) or not servers:
        message = f"a wire on Kafka is {SCHEME}host:port[,host:port], not {url}"
        raise ValueError(message)
    return KafkaSettings(
        servers=servers,
        security=security_of(said),
        instance=said.get("ATTAIN_KAFKA_INSTANCE"),
        session_seconds=float(said.get("ATTAIN_KAFKA_SESSION_SECONDS", SESSION_SECONDS)),
        replication=number(said, "ATTAIN_KAFKA_REPLICATION"),
        min_insync_replicas=number(said, "ATTAIN_KAFKA_MIN_INSYNC_REPLICAS"),
        create_topics=said.get("ATTAIN_CREATE_TOPICS") == "1",
    )


def number(said: Mapping[str, str], name: str) -> int | None:
    """Return a setting that is a whole number, if it is said."""
    return int(said[name]) if name in said else None


def security_of(said: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the settings for transport and identity under the library's names."""
    protocol = said.get("ATTAIN_KAFKA_SECURITY", "PLAINTEXT")
    security: dict[str, Any] = {"security_protocol": protocol}
    if protocol.endswith("SSL"):
        security["ssl_context"] = ssl_context(said)
    if protocol.startswith("SASL"):
        security["sasl_mechanism"] = said.get("ATTAIN_KAFKA_SASL_MECHANISM", "SCRAM-SHA-512")
        security["sasl_plain_username"] = said["ATTAIN_KAFKA_USERNAME"]
        security["sasl_plain_password"] = said["ATTAIN_KAFKA_PASSWORD"]
    return security


def ssl_context(said: Mapping[str, str]) -> ssl.SSLContext:
    """Return whom to trust, and the own certificate if there is one."""
    context = ssl.create_default_context(cafile=said.get("ATTAIN_KAFKA_CA_FILE"))
    certificate = said.get("ATTAIN_KAFKA_CERTIFICATE_FILE")
    if certificate is not None:
        context.load_cert_chain(certificate, said.get("ATTAIN_KAFKA_KEY_FILE"))
    return context
