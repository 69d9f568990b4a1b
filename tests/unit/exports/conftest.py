"""The databases of the integration tests, and rows to write."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.services.exports.duty import DutyRow
from tests.integration.conftest import database_urls, postgresql_server

__all__ = ["database_urls", "postgresql_server"]
SHANGHAI = ZoneInfo("Asia/Shanghai")
Rows = Callable[..., AsyncIterator[DutyRow]]


def make_row(entry: int = 1, **facts: Any) -> DutyRow:
    at = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)
    usual: dict[str, Any] = {
        "representative": "R1",
        "representative_name": "张伟",
        "station": "QQ1",
        "station_name": "钱桥联络站",
        "kind": "reception",
        "occurred_at": at,
        "case": f"JH-2026-{entry:06d}",
        "summary": "在线接待：答复群众反映的事",
        "delivered": True,
        "delivered_at": at,
        "closed_at": None,
    }
    return DutyRow(entry=entry, **{**usual, **facts})


@pytest.fixture
def rows() -> Rows:
    """A stream of the rows that are given."""

    async def stream(*given: DutyRow) -> AsyncIterator[DutyRow]:
        for row in given:
            yield row

    return stream
