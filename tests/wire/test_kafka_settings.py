"""How Kafka is reached: what a URL and the environment say, and what they may not leave out."""

import ssl
from pathlib import Path

import pytest

from events.wire.kafka.reading import member_settings
from events.wire.kafka.settings import settings_of


def test_a_url_names_one_broker_or_several() -> None:
    settings = settings_of("kafka://one:9092,two:9093/", {})
    assert settings.servers == ("one:9092", "two:9093")
    assert settings.connection == {"bootstrap_servers": ["one:9092", "two:9093"], "security_protocol": "PLAINTEXT"}


@pytest.mark.parametrize("url", ["kafka://", "http://one:9092", "kafka:///"])
def test_a_url_without_a_broker_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="kafka://host:port"):
        settings_of(url, {})


def test_a_password_is_sent_only_where_the_protocol_has_one() -> None:
    said = {"ATTAIN_KAFKA_USERNAME": "attain", "ATTAIN_KAFKA_PASSWORD": "secret"}
    assert "sasl_plain_password" not in settings_of("kafka://one:9092", said).connection
    assert settings_of("kafka://one:9092", said | {"ATTAIN_KAFKA_SECURITY": "SASL_PLAINTEXT"}).connection == {
        "bootstrap_servers": ["one:9092"],
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "attain",
        "sasl_plain_password": "secret",
    }


def test_a_broker_under_tls_must_show_a_certificate_for_its_name(tmp_path: Path) -> None:
    context = settings_of("kafka://one:9092", {"ATTAIN_KAFKA_SECURITY": "SSL"}).connection["ssl_context"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    with pytest.raises(FileNotFoundError):
        settings_of("kafka://one:9092", {"ATTAIN_KAFKA_SECURITY": "SSL", "ATTAIN_KAFKA_CA_FILE": str(tmp_path / "ca")})


def test_a_lasting_name_belongs_to_a_group() -> None:
    lasting = member_settings(settings_of("kafka://one:9092", {"ATTAIN_KAFKA_INSTANCE": "worker-0"}), "goals")
    assert lasting["group_instance_id"] == "goals-worker-0"
    assert member_settings(settings_of("kafka://one:9092", {}), "goals")["group_instance_id"] is None


def test_a_member_is_given_up_after_as_much_silence_as_is_said() -> None:
    settings = settings_of("kafka://one:9092", {"ATTAIN_KAFKA_SESSION_SECONDS": "2.5"})
    assert member_settings(settings, "goals")["session_timeout_ms"] == 2_500
