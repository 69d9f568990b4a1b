"""What representatives write when they tell what they have done, in as many ways as they do."""

from datetime import date

import pytest

from bot.services.duty import numbers, parsing
from bot.services.duty.parsing import Told
from config.duty_kinds import GROUPS, HIDDEN, KINDS, RESTRICTED, standing

TODAY = date(2026, 12, 10)  # a Thursday


def told(text: str) -> Told:
    return parsing.parse(text, TODAY, KINDS)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("今天走访3户", date(2026, 12, 10)),
        ("今日走访3户", date(2026, 12, 10)),
        ("今早走访3户", date(2026, 12, 10)),
        ("今天上午走访3户", date(2026, 12, 10)),
        ("刚才走访了3户", date(2026, 12, 10)),
        ("昨天走访3户", date(2026, 12, 9)),
        ("昨日下午走访3户", date(2026, 12, 9)),
        ("昨晚入户3家", date(2026, 12, 9)),
        ("前天走访3户", date(2026, 12, 8)),
        ("大前天走访3户", date(2026, 12, 7)),
        ("12月3日走访3户", date(2026, 12, 3)),
        ("12月3号走访3户", date(2026, 12, 3)),
        ("十二月三日走访3户", date(2026, 12, 3)),
        ("十一月二十八日走访3户", date(2026, 11, 28)),
        ("2026年12月3日走访3户", date(2026, 12, 3)),
        ("2026-12-03走访3户", date(2026, 12, 3)),
        ("2026/12/3 走访3户", date(2026, 12, 3)),
        ("2025年3月1日走访3户", date(2025, 3, 1)),
        ("12.3走访3户", date(2026, 12, 3)),
        ("12-3 走访3户", date(2026, 12, 3)),
        ("3日走访3户", date(2026, 12, 3)),
        ("3号走访3户", date(2026, 12, 3)),
        ("28日走访3户", date(2026, 11, 28)),
        ("周二走访3户", date(2026, 12, 8)),
        ("星期四走访3户", date(2026, 12, 10)),
        ("周五走访3户", date(2026, 12, 4)),
        ("本周二走访3户", date(2026, 12, 8)),
        ("上周五走访3户", date(2026, 12, 4)),
        ("上星期天走访3户", date(2026, 12, 6)),
        ("上个礼拜一走访3户", date(2026, 11, 30)),
        ("在3号楼走访2户", None),
        ("走访3户", None),
        ("2月30日走访3户", None),
        ("12月15日走访3户", None),
    ],
)
def test_the_day_is_found_and_is_never_one_to_come(text: str, day: date | None) -> None:
    assert told(text).on == day


@pytest.mark.parametrize("text", ["2月30日走访3户", "12月15日走访3户", "2026年13月1日走访"])
def test_a_day_that_there_is_not_is_asked_for_rather_than_taken_for_today(text: str) -> None:
    assert numbers.names_no_day(text, TODAY)
    assert not numbers.names_no_day("走访3户", TODAY)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("走访3户", "visit"),
        ("入户看望老人", "visit"),
        ("慰问困难家庭", "visit"),
        ("接待群众5人", "reception"),
        ("参加区人大常委会组织的执法检查", "enforcement_check"),
        ("列席区人大常委会会议", "observe_meeting"),
        ("视察重点工程", "inspection"),
        ("到西庄村调研农田水利", "research"),
        ("参加人代会", "attend_session"),
        ("提交建议2件", "proposal"),
        ("领衔议案1件", "bill"),
        ("参加代表培训", "training"),
        ("民法典宣讲", "outreach"),
        ("调解邻里纠纷", "mediation"),
        ("向选民述职", "duty_report"),
        ("直播间值班", "live_session"),
        ("捐款帮扶困难学生", "help"),
        ("暗访农贸市场", "covert_check"),
        ("参加听证会", "organ_activity"),
        ("参加专题询问", "deliberation"),
        ("评议派出所", "appraisal"),
        ("走访时顺便宣讲民法典", "visit"),
        ("做了一些事", ""),
    ],
)
def test_the_kind_is_known_by_the_word_that_comes_first(text: str, kind: str) -> None:
    assert told(text).kind == kind


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("走访3户", 3),
        ("走访三户", 3),
        ("走访两户", 2),
        ("走访十二户", 12),
        ("走访8户企业", 8),
        ("走访3户7人", 7),
        ("接待群众5人", 5),
        ("接待5人次", 5),
        ("接待选民两位", 2),
        ("宣讲，约50人参加", 50),
        ("宣讲，50多人参加", 50),
        ("慰问老人二十名", 20),
        ("和2名代表一起走访了8户", 8),
        ("参加人大会议", None),
        ("捐款5000元", None),
        ("提交建议2件", None),
        ("走访五六户", None),
        ("走访12.5户", None),
    ],
)
def test_people_are_counted_before_households_and_nothing_else_is(text: str, people: int | None) -> None:
    assert told(text).people == people


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("昨天下午在牡丹园走访5户居民", "牡丹园"),
        ("到西庄村调研农田水利", "西庄村"),
        ("走访牡丹园12户", "牡丹园"),
        ("前天去敬老院慰问老人20人", "敬老院"),
        ("在钱桥联络站接待选民两位", "钱桥联络站"),
        ("宣讲民法典，地点西庄村文化礼堂", "西庄村文化礼堂"),
        ("暗访农贸市场", "农贸市场"),
        ("走访困难群众3户", ""),
        ("走访三户", ""),
        ("调研教育问题", ""),
    ],
)
def test_the_place_is_what_stands_between_in_and_doing(text: str, place: str) -> None:
    assert told(text).place == place


