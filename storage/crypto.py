"""What people wrote is kept under a key of its own for each case, and that key under the data key.

AES-256-GCM throughout. Destroying a content key erases everything sealed with it (domain E9); nothing else
needs to be found and overwritten.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Unreadable(Exception):
    """The ciphertext does not belong to this key, or was changed."""


class ContentKey:
    """The key of one case or one person."""

    def __init__(self, raw: bytes) -> None:
        self._cipher = AESGCM(raw)

    def seal(self, content: bytes) -> bytes:
        """Encrypt; the nonce is part of the result."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, None)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt; raise `Unreadable` for another key's or a damaged ciphertext."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except (InvalidTag, ValueError):
            raise Unreadable from None

    def seal_text(self, text: str) -> bytes:
        """Encrypt a text."""
        return self.seal(text.encode())

    def open_text(self, sealed: bytes | None) -> str:
        """Decrypt a text; nothing sealed is the empty text."""
        return self.open(sealed).decode() if sealed else ""


class Vault(ContentKey):
    """The data key: makes and unwraps content keys, and seals what belongs to no case."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw)
        self._marking = hashlib.sha256(b"lianxin mark" + raw).digest()

    def mark(self, text: str) -> str:
        """The same for the same text, and without the data key it says nothing about the text: 64 hex digits."""
        return hmac.new(self._marking, text.encode(), hashlib.sha256).hexdigest()

    def print_of(self, wrapped: bytes) -> str:
        """Which content key this is, however it is wrapped; says nothing about the key: 32 hex digits."""
        return hashlib.sha256(b"lianxin key" + self.open(wrapped)).hexdigest()[:32]

    def make_key(self) -> tuple[ContentKey, bytes]:
        """A fresh content key and its wrapped form."""
        raw = AESGCM.generate_key(bit_length=256)
        return ContentKey(raw), self.seal(raw)

    def unwrap(self, wrapped: bytes) -> ContentKey:
        """The content key behind its wrapped form."""
        return ContentKey(self.open(wrapped))
