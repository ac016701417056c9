"""What is set for performance beside its surroundings: the secrets of those who deliver."""

import os
import re
from collections.abc import Mapping

import msgspec
from standardwebhooks.webhooks import Webhook

from events.domain import Value

SECRETS_VARIABLE = "ATTAIN_WEBHOOK_SECRETS"

_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,18}")


class SettingIsWrong(Exception):
    """A setting cannot be used; the message names it and never holds a secret."""


class Settings(Value, tag=False):
    """The secrets of each source, the newest first; a source may have several, so that they can be changed."""

    webhook_secrets: Mapping[str, tuple[str, ...]]


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Return what the environment sets: `ATTAIN_WEBHOOK_SECRETS={"crm": ["whsec_…"]}`. Nobody delivers unless set."""
    said = os.environ if environment is None else environment
    try:
        secrets = msgspec.json.decode(said.get(SECRETS_VARIABLE, "{}"), type=dict[str, tuple[str, ...]])
    except msgspec.MsgspecError as error:
        message = f"{SECRETS_VARIABLE} is a JSON object of lists of secrets"
        raise SettingIsWrong(message) from error
    for source, listed in secrets.items():
        check(source, listed)
    return Settings(webhook_secrets=secrets)


def check(source: str, secrets: tuple[str, ...]) -> None:
    """Insist on a source that may begin a deal's id, and on secrets that sign."""
    if not _SOURCE.fullmatch(source):
        message = f"{SECRETS_VARIABLE}: a source has 1 to 19 small letters, digits, _ and -: {source!r}"
        raise SettingIsWrong(message)
    try:
        for secret in secrets:
            Webhook(secret)
    except (ValueError, RuntimeError) as error:
        message = f"{SECRETS_VARIABLE}: a secret of {source!r} is not whsec_ and base64"
        raise SettingIsWrong(message) from error
