"""接待登记: the words of the page on which people at a desk are noted."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.notices.content import Text
from bot.notices.receptions import ReceptionFacts

PAGE_GONE = "这个链接已失效。请在企业微信里发“接待登记”，会给您新的链接。"
PAGE_UNKNOWN = "没有这个页面。请在企业微信里发“接待登记”打开登记页。"
WRONG = {
    "nothing": "请写人数和反映的事。",
    "people": "人数要在 1 到 500 之间。",
    "not_yours": "接待由联络站的联络员登记；活动日当天，到站的代表也可以登记。",
    "no_station": "您还没有编到联络站，请联系服务中心。",
}
OUTCOMES = {"case": "已立案转办", "answered": "当场已答复"}


@dataclass(frozen=True, slots=True)
class DeskPageGiven:
    """After 接待登记."""

    station: str
    url: str
    hours: int

    def render(self) -> Text:
        """The address."""
        return Text(
            f"{self.station}的接待登记页：\n{self.url}"
            f"\n链接只给您一个人用，{self.hours} 小时内有效，请不要转发。也可以直接发“接待 3人 反映的事 代表姓名”。"
        )


@dataclass(frozen=True, slots=True)
class DeskForm:
    """The form: `people` are (code, name), `said` what stands in its fields, `wrong` what is wrong with it."""

    station: str
    people: tuple[tuple[str, str], ...]
    said: Mapping[str, str]
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class DeskNoted:
    """A reception after it was noted."""

    facts: ReceptionFacts
    outcome: str
    number: str

    @property
    def became(self) -> str:
        """What became of it; empty until somebody said."""
        told = OUTCOMES.get(self.outcome, "")
        return f"{told} {self.number}".strip()
