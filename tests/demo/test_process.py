"""The one process and what it needs before it serves."""

import json
import stat
from pathlib import Path

import pytest

from attain.process import PortIsTaken, bind
from attain.webhooks import SourceHasNoSecret, let_crm_deliver, secret_in, secret_of

HOST = "127.0.0.1"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def test_a_port_that_is_taken_is_named() -> None:
    with bind(HOST, 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortIsTaken, match=f"port {port} cannot be used .*make run PORT="):
            bind(HOST, port)


def test_the_secret_is_made_once_and_its_owners_only(tmp_path: Path) -> None:
    made = secret_in(tmp_path / "var")

    assert secret_in(tmp_path / "var") == made
    assert (tmp_path / "var" / "webhook.secret").stat().st_mode & OTHERS == 0
    assert secret_in(tmp_path / "another") != made


def test_the_development_crm_may_deliver_unless_secrets_are_set(tmp_path: Path) -> None:
    fresh: dict[str, str] = {}
    let_crm_deliver(tmp_path, fresh)
    assert secret_of("crm", fresh) == secret_in(tmp_path)

    chosen = {"ATTAIN_WEBHOOK_SECRETS": json.dumps({"hubspot": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]})}
    let_crm_deliver(tmp_path, chosen)
    assert secret_of("hubspot", chosen) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    with pytest.raises(SourceHasNoSecret, match="DEMO=0"):
        secret_of("crm", chosen)
