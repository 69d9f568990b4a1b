"""Small turns of phrase."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notices.words import Owner, age, kind_name, moment, shorten, split_bytes

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
CHINESE = st.text(st.sampled_from("路灯坏了。！？；，\n a😀é\u200d👨"), max_size=400)


@given(st.one_of(st.text(), CHINESE), st.integers(4, 200))
def test_parts_give_the_text_again_and_each_is_within_the_limit(text: str, limit: int) -> None:
    parts = split_bytes(text, limit)
    assert "".join(parts) == text
    assert all(len(part.encode()) <= limit for part in parts)
    assert all(parts[:-1])


@given(CHINESE)
def test_no_character_is_cut(text: str) -> None:
    assert all("\ufffd" not in part for part in split_bytes(text, 10))


def test_it_is_cut_after_a_sentence_where_there_is_one() -> None:
    assert split_bytes("路灯坏了。老人摔了一跤", 20) == ["路灯坏了。", "老人摔了一跤"]


def test_a_text_that_fits_stays_whole() -> None:
    assert split_bytes("路灯坏了", 12) == ["路灯坏了"]
    assert split_bytes("", 12) == [""]


@given(st.text(), st.integers(1, 50))
def test_what_is_shortened_is_short_and_on_one_line(text: str, most: int) -> None:
    short = shorten(text, most)
    assert len(short) <= most
    assert "\n" not in short
    assert short == " ".join(text.split()) or short.endswith("…")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ({"seconds": 59}, "刚刚"),
        ({"minutes": 1}, "1 分钟前"),
        ({"minutes": 59}, "59 分钟前"),
        ({"hours": 1}, "1 小时前"),
        ({"hours": 23, "minutes": 59}, "23 小时前"),
        ({"days": 1}, "1 天前"),
        ({"days": 400}, "400 天前"),
        ({"seconds": -5}, "刚刚"),
        ({"days": -1}, "刚刚"),
    ],
)
def test_how_long_ago(span: dict[str, float], words: str) -> None:
    assert age(NOW - timedelta(**span), NOW) == words


def test_a_moment_is_local() -> None:
    assert moment(NOW, ZoneInfo("Asia/Shanghai")) == "11月20日 09:30"
    assert moment(datetime(2026, 11, 20, 16, 5, tzinfo=UTC), ZoneInfo("Asia/Shanghai")) == "11月21日 00:05"


@pytest.mark.parametrize(
    ("owner", "name", "voice"),
    [
        (Owner("钱桥联络站", "张伟"), "钱桥联络站张伟代表", "张伟代表"),
        (Owner("", "张伟"), "张伟代表", "张伟代表"),
        (Owner("钱桥联络站"), "钱桥联络站工作人员", "钱桥联络站"),
        (Owner(), "代表联络服务中心", "代表联络服务中心"),
    ],
)
def test_an_owner_has_a_name_and_a_voice(owner: Owner, name: str, voice: str) -> None:
    assert (owner.name, owner.voice) == (name, voice)


def test_a_kind_we_do_not_know_has_a_name_all_the_same() -> None:
    assert kind_name("hologram") == "消息"
