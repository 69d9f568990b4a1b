"""Every code of the protocol notes ends as retry, wait, drop or tell-staff, by type."""

import pytest

from bot.wecom.errors import (
    KIND_OF,
    ConfigFault,
    MediaExpired,
    Permanent,
    Temporary,
    Unknown,
    Unreachable,
    Waiting,
    WeComError,
    classify,
)

TABLE: dict[type[WeComError], str] = {
    Temporary: "-1 6000 45009 45033 41063 41094 41096 95007 846609",
    Waiting: "95001 95002 95013 95018 95031",
    MediaExpired: "40007",
    Unreachable: "40003 60111 46004 81013 50002 60011 60021 40096 84061",
    Permanent: """40008 40035 40058 40063 40033 44004 40029 40031 40032 40036 40037 42014 40066 60003 60123 40068
        81011 40093 42012 41050 41051 41048 41093 44001 45001 45002 45007 45008 45029 60140 82001 82002 82003
        84014 84015 830002 92006 92007 92008 846608 95005 95006 95026 95027 95008 95009 95014 95016 95019 95022
        95030""",
    ConfigFault: """40001 40013 40014 42001 41001 40056 41011 41054 43004 43009 43012 48002 50001 50003 60020 60030
        301002 301007 301042 701008 701099 701071 93000 93004 93008 95000 95004 95003 95011 95012 95015 95017
        95023 95032""",
}
ROWS = [(int(code), kind) for kind, codes in TABLE.items() for code in codes.split()]


@pytest.mark.parametrize(("errcode", "kind"), ROWS)
def test_code_says_what_to_do_next(errcode, kind):
    assert type(classify("message/send", errcode)) is kind


def test_no_code_is_left_out_or_decided_twice():
    assert sorted(KIND_OF) == sorted(code for code, _ in ROWS)


def test_unknown_code_is_dropped_and_recognisable():
    error = classify("kf/send_msg", 999_999, "news to us")
    assert type(error) is Unknown
    assert isinstance(error, Permanent)


def test_rate_limit_says_how_long_to_stay_away():
    error = classify("user/get", 45009)
    assert isinstance(error, Temporary)
    assert error.retry_after_seconds == 60
    assert not error.ambiguous


def test_text_of_an_error_hides_what_wecom_said():
    error = classify("gettoken", 60020, "not allow, from ip: 203.0.113.9")
    assert str(error) == "gettoken: 60020"
    assert "203.0.113.9" not in repr(error)
    assert (error.api, error.errcode, error.errmsg) == ("gettoken", 60020, "not allow, from ip: 203.0.113.9")


def test_text_of_an_error_without_a_code():
    assert str(Temporary("kf/sync_msg", ambiguous=True)) == "kf/sync_msg: no usable answer"
