"""What people wrote is kept under a key of its own for each case, and that key under the data key.

The length of a key says its cipher: 32 bytes are AES-256-GCM, 16 bytes SM4-GCM (GB/T 32907; RFC 8998), so each
value is read with what it was sealed with. Destroying a content key erases everything sealed with it (domain E9);
nothing else needs to be found and overwritten.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES_BYTES, SM4_BYTES = 32, 16
_NONCE, _TAG = 12, 16


class Unreadable(Exception):
    """The ciphertext does not belong to this key, or was changed."""


class Sm4Gcm:
    """SM4 in Galois/counter mode, with the manners of `AESGCM`."""

    def __init__(self, raw: bytes) -> None:
        self._cipher = algorithms.SM4(raw)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """The ciphertext with its tag."""
        encryptor = Cipher(self._cipher, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """The content; raise `InvalidTag` for another key's or a changed ciphertext, ValueError for a stump."""
        decryptor = Cipher(self._cipher, modes.GCM(nonce, data[-_TAG:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-_TAG]) + decryptor.finalize()


def _cipher(raw: bytes) -> AESGCM | Sm4Gcm:
    if len(raw) == SM4_BYTES:
        return Sm4Gcm(raw)
    if len(raw) == AES_BYTES:
        return AESGCM(raw)
    raise ValueError(f"a key of {len(raw)} bytes: {AES_BYTES} or {SM4_BYTES}")


class ContentKey:
    """The key of one case or one person."""

    def __init__(self, raw: bytes) -> None:
        self._cipher = _cipher(raw)

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
    """The data key: makes and unwraps content keys, and seals what belongs to no case.

    While a key is being replaced `others` open as well; only the first seals. `marking` outlives every key, or what
    was marked under the one before would not be known again; without it, it is made of the data key.
    """

    def __init__(self, raw: bytes, *others: bytes, marking: bytes | None = None) -> None:
        super().__init__(raw)
        self._length = len(raw)
        self._others = tuple(ContentKey(one) for one in others)
        self.fingerprint = fingerprint_of(raw)
        self.fingerprints = (self.fingerprint, *map(fingerprint_of, others))
        self.marking = marking or marking_of(raw)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt with whichever key fits; raise `Unreadable` where none does."""
        try:
            return super().open(sealed)
        except Unreadable:
            if not self._others:
                raise
        return self._open_by_another(sealed)

    def _open_by_another(self, sealed: bytes) -> bytes:
        for key in self._others:
            try:
                return key.open(sealed)
            except Unreadable:
                continue
        raise Unreadable

    def reseal(self, sealed: bytes) -> bytes | None:
        """The same under the first key; None where it is already. Raises `Unreadable` where no key fits."""
        try:
            super().open(sealed)
        except Unreadable:
            return self.seal(self._open_by_another(sealed))
        return None

    def mark(self, text: str) -> str:
        """The same for the same text, and without the data key it says nothing about the text: 64 hex digits."""
        return hmac.new(self.marking, text.encode(), hashlib.sha256).hexdigest()

    def print_of(self, wrapped: bytes) -> str:
        """Which content key this is, however it is wrapped; says nothing about the key: 32 hex digits."""
        return hashlib.sha256(b"lianxin key" + self.open(wrapped)).hexdigest()[:32]

    def make_key(self) -> tuple[ContentKey, bytes]:
        """A fresh content key, of the data key's cipher, and its wrapped form."""
        raw = os.urandom(self._length)
        return ContentKey(raw), self.seal(raw)

    def unwrap(self, wrapped: bytes) -> ContentKey:
        """The content key behind its wrapped form."""
        return ContentKey(self.open(wrapped))


def fingerprint_of(raw: bytes) -> str:
    """Which data key this is; says nothing about the key: 16 hex digits."""
    return hashlib.sha256(b"lianxin data key" + raw).hexdigest()[:16]


def marking_of(raw: bytes) -> bytes:
    """What a data key marks with, as long as it is the first of its database."""
    return hashlib.sha256(b"lianxin mark" + raw).digest()
