"""代表联系服务群众日, as officers, leads and the service centre read of it."""

from dataclasses import dataclass
from datetime import date

from bot.notices.activity_day import TITLE, DayFacts, day_words, fields_of
from bot.notices.content import Card, Field, Item, Text
from bot.notices.words import shorten

CONFIRM, ANOTHER, PROPOSED = "day_confirm", "day_other", "day_move"
STATE_NAMES = {
    "planned": "待确认",
    "confirmed": "已确认",
    "roster_open": "名单征集中",
    "roster_fixed": "名单已定",
    "announced": "已公告",
    "reminded": "已提醒",
    "open": "进行中",
    "closed": "待上报",
    "counted": "已统计",
    "reported": "已上报",
    "archived": "已归档",
    "postponed": "延期",
    "cancelled": "已取消",
}


@dataclass(frozen=True, slots=True)
class DayQuestion:
    """活动日待确认: the centre says whether the date holds; `proposed` is the next working day of one that is off."""

    day: DayFacts
    rule: str
    proposed: date | None = None

    def render(self) -> Card:
        """确认 or 另定日子."""
        key = f"{self.day.id}:{self.day.on_date:%Y%m%d}"
        buttons = [Item(f"{CONFIRM}:{key}", "确认"), Item(f"{ANOTHER}:{key}", "另定日子")]
        if self.proposed is not None:
            buttons.insert(1, Item(f"{PROPOSED}:{key}:{self.proposed:%Y%m%d}", _short(self.proposed)))
        fields = (
            Field("时间", shorten(self.day.when, 26)),
            Field("区域", shorten(self.day.region, 26)),
            Field("编号", str(self.day.id)),
        )
        return Card("活动日待确认", shorten(self.rule, 44), self._matter, fields, tuple(buttons))

    @property
    def _matter(self) -> str:
        flagged = f"这天不上班，建议改到{day_words(self.proposed)}。" if self.proposed is not None else ""
        return f"{flagged}确认以后才会请代表、发公告。也可以发：活动日 确认 {self.day.id}"


def _short(day: date) -> str:
    return f"改到{day.month}月{day.day}日"


@dataclass(frozen=True, slots=True)
class DayQuestionSettled:
    """The question after somebody answered it."""

    day: DayFacts
    answer: str

    def render(self) -> Card:
        """Without buttons."""
        return Card("活动日待确认", shorten(self.day.region, 44), "", fields_of(self.day, ""), (), self.answer[:10])


@dataclass(frozen=True, slots=True)
class AskOtherDate:
    """After 另定日子."""

    day: DayFacts

    def render(self) -> Text:
        """The words to write."""
        return Text(
            f"请发：活动日 改期 {self.day.id} 年-月-日 原因\n不办了请发：活动日 取消 {self.day.id} 原因"
            f"\n日子还定不下来请发：活动日 延期 {self.day.id} 原因"
        )


_AFTERWARDS = "到日子会请代表、提醒联络员、发公告，不用再做什么。"


@dataclass(frozen=True, slots=True)
class DayChanged:
    """After a change by staff; `told` is how many people hear of it."""

    day: DayFacts
    act: str
    told: int = 0

    def render(self) -> Text:
        """What holds now."""
        first = {
            "confirmed": f"{self.day.region}{self.day.when}的活动日已确认。{_AFTERWARDS}",
            "moved": f"{self.day.region}活动日改到{self.day.when}。",
            "postponed": f"{self.day.region}原定{self.day.when}的活动日已延期。",
            "cancelled": f"{self.day.region}{self.day.when}的活动日已取消。",
            "added": f"{self.day.region}{self.day.when}的活动日已加上，编号 {self.day.id}。{_AFTERWARDS}",
            "topic": f"{self.day.region}{self.day.when}的活动日主题定为：{self.day.topic}。",
            "site_left_out": f"{self.day.when}的活动日已去掉这个联络站。",
            "site_added": f"{self.day.when}的活动日已加上这个联络站。",
        }[self.act]
        return Text(first + (f"以前通知过的 {self.told} 位会收到消息。" if self.told else ""))


@dataclass(frozen=True, slots=True)
class DayRefused:
    """A word about an activity day that cannot be followed."""

    why: str
    state: str = ""

    def render(self) -> Text:
        """Why."""
        return Text(_REFUSED[self.why].format(state=STATE_NAMES.get(self.state, "")))


