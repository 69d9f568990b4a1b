"""The rosters of activity days, as officers and leads read of them: who is asked, who comes, who is behind."""

from dataclasses import dataclass

from bot.notices.activity_day import DayFacts
from bot.notices.content import Text

ATTENDANCE_NAMES = {
    "invited": "未回复",
    "accepted": "参加",
    "declined": "来不了",
    "replaced": "已换人",
    "present": "已到",
    "late": "迟到",
    "absent": "缺席",
}


@dataclass(frozen=True, slots=True)
class PlaceNoted:
    """After `活动日 参加|请假|加人 编号 代表姓名` by an officer."""

    day: DayFacts
    name: str
    became: str

    def render(self) -> Text:
        """What holds now."""
        return Text(_PLACE_NOTED[self.became].format(when=self.day.when, name=self.name))


_PLACE_NOTED = {
    "comes": "记下了：{when}的活动日，{name}代表参加。",
    "cannot": "记下了：{when}的活动日，{name}代表来不了。",
    "asked": "已请{name}代表参加{when}的活动日，等对方回复。",
    "listed": "{name}代表已经加到{when}的名单里。对方没有开通企业微信，请电话联系，说来了再记一下“参加”。",
}


@dataclass(frozen=True, slots=True)
class PlaceRefused:
    """The same where it cannot be noted; `choices` are (name, station, code) of those of one name."""

    why: str
    name: str
    choices: tuple[tuple[str, str, str], ...] = ()

    def render(self) -> Text:
        """Why, and what to write."""
        listed = [f"{name}（{station}）代码 {code}" for name, station, code in self.choices]
        return Text("\n".join([_NO_PLACE[self.why].format(name=self.name), *listed]))


_NO_PLACE = {
    "nobody": "没有叫“{name}”的代表，请核对姓名。",
    "several": "有几位同名的代表，请用代码：",
    "elsewhere": "{name}代表在别的联络站的名单里，请和那里的联络员商量。",
    "not_listed": "{name}代表不在这次的名单里，或者已经说了来不了。",
    "away": "{name}代表那天请假了，请换一位。",
    "replaced": "{name}代表那天已经请别人顶替了。",
    "far": "{name}代表不在这个联络站附近，请换一位，或者请服务中心安排。",
}


@dataclass(frozen=True, slots=True)
class YearCount:
    """How often somebody has come this year, or is going to."""

    name: str
    station: str
    count: int


@dataclass(frozen=True, slots=True)
class YearCounts:
    """活动日 次数: of so many representatives, those who came less often than they should."""

    year: int
    least: int
    people: int
    behind: tuple[YearCount, ...]

    def render(self) -> Text:
        """The first of them; kindly, it is nobody's ranking."""
        if not self.behind:
            return Text(f"{self.year} 年每位代表都到站接待了 {self.least} 次或更多。")
        first = (
            f"{self.year} 年每位代表到站接待 {self.least} 次，{self.people} 位里还差的有 {len(self.behind)} 位"
            "（已答应参加的也算）："
        )
        lines = [f"{one.name}　{one.station}　{one.count} 次" for one in self.behind[:_MOST_COUNTED]]
        more = [f"……还有 {len(self.behind) - _MOST_COUNTED} 位"] if len(self.behind) > _MOST_COUNTED else []
        return Text("\n".join([first, *lines, *more]))


_MOST_COUNTED = 30


@dataclass(frozen=True, slots=True)
class RosterOpened:
    """T-14: the officer sees whom the bot asks."""

    day: DayFacts
    where: str
    people: tuple[tuple[str, str], ...]  # name, state
    unreachable: tuple[str, ...] = ()

    def render(self) -> Text:
        """The proposed roster."""
        if not self.people:
            return Text(f"{self.day.when}活动日，{self.where}还没有代表。请发：活动日 加人 {self.day.id} 代表姓名")
        asked = [name for name, state in self.people if state == "invited" and name not in self.unreachable]
        others = [
            f"{name}（{ATTENDANCE_NAMES[state]}）"
            for name, state in self.people
            if state != "invited" and name not in self.unreachable
        ]
        lines = [f"{self.day.when}活动日，{self.where}的名单开始定了。"]
        lines += [f"已经问这 {len(asked)} 位代表能不能来：{'、'.join(asked)}"] if asked else []
        lines += [f"已经知道的：{'、'.join(others)}"] if others else []
        if self.unreachable:
            lines.append(
                f"没有开通企业微信，请电话问：{'、'.join(self.unreachable)}。"
                f"说来就发：活动日 参加 {self.day.id} 代表姓名"
            )
        return Text("\n".join([*lines, "谁来不了会另请一位并告诉您，一周前名单定下来。"]))


@dataclass(frozen=True, slots=True)
class RosterFixed:
    """T-7: how the roster stands."""

    day: DayFacts
    where: str
    people: tuple[tuple[str, str], ...]

    def render(self) -> Text:
        """Who comes; who has not said is asked once more."""
        named = "、".join(f"{name}（{ATTENDANCE_NAMES[state]}）" for name, state in self.people)
        return Text(
            f"{self.day.when}活动日，{self.where}的名单定了：\n{named or '没有代表'}\n没回复的代表会再问一次。"
        )


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Asked twice and no answer: the officer calls them."""

    day: DayFacts
    where: str
    people: tuple[str, ...]

    def render(self) -> Text:
        """Who they are."""
        return Text(
            f"{self.day.when}活动日，{self.where}还有代表没有回复，请电话问一下：{'、'.join(self.people)}"
            f"\n问到了请发：活动日 参加 {self.day.id} 代表姓名，或者：活动日 请假 {self.day.id} 代表姓名"
        )


@dataclass(frozen=True, slots=True)
class OfficerReminder:
    """The day before and the morning."""

    day: DayFacts
    where: str
    people: tuple[tuple[str, str], ...]
    today: bool = False

    def render(self) -> Text:
        """Who comes, and on the day how to note things."""
        named = "、".join(f"{name}（{ATTENDANCE_NAMES[state]}）" for name, state in self.people)
        first = f"{'今天' if self.today else '提醒'}：{self.day.when}活动日，{self.where}。代表：{named or '没有'}"
        how = "\n代表到了没签到的，请发：签到 代表姓名\n接待了群众，请发：接待 人数 反映的事 代表姓名"
        return Text(first + (how if self.today else ""))


@dataclass(frozen=True, slots=True)
class LeaveTaken:
    """A representative cannot come; `asked` is who was asked to stand in."""

    day: DayFacts
    where: str
    name: str
    asked: str = ""
    left: bool = False

    def render(self) -> Text:
        """Who, and what the bot did about it."""
        why = "已不在这个站的名单里" if self.left else "来不了"
        then = f"已问{self.asked}代表能否顶替。" if self.asked else "没有可以顶替的代表，请另外安排。"
        return Text(f"{self.day.when}活动日，{self.where}：{self.name}代表{why}。{then}")


@dataclass(frozen=True, slots=True)
class ReplacementFound:
    """Somebody agreed to stand in."""

    day: DayFacts
    where: str
    name: str
    instead_of: str

    def render(self) -> Text:
        """Who comes for whom."""
        return Text(f"{self.day.when}活动日，{self.where}：{self.name}代表替{self.instead_of}代表接待。")
