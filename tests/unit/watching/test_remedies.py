"""Whatever WeCom refuses is told in words, and whatever stops sending has steps to take."""

import pytest

from bot.notices.remedies import OTHER, REMEDIES, code_of, remedy_of, words_of
from bot.wecom.errors import KIND_OF, ConfigFault, Kind, Permanent, Temporary, Unknown
from tests.unit.notices.delivery_examples import notices

TEXT_BYTES = 2048  # WeCom document 90236


@pytest.mark.parametrize("errcode", sorted(code for code, kind in KIND_OF.items() if kind is Kind.TELL_STAFF))
def test_every_refusal_that_staff_can_mend_has_its_steps(errcode: int) -> None:
    remedy = REMEDIES[errcode]
    assert remedy.what
    assert len(remedy.steps) >= 2


def test_a_limit_that_lasts_has_steps_and_a_code_nobody_knows_has_the_general_ones() -> None:
    assert "上限" in REMEDIES[45009].what
    assert any("python -m bot check" in step for step in remedy_of(12345).steps)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (str(ConfigFault("message/send", 60020)), "服务器的出口 IP 不在“企业可信 IP”里"),
        (str(Temporary("kf/send_msg", -1)), "企业微信系统繁忙"),
        (str(Temporary("kf/send_msg")), "连不上企业微信"),
        (str(Permanent("message/send", 81013)), "成员不存在、已离职或不在可见范围"),
        (str(Unknown("message/send", 12345)), "平台不收（错误码 12345）"),
        ("msg_send_fail 10", "对方拒收"),
        ("msg_send_fail 77", "发出后平台说没有送到"),
        ("the 48 hours are over", "对方超过 48 小时没有来信"),
        ("平台暂时不让发送", "平台暂时不让发送"),
        ("something of ours", OTHER),
        ("", OTHER),
    ],
)
def test_a_reason_in_a_row_is_told_in_words(reason: str, words: str) -> None:
    assert words_of(reason) == words


def test_the_code_is_read_from_the_end_of_a_reason_only() -> None:
    assert code_of("kf/send_msg: 60020") == 60020
    assert code_of("kf/send_msg: -1") == -1
    assert code_of("60020 people") is None


@pytest.mark.parametrize(
    "notice", list(notices("锦河区钱桥街道牡丹园社区人大代表联络站", "欧阳静娴代表", "320206-2026-000123"))
)
def test_a_notice_about_delivery_is_one_message(notice: object) -> None:
    assert len(notice.render().text.encode()) <= TEXT_BYTES  # type: ignore[attr-defined]