_REFUSED = {
    "not_found": "没有这个编号的活动日。发“活动日”可以看编号。",
    "not_yours": "活动日由服务中心和负责人确认、改期、取消，您的这句话没有发给任何人。",
    "state": "这次活动日现在是“{state}”，不能这样改。",
    "past": "日子要在今天以后。",
    "date": "没有看懂日子，或者没有这一天。请这样写：2027-07-21，也可以写 7月21日、下周三。",
    "topic": "请写上主题，例如：活动日 主题 12 老旧小区改造。",
    "not_your_site": "您的联络站不在这次活动日里，不能改它的名单。",
    "same": "本来就是这一天。",
    "taken": "那天已经有这个区域的活动日了。",
    "no_site": "没有找到这个联络站，请写全名或代码。",
    "site_started": "只有确认以后、公告以前能改联络站。",
    "no_region": "没有这个区域。",
    "hours": "时间要这样写：09:00，结束要比开始晚。",
}


@dataclass(frozen=True, slots=True)
class DayWords:
    """活动日 with words that cannot be read."""

    manages: bool
    works_a_site: bool = True

    def render(self) -> Text:
        """How it is written."""
        lines = ["可以这样写：", "活动日 — 看近期的活动日", "活动日 编号 — 看这一次的名单和情况"]
        if self.works_a_site:
            lines += [
                "活动日 上报 编号 小结 — 报这次的情况",
                "活动日 参加 编号 代表姓名 — 代表电话里说来",
                "活动日 请假 编号 代表姓名 — 代表电话里说来不了，会另请一位",
                "活动日 加人 编号 代表姓名 — 再请一位代表",
                "活动日 次数 — 今年谁来得少",
            ]
        if self.manages:
            lines += [
                "活动日 确认 编号",
                "活动日 主题 编号 主题",
                "活动日 改期 编号 年-月-日 原因",
                "活动日 延期 编号 原因",
                "活动日 取消 编号 原因",
                "活动日 不设 编号 联络站 — 这次不在那里办",
                "活动日 增设 编号 联络站",
                "活动日 加办 年-月-日 主题 — 规则以外再办一次",
            ]
        return Text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day in a list."""

    day: DayFacts
    state: str
    sites: int
    going: int
    asked: int

    def render_line(self) -> str:
        """Number, region, when, state, and how the roster stands."""
        people = f"，{self.sites} 个站，{self.going} 人参加、{self.asked} 人未回复" if self.sites else ""
        return f"{self.day.id}　{self.day.region}　{self.day.when}　{STATE_NAMES[self.state]}{people}"


@dataclass(frozen=True, slots=True)
class DayList:
    """活动日: what is ahead, and what waits for a report."""

    lines: tuple[DayLine, ...]

    def render(self) -> Text:
        """Numbers first: they are what the other words ask for."""
        if not self.lines:
            return Text("近期没有活动日。")
        return Text("\n".join(["活动日（编号在前）：", *(line.render_line() for line in self.lines)]))


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """T-3: the notice as it is posted, ready to be copied."""

    day: DayFacts
    station: str
    address: str
    phone: str
    people: tuple[str, ...]

    def render(self) -> Text:
        """Time, place, representatives, topic."""
        people = "、".join(self.people) if self.people else "另行公布"
        lines = ["公告可以直接用下面的话：", f"【{TITLE}公告】", f"时间：{self.day.when}"]
        lines += [f"地点：{self.station}{f'（{self.address}）' if self.address else ''}", f"接待代表：{people}"]
        lines += [f"主题：{self.day.topic}"] if self.day.topic else []
        lines += [f"联系电话：{self.phone}"] if self.phone else []
        return Text("\n".join([*lines, "欢迎群众前来反映意见、提出建议。"]))


@dataclass(frozen=True, slots=True)
class DayLapsed:
    """Nobody confirmed it in time: it is not held."""

    day: DayFacts

    def render(self) -> Text:
        """What became of it."""
        return Text(f"{self.day.region}原定{self.day.when}的活动日一直没有人确认，已按取消处理。")


@dataclass(frozen=True, slots=True)
class NoSites:
    """A day that nobody can hold."""

    day: DayFacts

    def render(self) -> Text:
        """What to do."""
        return Text(
            f"{self.day.region}{self.day.when}的活动日没有可以举办的联络站（都没有联络员）。"
            f"请发：活动日 增设 {self.day.id} 联络站"
        )
