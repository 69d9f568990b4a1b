"""What is linked, what is not, and that nothing anybody writes can break or stall it."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assignment.likeness.signatures import MOST_READ
from bot.assignment.likeness.similar import APART, Index, Match, Signature, signature

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]


def sign(text: str, place: str = "", grid: str = "", station: str = "", topic: str = "") -> Signature:
    return signature(text, place=place, grid=grid, station=station, topic=topic)


def linked(first: Signature, second: Signature, apart: timedelta = timedelta(hours=5)) -> bool:
    index = Index(16)
    index.add(1, first, NOON)
    return index.nearest(second, NOON + apart) is not None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("云岭雅苑旁边的搅拌站半夜还在响", "投诉云岭雅苑附近的混凝土搅拌站，灰尘大得窗户都不敢开"),
        ("金澜湾滨江府买房必须买车位", "车位捆绑销售有没有人管？说的就是金澜湾滨江府"),
        ("恒硕建筑拖欠我们工资，工地在云谷产业园", "云谷产业园二标段恒硕建筑的老板跑了，工钱一分没给"),
        ("K17路公交改道以后东篱村没有车了", "建议恢复K17路经过东篱村"),
        ("翠屏里小区的自来水发黄", "翠屏里小区自来水浑浊，有铁锈味"),
    ],
)
def test_the_same_matter_in_other_words_is_linked_by_words_alone(first: str, second: str) -> None:
    assert linked(sign(first), sign(second))
    assert linked(sign(second), sign(first))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("云岭雅苑旁边的搅拌站半夜还在响", "云岭雅苑的快递柜什么时候修好"),
        ("金澜湾滨江府买房必须买车位", "金澜湾滨江府什么时候交房，听说延期了"),
        ("翠屏里小区的自来水发黄", "翠屏里小区电梯老是坏"),
        ("云岭雅苑旁边的搅拌站半夜还在响", "河西大桥下面的搅拌站半夜还在响"),
        ("希望领导重视，尽快解决群众的问题，谢谢", "希望领导重视，尽快解决群众的困难，谢谢"),
        ("工地半夜施工，吵得睡不着", "楼下广场舞音响太吵，老人睡不着"),
    ],
)
def test_another_matter_at_the_place_or_the_matter_elsewhere_is_not(first: str, second: str) -> None:
    assert not linked(sign(first), sign(second))
    assert not linked(sign(second), sign(first))


LAMP, LAMPS = "路灯坏了三天，晚上看不清路", "路灯坏了，晚上老人不敢出门"


@pytest.mark.parametrize(
    ("first", "second", "apart", "expected"),
    [
        ({"place": "牡丹园"}, {"place": "牡丹园"}, 24, True),
        ({"place": "牡丹园"}, {"place": "牡丹园3栋"}, 24, True),
        ({"place": "牡丹园", "topic": "urban"}, {"place": "牡丹园", "topic": "urban"}, 24 * 59, True),
        ({"place": "牡丹园"}, {"place": "牡丹园"}, 24 * 61, False),
        ({"place": "牡丹园"}, {"place": "芍药园"}, 1, False),
        ({"place": "牡丹园", "station": "S1"}, {"place": "芍药园", "station": "S1"}, 1, False),
        ({"grid": "G1"}, {"grid": "G1"}, 24, True),
        ({"grid": "G1"}, {"grid": "G1"}, 24 * 20, False),
        ({"grid": "G1", "station": "S1"}, {"grid": "G2", "station": "S1"}, 1, False),
        ({"station": "S1"}, {"station": "S1"}, 24, True),
        ({"station": "S1"}, {"station": "S1"}, 24 * 3, False),
        ({"station": "S1"}, {"station": "S2"}, 1, False),
        ({"station": "S1", "topic": "urban"}, {"station": "S1", "topic": "health"}, 1, False),
        ({}, {}, 1, False),
    ],
)
def test_what_place_grid_station_and_time_decide(
    first: dict[str, str], second: dict[str, str], apart: float, expected: bool
) -> None:
    assert linked(sign(LAMP, **first), sign(LAMPS, **second), timedelta(hours=apart)) is expected


def test_the_same_words_at_two_known_places_are_two_matters() -> None:
    words = "小区的自来水发黄有铁锈味，已经三天了，请水务部门来查一查"
    assert linked(sign(words, place="翠屏里"), sign(words, place="翠屏里"))
    assert not linked(sign(words, place="翠屏里"), sign(words, place="枫桥名邸"))


def test_two_matters_at_one_known_place_are_two() -> None:
    first = sign("翠屏里的自来水发黄有铁锈味", place="翠屏里")
    assert not linked(first, sign("翠屏里物业费涨价没有通知业主", place="翠屏里"))


def test_the_surest_is_the_nearest() -> None:
    index = Index(16)
    index.add(1, sign("云岭雅苑旁边的搅拌站半夜还在响"), NOON)
    index.add(2, sign("投诉云岭雅苑附近的混凝土搅拌站，灰尘大得窗户都不敢开"), NOON)
    index.add(3, sign("枫桥名邸的孩子上不了枫桥小学"), NOON)
    nearest = index.nearest(sign("云岭雅苑附近混凝土搅拌站灰尘大"), NOON)
    assert nearest is not None
    assert nearest.case_id == 2
    assert nearest.score >= 1.0


def test_a_full_index_lets_go_of_the_oldest_and_finds_the_rest() -> None:
    index = Index(8)
    names = ["梧桐", "白杨", "银杏", "海棠", "芙蓉", "紫薇", "玉兰", "丹桂", "石榴", "腊梅"]
    texts = [f"{name}小区门口的路灯坏了三天没有人修" for name in names]
    for number, text in enumerate(texts, 1):
        index.add(number, sign(text), NOON + timedelta(minutes=number))
    assert len(index) == 8
    assert [number for number in range(1, 11) if number in index] == list(range(3, 11))
    for number, text in enumerate(texts, 1):
        found = index.nearest(sign(text), NOON + timedelta(hours=1))
        assert (found.case_id if found else None) == (number if number > 2 else None)


@pytest.mark.parametrize(("most", "written"), [(128, 5), (128, 7), (128, 50), (128, 60), (50, 130)])
def test_of_those_who_say_the_same_the_latest_48_are_looked_at(most: int, written: int) -> None:
    index = Index(most)
    mark = sign("云岭雅苑旁边的搅拌站半夜还在响")
    for number in range(1, written + 1):
        index.add(number, mark, NOON)
    looked_at = sorted(range(max(1, written - 47), written + 1), key=lambda number: (number - 1) % most)
    assert {match.case_id for match in index.likely(mark, NOON)} == set(looked_at[:12])


def test_forgotten_matters_keep_their_place_among_the_latest() -> None:
    index = Index(128)
    mark = sign("云岭雅苑旁边的搅拌站半夜还在响")
    for number in range(1, 61):
        index.add(number, mark, NOON)
    for number in range(20, 61):
        index.forget(number)
    assert {match.case_id for match in index.likely(mark, NOON)} == set(range(13, 20))


def test_a_long_word_is_one_symbol_and_a_long_number_a_mark() -> None:
    first = sign("反映超级无敌supercalifragilisticexpialidocious工程")
    assert linked(first, sign("超级无敌supercalifragilisticexpialidocious工程"))
    assert len(sign("金桥").keys) == len(sign("金supercalifragilisticexpialidocious").keys) == 1
    assert not len(sign("金13800138000桥").keys)


def test_trim_lets_go_of_what_is_old() -> None:
    index = Index(8)
    index.add(1, sign("云岭雅苑旁边的搅拌站半夜还在响"), NOON - APART)
    index.add(2, sign("云岭雅苑旁边的搅拌站半夜还在响"), NOON)
    assert index.trim(NOON - timedelta(days=1)) == 1
    assert 1 not in index
    assert 2 in index


def test_an_id_added_again_has_only_its_later_words() -> None:
    index = Index(8)
    index.add(1, sign("云岭雅苑旁边的搅拌站半夜还在响"), NOON)
    index.add(1, sign("枫桥名邸的孩子上不了枫桥小学"), NOON)
    assert len(index) == 1
    assert index.nearest(sign("云岭雅苑旁边的搅拌站半夜还在响"), NOON) is None


def test_several_of_a_group_that_are_somewhat_like_count_together() -> None:
    somewhat = "云岭雅苑业主反映搅拌站灰尘，罐车压坏了小区门口的道路"
    asked = sign("云岭雅苑门口天天有罐车，晒的被子全是水泥，孩子一直咳嗽，物业和城管都说不归他们管，已经半年了")
    alone, together = Index(8), Index(8)
    for number in range(1, 6):
        alone.add(number, sign(somewhat), NOON)
        together.add(number, sign(somewhat), NOON, group=7)
    best = [max((match.score for match in index.likely(asked, NOON)), default=0.0) for index in (alone, together)]
    assert best[1] >= best[0]


def test_numbers_of_people_and_telephones_do_not_link() -> None:
    first = "我的电话13800138000，身份证330102199001011234，想问一下"
    assert not linked(sign(first), sign("联系13800138000或330102199001011234，谢谢"))


def test_a_signature_is_the_same_in_every_process() -> None:
    code = (
        "from bot.assignment.likeness.similar import signature;"
        "one = signature('云岭雅苑旁边的搅拌站', place='云岭雅苑', grid='G1', station='S1', topic='environment');"
        "print(one.dump().hex())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_what_was_dumped_is_loaded_and_nothing_else() -> None:
    kept = sign("云岭雅苑旁边的搅拌站" * 300, "云岭雅苑", "G1", "S1", "environment").dump()
    assert len(kept) <= 473
    assert Signature.load(kept).dump() == kept
    for damaged in (b"", kept[:-1], b"\x09" + kept[1:], kept + bytes(8 * 60)):
        with pytest.raises(ValueError, match="not a signature"):
            Signature.load(damaged)


@pytest.mark.parametrize("text", ["啊", "ab", "a b", "1", "（（（", "路灯坏了", "ﷺ", "ئۇيغۇر ", "\u200b", "\ud800"])
def test_hostile_text_takes_bounded_time(text: str) -> None:
    text *= 300_000
    index = Index(4096)
    began = time.thread_time()
    for number in range(1, 11):
        mark = sign(text, place=text, grid="G1", station="S1")
        index.nearest(mark, NOON)
        index.add(number, mark, NOON)
    assert time.thread_time() - began < 2.0  # ten messages; some 5 ms each on the machine it was written on
    assert int(mark.at.max(initial=0)) <= MOST_READ


words = st.text(max_size=80) | st.text(alphabet="路灯坏了搅拌站云岭雅苑k17 ，。1", max_size=80)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(words, st.text(max_size=6), st.integers(0, 90)), max_size=12), st.integers(2, 8))
def test_anything_may_be_added_asked_and_forgotten(heard: list[tuple[str, str, int]], most: int) -> None:
    index = Index(most)
    marks = [sign(text, place, place[:1], place[1:2], place[2:3]) for text, place, _ in heard]
    for number, (mark, (_, _, days)) in enumerate(zip(marks, heard, strict=True), 1):
        at = NOON + timedelta(days=days)
        found = index.nearest(Signature.load(mark.dump()), at)
        assert found is None or (found.case_id in index and found.score >= 1.0)
        index.add(number, mark, at)
        assert len(index) <= most
    for number in range(1, len(heard) + 1):
        index.forget(number)
        assert number not in index
    assert not len(index)
    assert not index._count.any()
    assert not index._few[: index._numbers + 1].any()
    assert not index._many[: index._rings + 1].any()
    assert all(index.nearest(mark, NOON) is None for mark in marks)


@settings(max_examples=60, deadline=None)
@given(st.lists(words, min_size=1, max_size=10), st.integers(0, 9))
def test_what_is_forgotten_is_never_found(texts: list[str], which: int) -> None:
    index = Index(64)
    for number, text in enumerate(texts, 1):
        index.add(number, sign(text, station="S1"), NOON)
    gone = which % len(texts) + 1
    index.forget(gone)
    index.forget(gone)
    found: list[Match] = [match for text in texts for match in index.likely(sign(text, station="S1"), NOON)]
    assert gone not in {match.case_id for match in found}
