"""代表联系服务群众日, as officers, leads and the service centre read of it."""

from dataclasses import dataclass
from datetime import date

from bot.notices.activity_day import TITLE, DayFacts, day_words, fields_of
from bot.notices.content import Card, Field, Item, Text
from bot.notices.words import shorten

CONFIRM, ANOTHER, PROPOSED, FILE = "day_confirm", "day_other", "day_move", "day_file"
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


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """What a site counts."""

    attendances: int
    received: int
    opinions: int
    proposals: int

    @property
    def words(self) -> str:
        """In one line."""
        return (
            f"到会代表 {self.attendances} 人次，接待群众 {self.received} 人，"
            f"意见 {self.opinions} 条，建议 {self.proposals} 条"
        )

    @property
    def key(self) -> str:
        """As a button carries it, so that only what was seen is filed."""
        return f"{self.attendances}-{self.received}-{self.opinions}-{self.proposals}"


@dataclass(frozen=True, slots=True)
class ReportCard:
    """The counts of a site as the records have them: one tap files them, a correction needs words.

    `nags` is how often it was asked before; `changed` when what was tapped is not what is counted now.
    """

    day: DayFacts
    site_id: int
    where: str
    figures: SiteFigures
    due_on: date | None = None
    overdue: bool = False
    changed: bool = False

    def render(self) -> Card:
        """按此上报."""
        button = Item(f"{FILE}:{self.site_id}:{self.figures.key}", "按此上报")
        by = f"请在{day_words(self.due_on)}前上报。" if self.due_on and not self.overdue else ""
        first = "数字刚刚变了，请再看一下。" if self.changed else "已经过了上报的日子。" if self.overdue else by
        matter = f"{first}{self.figures.words}。不对请发：活动日 上报 {self.day.id} 接待3人 意见2条 建议1条 小结"
        fields = (
            Field("时间", shorten(self.day.when, 26)),
            Field("地点", shorten(self.where, 26)),
            Field("编号", str(self.day.id)),
        )
        return Card("活动日情况上报", shorten(self.day.region, 44), shorten(matter, 160), fields, (button,))


@dataclass(frozen=True, slots=True)
class ReportFiled:
    """The card after it was filed."""

    day: DayFacts
    where: str
    figures: SiteFigures

    def render(self) -> Card:
        """Without buttons."""
        matter = shorten(f"{self.figures.words}。要改请再发：活动日 上报 {self.day.id} …", 160)
        return Card(
            "活动日情况上报", shorten(self.day.region, 44), matter, fields_of(self.day, self.where), (), "已上报"
        )


@dataclass(frozen=True, slots=True)
class ReportNoted:
    """After `活动日 上报`; `raw` are the records' figures where they differ from what was filed."""

    day: DayFacts
    where: str
    figures: SiteFigures
    raw: SiteFigures | None = None

    def render(self) -> Text:
        """What was filed."""
        beside = f"\n记录里是：{self.raw.words}。两个数都会留着。" if self.raw else ""
        return Text(f"{self.day.when}活动日，{self.where}已上报：{self.figures.words}。{beside}")


@dataclass(frozen=True, slots=True)
class ReportRefused:
    """`活动日 上报` that cannot be filed; `choices` are the sites to choose from."""

    why: str
    choices: tuple[tuple[int, str], ...] = ()

    def render(self) -> Text:
        """Why, and how it is written."""
        listed = [f"活动日 上报 {number} {name} 小结" for number, name in self.choices]
        return Text("\n".join([_NO_REPORT[self.why], *listed]))


_NO_REPORT = {
    "nothing": "没有等您上报的活动日。",
    "not_over": "这次活动日还没有结束，结束后再报。",
    "archived": "这次活动日已经归档，不能再改。",
    "which": "有几处等您上报，请写明哪一处：",
    "not_yours": "这个联络站的情况不归您报。",
}


@dataclass(frozen=True, slots=True)
class ReportMissing:
    """Leads, and then the centre, hear that a site has not reported."""

    day: DayFacts
    where: str
    due_on: date

    def render(self) -> Text:
        """Which, and since when."""
        return Text(
            f"{self.day.when}活动日，{self.where}还没有上报情况（应在{day_words(self.due_on)}前报）。请催一下。"
        )


@dataclass(frozen=True, slots=True)
class DaySummary:
    """Every site has filed: the centre has the figures of the day."""

    day: DayFacts
    sites: int
    sessions: int
    filed: SiteFigures
    raw: SiteFigures

    def render(self) -> Text:
        """As filed, and as the records have it where that differs."""
        beside = "" if self.filed == self.raw else f"\n按原始记录：{self.raw.words}。"
        return Text(
            f"{self.day.region}{self.day.when}活动日，{self.sites} 个站都已上报，开展 {self.sessions} 场。"
            f"\n{self.filed.words}。{beside}"
        )


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
