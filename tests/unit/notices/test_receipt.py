"""What the receipt asks, and how it can be answered."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.notices.receipt import Option, Receipt
from bot.notices.words import Owner

OWNER = Owner("锦河区人大代表之家", "韩强宁")
AT = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
TWO = (Option("R1", "余平代表（松塘社区）"), Option("R2", "余平代表（金湾社区）"))


def asking(ask: str, options: tuple[Option, ...]) -> Receipt:
    return Receipt(1, "JH-2026-000004", OWNER, "", AT, ZoneInfo("Asia/Shanghai"), ask=ask, options=options)


@pytest.mark.parametrize("ask", ["which_representative", "which_station"])
def test_whoever_is_asked_to_tap_has_something_to_tap(ask: str) -> None:
    shown = asking(ask, TWO).render()
    assert "点一下就行" in shown.head
    assert [item.label for item in shown.items] == [one.label for one in TWO]


@pytest.mark.parametrize("ask", ["which_representative", "which_station"])
def test_where_too_many_fit_the_answer_is_asked_for_in_words(ask: str) -> None:
    shown = asking(ask, ()).render()
    assert "点一下" not in shown.head
    assert "写" in shown.head
    assert [item.label for item in shown.items] == ["不是这里", "换一位代表"]
