"""Opening and sealing callbacks (documents 90930, 90968).

wechatpy gives the cipher and the sealing. Opening is ours: wechatpy checks neither the padding nor the length,
compares signatures in variable time and lets six kinds of exception out.
"""

import base64
import hashlib
import hmac
import secrets
import struct
from collections.abc import Mapping

import orjson
from wechatpy.crypto.base import WeChatCipher
from wechatpy.enterprise.crypto import PrpCrypto

from bot.wecom.xml import UNREADABLE, Declares, parse_xml, refuse_declarations

LARGEST_BODY = 256 * 1024
DECLARES = "the XML declares a DTD or an entity"
BROKEN = "the ciphertext is broken"
_CIPHER_BLOCK = 16
_BLOCK = 32  # PKCS#7 pads to 32 bytes here, not to the cipher's 16
_RANDOM = 16
_HEAD = _RANDOM + 4
_KEY_LENGTH = 43


class Refused(Exception):
    """A callback that is not to be believed: `status` is the HTTP answer, `reason` a fixed sentence."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason


class _Sealer(PrpCrypto):  # type: ignore[misc]  # wechatpy has no types
    """wechatpy's sealing with random bytes that cannot be guessed: they stand in for the fixed IV."""

    def get_random_string(self) -> bytes:
        return secrets.token_bytes(_RANDOM)


class CallbackCrypto:
    """Opens what WeCom posts to one callback address and seals what we answer."""

    def __init__(self, token: str, aes_key: str, receive_id: str) -> None:
        """ValueError where the EncodingAESKey is not 43 letters and digits."""
        if len(aes_key) != _KEY_LENGTH or not (aes_key.isascii() and aes_key.isalnum()):
            raise ValueError("the EncodingAESKey must be exactly 43 letters and digits")
        key = base64.b64decode(aes_key + "=")
        self._token = token
        self._receive_id = receive_id.encode()
        self._decryptor = WeChatCipher(key).cipher.decryptor()
        self._sealer = _Sealer(key)

    def open_echo(self, query: Mapping[str, str]) -> str:
        """The text to answer a URL verification with; raises Refused."""
        sealed = _parameter(query, "echostr")
        self._check_signature(_signed(query), sealed)
        return _utf8(self._decrypt(sealed))

    def open_body(self, query: Mapping[str, str], body: bytes) -> bytes:
        """The decrypted message of a POST whose envelope is XML or JSON; raises Refused and nothing else."""
        if len(body) > LARGEST_BODY:
            raise Refused(413, "the body is larger than 256 KiB")
        signed = _signed(query)
        sealed = _sealed_part(_utf8(body))
        self._check_signature(signed, sealed)
        message = self._decrypt(sealed)
        try:
            refuse_declarations(_utf8(message))
        except Declares as error:
            raise Refused(400, DECLARES) from error
        return message

    def make_echo_question(self, *, timestamp: int = 0) -> tuple[dict[str, str], str]:
        """The query of a URL verification as WeCom makes it, and the right answer: for `check` to ask ourselves."""
        answer, nonce = secrets.token_hex(8), secrets.token_hex(8)
        sealed = self._seal(answer)
        query = {"timestamp": str(timestamp), "nonce": nonce, "echostr": sealed}
        return query | {"msg_signature": self._sign(str(timestamp), nonce, sealed)}, answer

    def seal(self, plaintext: str, *, timestamp: int, nonce: str) -> str:
        """The envelope of a passive reply."""
        sealed = self._seal(plaintext)
        signature = self._sign(str(timestamp), nonce, sealed)
        return (
            f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )

    def _seal(self, plaintext: str) -> str:
        return str(self._sealer.encrypt(plaintext, self._receive_id), "ascii")

    def _sign(self, timestamp: str, nonce: str, sealed: str) -> str:
        parts = sorted((self._token, timestamp, nonce, sealed))
        return hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324  document 90968 wants it so

    def _check_signature(self, signed: tuple[str, str, str], sealed: str) -> None:
        given, timestamp, nonce = signed
        try:
            expected = self._sign(timestamp, nonce, sealed)
            genuine = hmac.compare_digest(expected.encode(), given.encode())
        except UnicodeEncodeError:  # half a surrogate pair out of a percent-encoded query
            genuine = False
        if not genuine:
            raise Refused(403, "the signature is forged")

    def _decrypt(self, sealed: str) -> bytes:
        try:
            sealed_bytes = base64.b64decode(sealed, validate=True)
        except ValueError as error:
            raise Refused(400, BROKEN) from error
        if len(sealed_bytes) % _CIPHER_BLOCK:
            raise Refused(400, BROKEN)
        # One decryptor for all, for a fresh one costs more than its work: what it remembers, the last block of the
        # message before, changes nothing but the first block of this one, 16 random bytes that nobody reads.
        plain = self._decryptor.update(sealed_bytes)
        content = _without_padding(plain)
        if len(content) < _HEAD:
            raise Refused(400, BROKEN)
        (length,) = struct.unpack(">I", content[_RANDOM:_HEAD])
        if length > len(content) - _HEAD:
            raise Refused(400, BROKEN)
        if content[_HEAD + length :] != self._receive_id:
            raise Refused(403, "the receive id is not ours")
        return content[_HEAD : _HEAD + length]


def _signed(query: Mapping[str, str]) -> tuple[str, str, str]:
    return _parameter(query, "msg_signature"), _parameter(query, "timestamp"), _parameter(query, "nonce")


def _parameter(query: Mapping[str, str], name: str) -> str:
    value = query.get(name, "")
    if not value:
        raise Refused(400, "a query parameter is missing")
    return value


def _utf8(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(400, "the bytes are not UTF-8") from error


def _without_padding(plain: bytes) -> bytes:
    count = plain[-1] if plain else 0
    if not 1 <= count <= _BLOCK or plain[-count:] != bytes([count]) * count:
        raise Refused(400, BROKEN)
    return plain[:-count]


def _sealed_part(envelope: str) -> str:
    if envelope.lstrip("\ufeff \t\r\n").startswith("{"):
        return _sealed_in_json(envelope.lstrip("\ufeff"))
    return _sealed_in_xml(envelope)


def _sealed_in_json(envelope: str) -> str:
    try:
        fields = orjson.loads(envelope)
    except ValueError as error:
        raise Refused(400, "the body is neither XML nor JSON") from error
    return _non_empty(fields.get("encrypt") if isinstance(fields, dict) else None)


def _sealed_in_xml(envelope: str) -> str:
    try:
        root = parse_xml(envelope)
    except Declares as error:
        raise Refused(400, DECLARES) from error
    except UNREADABLE as error:
        raise Refused(400, "the body is neither XML nor JSON") from error
    return _non_empty(root.get("Encrypt"))


def _non_empty(sealed: object) -> str:
    if not isinstance(sealed, str) or not sealed:
        raise Refused(400, "the envelope has no encrypted part")
    return sealed
