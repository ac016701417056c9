"""Boxes: AES-256-GCM under a key, bound to what they belong to, so that one cannot be passed off as another's."""

import hmac
import os
from collections.abc import Callable
from typing import TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Random: TypeAlias = Callable[[int], bytes]
"""Returns that many random bytes."""

KEY_BYTES = 32
NONCE_BYTES = 12


class BoxIsDamaged(Exception):
    """A box was changed, belongs to something else, or was sealed under another key."""


class Key:
    """One secret and what follows from it: a key to seal with, a key to compare with."""

    def __init__(self, secret: bytes, random: Random = os.urandom) -> None:
        if len(secret) != KEY_BYTES:
            message = f"a key has {KEY_BYTES} bytes, not {len(secret)}"
            raise ValueError(message)
        self._sealing = AESGCM(hmac.digest(secret, b"seal", "sha256"))
        self._comparing = hmac.digest(secret, b"compare", "sha256")
        self._random = random

    def seal(self, content: bytes, owner: str) -> bytes:
        """Return the box of a content: its nonce, then the ciphertext with its tag."""
        nonce = self._random(NONCE_BYTES)
        return nonce + self._sealing.encrypt(nonce, content, owner.encode())

    def open(self, box: bytes, owner: str) -> bytes:
        """Return what is in a box. Raises `BoxIsDamaged`."""
        try:
            return self._sealing.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], owner.encode())
        except (InvalidTag, ValueError) as error:
            message = f"a box of {owner}"
            raise BoxIsDamaged(message) from error

    def mac(self, content: bytes) -> bytes:
        """Return what is equal for equal contents, and says nothing of them to who has not the key."""
        return hmac.digest(self._comparing, content, "sha256")
