"""The log of one 微信客服 account, kept three days and read by opaque cursors (document 94670)."""

import base64
import hashlib
import secrets
import struct
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.simulator import codes
from bot.simulator.codes import ApiError

RETENTION = timedelta(days=3)


class KfLog:
    """Append-only; positions count from the account's first message and survive the forgetting."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)
        self._records: list[tuple[datetime, Mapping[str, Any]]] = []
        self._first = 0  # position of self._records[self._skipped]
        self._skipped = 0

    def append(self, record: Mapping[str, Any], at: datetime) -> None:
        self._records.append((at, record))

    def read(self, cursor: str, limit: int, now: datetime) -> tuple[list[Mapping[str, Any]], str, bool]:
        """Up to `limit` records after `cursor` (empty: the oldest kept), the next cursor, is there more."""
        self._forget(now)
        position = max(self._position(cursor) if cursor else 0, self._first)
        start = self._skipped + position - self._first
        page = [record for _, record in self._records[start : start + limit]]
        return page, self.cursor_at(position + len(page)), start + len(page) < len(self._records)

    def cursor_at(self, position: int) -> str:
        """28 characters that only this account understands."""
        packed = struct.pack(">Q", position)
        return base64.urlsafe_b64encode(packed + self._proof(packed)).decode().rstrip("=")

    def _position(self, cursor: str) -> int:
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError:
            raw = b""
        packed, proof = raw[:8], raw[8:]
        if len(packed) != 8 or proof != self._proof(packed):
            raise ApiError(codes.BAD_CURSOR, "invalid cursor", violation="bad_cursor")
        position: int = struct.unpack(">Q", packed)[0]
        return position

    def _proof(self, packed: bytes) -> bytes:
        return hashlib.blake2b(packed, key=self._key, digest_size=12).digest()

    def _forget(self, now: datetime) -> None:
        while self._skipped < len(self._records) and now - self._records[self._skipped][0] >= RETENTION:
            self._skipped += 1
            self._first += 1
        if self._skipped > 1000 and self._skipped * 2 > len(self._records):
            del self._records[: self._skipped]
            self._skipped = 0
