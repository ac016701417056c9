"""The development issuer: signs tokens with a key of its own, so that nothing has to be set up to try things out."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import mkstemp
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from edge.auth import AUDIENCE, Role, Verifier
from edge.clock import Clock, utc_now
from events.running import is_production

ISSUER = "attain-development"
TOKEN_LIFE = timedelta(hours=12)


class IssuerIsForDevelopment(Exception):
    """The development issuer was started where real people's pay is."""


class DevelopmentIssuer:
    """Signs tokens (ES256). Its key is made on first use and kept in a folder, readable by its owner only.

    Raises `IssuerIsForDevelopment` when ATTAIN_MODE is production.
    """

    def __init__(self, folder: Path, clock: Clock = utc_now) -> None:
        refuse_in_production(os.environ)
        self._clock = clock
        self._key = key_in(folder)

    def token(self, person_id: str, roles: Iterable[Role], ttl: timedelta = TOKEN_LIFE) -> str:
        """Return a token that speaks for a person, with these roles, for so long."""
        now = self._clock()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": person_id,
            "roles": sorted(roles),
            "iat": now,
            "exp": now + ttl,
        }
        return jwt.encode(claims, self._key, algorithm="ES256")

    def verifier(self) -> Verifier:
        """Return a verifier of this issuer's tokens."""
        public = self._key.public_key()

        async def key_of(_token: str) -> Any:
            return public

        return Verifier(key_of=key_of, issuer=ISSUER)


def refuse_in_production(environment: Mapping[str, str]) -> None:
    """Raise `IssuerIsForDevelopment` when ATTAIN_MODE is production."""
    if is_production(environment):
        message = "the development issuer does not start when ATTAIN_MODE=production: set ATTAIN_JWKS_URL"
        raise IssuerIsForDevelopment(message)


def key_in(folder: Path) -> ec.EllipticCurvePrivateKey:
    """Return the folder's key; make one if there is none. Of several processes that make one, one wins."""
    path = folder / "issuer.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_once(path, new_key())
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        message = f"{path} does not hold an elliptic-curve key"
        raise TypeError(message)
    return key


def new_key() -> bytes:
    """Return a new P-256 key as PEM."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write_once(path: Path, content: bytes) -> None:
    """Write a file whole, with mode 600, unless it is there already."""
    descriptor, draft = mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
