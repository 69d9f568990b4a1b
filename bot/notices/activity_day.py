"""代表联系服务群众日, as representatives and constituents read of it."""

from dataclasses import dataclass
from datetime import date

from bot.notices.content import Card, Field, Item, Text
from bot.notices.wordings import say
from bot.notices.words import shorten

TITLE = "代表联系服务群众日"
YES, NO, SWAP, CHECK_IN = "day_yes", "day_no", "day_swap", "day_in"
_LONGEST_MATTER = 160  # characters, WeCom document 90236
LONGEST_VALUE = 26  # WeCom document 90236
_WEEKDAYS = "一二三四五六日"


def day_words(day: date) -> str:
    """A date such as `12月8日（周二）`."""
    return f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


@dataclass(frozen=True, slots=True)
class DayFacts:
    """An activity day as it is told; `note` says why it was moved or called off."""

    id: int
    region: str
    on_date: date
    start: str
    end: str
    topic: str = ""
    note: str = ""

    @property
    def when(self) -> str:
        """Date and hours."""
        return f"{day_words(self.on_date)}{self.start}–{self.end}"

    @property
    def because(self) -> str:
        """The reason as a sentence of its own; empty where none was given."""
        return f"原因：{shorten(self.note, 40)}。" if self.note else ""


def fields_of(day: DayFacts, where: str) -> tuple[Field, ...]:
    """时间, 地点 and 主题 as lines of a card, those that are known."""
    told = (("时间", day.when), ("地点", where), ("主题", day.topic))
    return tuple(Field(name, shorten(value, LONGEST_VALUE)) for name, value in told if value)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A representative is asked; `again` after a week, `moved` when the date changed, `instead_of` to stand in."""

    day: DayFacts
    edition: int
    where: str
    again: bool = False
    moved: bool = False
    instead_of: str = ""

    def render(self) -> Card:
        """参加, 请假, 换人."""
        key = f"{self.day.id}:{self.edition}"
        buttons = (Item(f"{YES}:{key}", "参加"), Item(f"{NO}:{key}", "请假"), Item(f"{SWAP}:{key}", "换人"))
        return Card(TITLE, shorten(self.day.region, 44), self._matter, fields_of(self.day, self.where), buttons)

    @property
    def _matter(self) -> str:
        if self.instead_of:
            return f"{self.instead_of}代表那天来不了，想请您顶替接待群众。方便的话请点“参加”。"
        if self.moved:
            return f"日期改了。{self.day.because}新的日期您方便吗？请点一下。"
        if self.again:
            return "还没有收到您的回复，请点一下，好把名单定下来。"
        return "请您到站接待群众，能不能来请点一下。"


@dataclass(frozen=True, slots=True)
class InvitationSettled:
    """The invitation after it was answered, or when it does not hold any more."""

    day: DayFacts
    where: str
    answer: str

    def render(self) -> Card:
        """Without buttons."""
        return Card(TITLE, shorten(self.day.region, 44), "", fields_of(self.day, self.where), (), self.answer[:10])


@dataclass(frozen=True, slots=True)
class InvitationAnswered:
    """The same in words, where the card cannot be changed; `why` says how it stands."""

    day: DayFacts
    why: str

    def render(self) -> Text:
        """One sentence."""
        return Text(_ANSWERED[self.why].format(when=self.day.when))


_ANSWERED = {
    "accepted": "记下了：{when}您到站接待。",
    "declined": "记下了：{when}您请假，已告诉联络员，会另请一位代表。",
    "replaced": "{when}已经请别的代表顶替您了，这次您不用来。",
    "not_invited": "没有找到您在{when}活动日名单里的安排，请联系联络员。",
    "moved": "这次活动日的安排已经变了，请以最新的通知为准。",
    "over": "{when}的活动日名单已经不能改了，请联系联络员。",
}


@dataclass(frozen=True, slots=True)
class AskSubstitute:
    """After 换人: how to name somebody."""

    day: DayFacts

    def render(self) -> Text:
        """The words to write."""
        return Text(f"请发：换人 {self.day.id} 代表姓名\n对方同意之前，{self.day.when}的名单里还是您。")


@dataclass(frozen=True, slots=True)
class SubstituteAsked:
    """After `换人 编号 代表姓名`."""

    day: DayFacts
    name: str

    def render(self) -> Text:
        """What happens next."""
        return Text(f"已问{self.name}代表{self.day.when}能否替您接待，对方同意后告诉您。")


@dataclass(frozen=True, slots=True)
class SubstituteAnswered:
    """The one who named a substitute hears what they said."""

    day: DayFacts
    name: str
    agreed: bool

    def render(self) -> Text:
        """Whether somebody comes instead."""
        if self.agreed:
            return Text(f"{self.name}代表同意{self.day.when}替您接待，这次您不用来了。")
        return Text(f"{self.name}代表{self.day.when}来不了。可以再发：换人 {self.day.id} 代表姓名，或者点“请假”。")


@dataclass(frozen=True, slots=True)
class SubstituteRefused:
    """`换人` that cannot be followed; `choices` are (name, station, code) of those of one name."""

    why: str
    name: str = ""
    choices: tuple[tuple[str, str, str], ...] = ()

    def render(self) -> Text:
        """Why, and what to write."""
        listed = [f"{name}（{station}）代码 {code}" for name, station, code in self.choices]
        return Text("\n".join([_NO_SUBSTITUTE[self.why].format(name=self.name), *listed]))


_NO_SUBSTITUTE = {
    "help": "请这样写：换人 编号 代表姓名。编号在活动日的通知里。",
    "nobody": "没有叫“{name}”的代表，请核对姓名。",
    "several": "有几位同名的代表，请用代码：",
    "listed": "{name}代表那天已经在名单里了，请换一位。",
    "away": "{name}代表那天请假了，请换一位。",
    "pending": "已经在问{name}代表，请等对方回复。",
    "unreachable": "{name}代表没有开通企业微信，请联系联络员来换。",
    "yourself": "请写另一位代表的姓名。",
    "far": "{name}代表不在这个联络站附近，请联系联络员来换。",
}


@dataclass(frozen=True, slots=True)
class RosterLeft:
    """A place on the roster is gone: somebody stands in, or was put there instead."""

    day: DayFacts

    def render(self) -> Text:
        """One sentence."""
        return Text(f"{self.day.when}的活动日已另有代表接待，这次您不用来了。")


@dataclass(frozen=True, slots=True)
class DayReminder:
    """A representative on the roster is reminded; `unanswered` where they never said whether they come.

    `fixed`: a week before, when the roster stands.
    """

    day: DayFacts
    where: str
    unanswered: bool = False
    fixed: bool = False

    def render(self) -> Text:
        """When and where."""
        first = say("day.fixed") if self.fixed else f"提醒：{TITLE}"
        lines = [first, f"时间：{self.day.when}", f"地点：{self.where}"]
        lines += [f"主题：{self.day.topic}"] if self.day.topic else []
        lines += [f"您还没有回复能不能来。来不了请发：请假 {self.day.on_date}"] if self.unanswered else []
        return Text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class MorningCard:
    """The same on the day itself, with the button to check in."""

    day: DayFacts
    edition: int
    where: str

    def render(self) -> Card:
        """签到."""
        button = Item(f"{CHECK_IN}:{self.day.id}:{self.edition}", "签到")
        matter = shorten(say("day.morning"), _LONGEST_MATTER)
        return Card(
            f"今天是{TITLE}", shorten(self.day.region, 44), matter, fields_of(self.day, self.where), (button,)
        )


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """After 签到; `whose` where staff did it for somebody."""

    day: DayFacts
    at: str  # local, HH:MM
    late: bool = False
    whose: str = ""
    again: bool = False

    def render(self) -> Text:
        """When it was noted."""
        who = f"{self.whose}代表" if self.whose else "您"
        first = f"{who}已经在 {self.at} 签到过了。" if self.again else f"{who} {self.at} 签到。"
        return Text(first + ("按规定记为迟到。" if self.late else "") + ("" if self.whose else "辛苦了。"))


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """After 签退."""

    at: str

    def render(self) -> Text:
        """When it was noted."""
        return Text(f"您 {self.at} 签退。辛苦了。")


@dataclass(frozen=True, slots=True)
class CheckInRefused:
    """签到 or 签退 that cannot be noted."""

    why: str
    when: str = ""
    name: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # name with station, code

    def render(self) -> Text:
        """Why, and what to do."""
        listed = [f"{whose}代码 {code}" for whose, code in self.choices]
        return Text("\n".join([_NOT_IN[self.why].format(when=self.when, name=self.name), *listed]))


_NOT_IN = {
    "no_day": "今天没有您的活动日安排。",
    "early": "还没到时间，{when}。到站以后再签到。",
    "over": "活动日已经结束，请联络员补签：签到 代表姓名 时间。",
    "not_in": "您今天还没有签到。",
    "nobody": "今天的名单里没有叫“{name}”的代表。",
    "several": "有几位同名的代表，请用代码：",
    "not_yours": "“{name}”不归您的联络站管。",
    "no_site": "您的联络站今天没有活动日。",
    "time": "没有看懂时间，请这样写：签到 代表姓名 09:05。",
}


@dataclass(frozen=True, slots=True)
class DayMoved:
    """Everyone who was told hears of the new date."""

    day: DayFacts

    def render(self) -> Text:
        """The new time; the old one does not hold."""
        return Text(f"{self.day.region}{TITLE}改期：现在是{self.day.when}。{self.day.because}以前通知的时间作废。")


@dataclass(frozen=True, slots=True)
class DayCalledOff:
    """Everyone who was told hears that it is not held; `postponed` where a date will follow."""

    day: DayFacts
    postponed: bool = False

    def render(self) -> Text:
        """Not then."""
        what = "延期，新的时间定了再通知" if self.postponed else "取消"
        return Text(f"原定{self.day.when}的{self.day.region}{TITLE}{what}。{self.day.because}")


@dataclass(frozen=True, slots=True)
class PublicReminder:
    """A constituent who subscribed to a station."""

    day: DayFacts
    station: str
    address: str
    people: tuple[str, ...]

    def render(self) -> Text:
        """When, where, who; how to hear no more of it."""
        lines = [f"{self.station}：{TITLE}", f"时间：{self.day.when}", f"地点：{self.address or self.station}"]
        lines += [f"接待代表：{'、'.join(self.people)}"] if self.people else []
        lines += [f"主题：{self.day.topic}"] if self.day.topic else []
        return Text("\n".join([*lines, say("day.public_close")]))


@dataclass(frozen=True, slots=True)
class NextDays:
    """活动日: what a constituent may come to."""

    station: str
    address: str
    phone: str
    days: tuple[tuple[DayFacts, tuple[str, ...]], ...]  # with who receives, where that is known
    calendar: str

    def render(self) -> Text:
        """The next days of their station."""
        if not self.days:
            return Text(
                f"{self.station}近期的活动日还没有定。回复“订阅”，定了会通知您；现在有事也可以直接在这里说。"
            )
        lines = [f"{self.station}的{TITLE}："]
        for day, people in self.days:
            topic = f"，主题：{day.topic}" if day.topic else ""
            lines.append(f"{day.when}{topic}")
            lines += [f"接待代表：{'、'.join(people)}"] if people else []
        lines.append(f"地点：{self.address or self.station}")
        lines += [f"电话：{self.phone}"] if self.phone else []
        lines += ["直接来就可以，不用预约。来不了也可以在这里留言。", f"日历：{self.calendar}"]
        return Text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class NoStationKnown:
    """活动日 of somebody whose station is not known."""

    def render(self) -> Text:
        """How to find it."""
        return Text(
            "还不知道您在哪个联络站附近。请扫联络站的码进来，或者发一下您的位置、小区名字，再回复“活动日”。"
        )
