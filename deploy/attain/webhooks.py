"""The secret with which the development CRM signs: set in the environment, else made on first use like other keys."""

import base64
import json
import os
import secrets
from collections.abc import MutableMapping
from pathlib import Path

from edge.issuer import write_once
from performance.settings import SECRETS_VARIABLE, from_environment

SECRET_BYTES = 32
DEVELOPMENT_SOURCE = "crm"


class SourceHasNoSecret(Exception):
    """Secrets are set, but none of the source that is to deliver."""


def let_crm_deliver(folder: Path, environment: MutableMapping[str, str] = os.environ) -> None:
    """Give the development CRM a secret of its own, kept in the folder, unless the environment sets secrets."""
    environment.setdefault(SECRETS_VARIABLE, json.dumps({DEVELOPMENT_SOURCE: [secret_in(folder)]}))


def secret_of(source: str, environment: MutableMapping[str, str] = os.environ) -> str:
    """Return the newest secret of a source. Raises `SourceHasNoSecret`."""
    known = from_environment(environment).webhook_secrets.get(source)
    if not known:
        message = (
            f"{SECRETS_VARIABLE} has no secret of {source}, as which the demonstration delivers: set one, or DEMO=0"
        )
        raise SourceHasNoSecret(message)
    return known[0]


def secret_in(folder: Path) -> str:
    """Return the folder's secret, readable by its owner only; make one if there is none."""
    path = folder / "webhook.secret"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_once(path, b"whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)))
    return path.read_text().strip()
