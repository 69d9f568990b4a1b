"""Notices of points."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.notices import scores
from bot.notices.scores import ScoredItem

MODULES = (scores,)
FIRST, LAST, DAY = date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 10)


def notices(representative: str, words: str) -> Iterator[Any]:
    many = tuple((number, "1") for number in range(1, 200))
    items = (
        ScoredItem("接待走访", "4", ((3, "1"), (5, "1.5")), ((8, "no_evidence"), (9, "capped"))),
        ScoredItem("活动日缺席", "-2", ((7, "-2"),), (), attendance=True),
        ScoredItem("出席会议", "199", many, tuple((number, "same_day") for number, _ in many)),
        ScoredItem("其他", "0", (), tuple(enumerate(scores.WHY))),
    )
    title = "银川市百分制（第一版）"
    yield scores.OwnScore(representative, True, FIRST, LAST, title, "82.5", "好", "60", items, DAY, DAY)
    yield scores.OwnScore(representative, False, FIRST, LAST, title, "0", "", "0", ())
    yield scores.SeeYourScore(FIRST, LAST, DAY)
    yield scores.ScoresPublished(FIRST, LAST, title, 5496)
    yield scores.AppealNoted(3)
    yield scores.AppealMade(3, representative, words)
    yield scores.AppealAnswer(3, words)
    yield scores.AppealAnswered(3)
    yield scores.Appeals(5, 3, ((3, representative, DAY, words),) * 10)
    yield scores.Appeals(0, 0, ())
    for why in scores._HELP:
        yield scores.ScoreHelp(why, DAY)