@pytest.mark.parametrize(
    ("text", "matters"),
    [
        ("走访3户，反映路灯问题", ("路灯问题",)),
        ("走访3户，反映路灯不亮、停车难", ("路灯不亮", "停车难")),
        ("走访3户，希望修路。另反映噪音扰民", ("修路", "噪音扰民")),
        ("走访3户，没有反映什么", ()),
        ("走访3户，大家都很满意", ()),
    ],
)
def test_what_people_raised_is_told_apart(text: str, matters: tuple[str, ...]) -> None:
    assert tuple(one for one in told(text).matters if one != "什么") == matters


def test_named_fields_say_more_than_the_free_words() -> None:
    assert told("日期：12月1日 类别：走访 地点：牡丹园 人数：4 内容：了解物业情况") == Told(
        date(2026, 12, 1), "visit", "牡丹园", 4, "了解物业情况"
    )


@pytest.mark.parametrize("text", ["看望留守儿童3名", "走访时发现校园欺凌", "调查未成年人保护"])
def test_whoever_speaks_of_minors_speaks_in_the_restricted_lane(text: str) -> None:
    assert told(text).lane == RESTRICTED


BEFORE = Told(date(2026, 12, 9), "visit", "牡丹园", 3, "走访3户", ("路灯",))


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("人数5", "people", 5),
        ("人数改成5", "people", 5),
        ("人数：五人", "people", 5),
        ("5人", "people", 5),
        ("改成昨天", "on", date(2026, 12, 9)),
        ("前天", "on", date(2026, 12, 8)),
        ("日期 12月1日", "on", date(2026, 12, 1)),
        ("地点西庄村", "place", "西庄村"),
        ("地点应该是西庄村", "place", "西庄村"),
        ("类别 接待", "kind", "reception"),
        ("调研", "kind", "research"),
        ("内容 走访了解物业", "summary", "走访了解物业"),
    ],
)
def test_a_change_changes_what_it_names(text: str, field: str, value: object) -> None:
    changed = parsing.change(BEFORE, text, TODAY, KINDS)
    assert changed is not None
    assert getattr(changed, field) == value
    for other in {"on", "kind", "place", "people"} - {field}:
        assert getattr(changed, other) == getattr(BEFORE, other)


def test_several_things_are_changed_at_once_and_a_whole_sentence_tells_it_anew() -> None:
    changed = parsing.change(BEFORE, "人数5，地点西庄村，日期12月1日", TODAY, KINDS)
    assert changed is not None
    assert (changed.people, changed.place, changed.on) == (5, "西庄村", date(2026, 12, 1))
    anew = parsing.change(BEFORE, "昨天在西庄村接待群众8人，反映噪音", TODAY, KINDS)
    assert anew is not None
    assert (anew.kind, anew.place, anew.people, anew.matters) == ("reception", "西庄村", 8, ("噪音",))


def test_what_says_nothing_changes_nothing() -> None:
    assert parsing.change(BEFORE, "？？", TODAY, KINDS) is None


@pytest.mark.parametrize(
    ("words", "people"), [("5", 5), ("五位", 5), ("没有", 0), ("约10人", 10), ("不知道", None)]
)
def test_an_answer_how_many_is_a_number_however_it_is_said(words: str, people: int | None) -> None:
    assert parsing.answer(BEFORE, "people", words, TODAY, KINDS).people == people


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("九十九", 99),
        ("廿三", 23),
        ("十", 10),
        ("一百零五", 105),
        ("三百二十", 320),
        ("五六", None),
        ("十十", None),
    ],
)
def test_chinese_numerals(words: str, value: int | None) -> None:
    assert numbers.number(words) == value


def test_there_are_eight_groups_and_every_kind_is_in_one() -> None:
    assert len(GROUPS) == 8
    assert {kind.group for kind in KINDS.values()} == set(GROUPS)
    assert (KINDS["covert_check"].lane, KINDS["mediation"].lane) == (HIDDEN, RESTRICTED)


def test_no_two_kinds_share_a_word() -> None:
    words = [word for kind in KINDS.values() for word in kind.words]
    assert len(words) == len(set(words))


def test_staff_add_a_kind_and_change_another_and_nonsense_is_left_out() -> None:
    known = standing(
        {
            "river_patrol": {"name": "巡河", "group": "contact", "needs": ["place"], "words": ["巡河"]},
            "visit": {"needs": [], "group": "no such group", "lane": "no such lane", "colour": "red"},
        }
    )
    assert parsing.parse("今天巡河", TODAY, known).kind == "river_patrol"
    assert known["river_patrol"].needs == ("place",)
    assert (known["visit"].needs, known["visit"].group, known["visit"].lane) == ((), "contact", "")
