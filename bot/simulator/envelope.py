"""WeCom's callback envelope: signature, AES and XML (documents 90930 and 90968), written from the rules.

It shares no code with the bot's side on purpose: two independent hands must agree on every byte.
"""

import base64
import hashlib
import re
import secrets
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import xmltodict
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAD_BLOCK = 32
RANDOM_BYTES = 16
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class BadEnvelopeError(Exception):
    """The other side's envelope does not verify or does not decrypt."""


def sign(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """SHA-1 over the four values, sorted and joined without a separator."""
    joined = "".join(sorted([token, timestamp, nonce, encrypted]))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


class Envelope:
    """Seals and opens messages for one (token, EncodingAESKey, receive id)."""

    def __init__(self, *, token: str, aes_key: str, receive_id: str) -> None:
        self._token = token
        self._key = base64.b64decode(aes_key + "=")
        self._receive_id = receive_id.encode()
        if len(self._key) != 32:
            raise ValueError("EncodingAESKey must be 43 characters that decode to 32 bytes")

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        return sign(self._token, timestamp, nonce, encrypted)

    def encrypt(self, message: str, *, random16: bytes | None = None) -> str:
        """Base64 of AES-256-CBC over random16 + length + message + receive id, padded to 32."""
        body = message.encode()
        plain = (random16 or secrets.token_bytes(RANDOM_BYTES)) + struct.pack(">I", len(body))
        plain += body + self._receive_id
        pad = PAD_BLOCK - len(plain) % PAD_BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted: str) -> str:
        """The message inside; BadEnvelopeError for anything that is not exactly right."""
        try:
            decryptor = self._cipher().decryptor()
            plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
            pad = plain[-1]
            if not 1 <= pad <= PAD_BLOCK or plain[-pad:] != bytes([pad]) * pad:
                raise BadEnvelopeError("padding")
            content = plain[RANDOM_BYTES:-pad]
            (length,) = struct.unpack(">I", content[:4])
            message, receive_id = content[4 : 4 + length], content[4 + length :]
            if len(message) != length or receive_id != self._receive_id:
                raise BadEnvelopeError("length or receive id")
            return message.decode()
        except (ValueError, IndexError, struct.error) as error:
            raise BadEnvelopeError(str(error)) from error

    def seal(self, message: str, *, timestamp: int) -> tuple[str, dict[str, str]]:
        """Encrypt with a fresh nonce: the ciphertext and the query that signs it."""
        encrypted, nonce = self.encrypt(message), secrets.token_hex(8)
        signature = self.sign(str(timestamp), nonce, encrypted)
        return encrypted, {"msg_signature": signature, "timestamp": str(timestamp), "nonce": nonce}

    def open_reply(self, body: str) -> str:
        """The XML inside a passive reply (document 90930)."""
        try:
            root = xmltodict.parse(body)["xml"]
            encrypted, signature = root["Encrypt"], root["MsgSignature"]
            timestamp, nonce = root["TimeStamp"], root["Nonce"]
        except Exception as error:  # whatever the bot sent, it is "not a reply" to us
            raise BadEnvelopeError("not a passive reply") from error
        if self.sign(timestamp, nonce, encrypted) != signature:
            raise BadEnvelopeError("signature")
        return self.decrypt(encrypted)

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))


def render_xml(fields: Mapping[str, Any]) -> str:
    """`<xml>` with text as CDATA, numbers bare, dictionaries nested and lists repeated."""
    return f"<xml>{_elements(fields)}</xml>"


def _elements(fields: Mapping[str, Any]) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{_elements(value)}</{name}>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, str):
        safe = NOT_XML.sub("", value).replace("]]>", "]]]]><![CDATA[>")
        return f"<{name}><![CDATA[{safe}]]></{name}>"
    return f"<{name}>{value}</{name}>"
