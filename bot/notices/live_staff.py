"""What those who run a live session read: drafts, reminders, questions, the claim list, promises."""

from dataclasses import dataclass
from datetime import date

from bot.notices.content import Card, Field, Item, Text
from bot.notices.live import KINDS, LiveFacts
from bot.notices.screen import warning_of
from bot.notices.words import moment, shorten

WAITING = "waiting"
FATES = {
    "waiting": "还没有着落",
    "answered": "已在直播中答复",
    "case": "已立案",
    "merged": "已并入",
    "declined": "不采纳",
    "withdrawn": "本人已撤回",
}
STATES = {
    "draft": "等人同意",
    "approved": "已同意，等公布",
    "announced": "已公布",
    "collecting": "正在收问题",
    "reminded": "就要开始",
    "live": "正在进行",
    "ended": "已结束，问题待认领",
    "sorted": "问题已认领",
    "claimed": "清单已发出",
    "published": "答复已送到",
    "followed_up": "立案的事都答复了",
    "archived": "已归档",
    "cancelled": "已取消",
}
ERASED = "（内容已删除）"
UNAPPROVED = "到了时间还没有人同意"
BY_ANCHOR = "主播在企业微信里取消了"
ANSWERED_TAP, CASE_TAP, SKIP_TAP = "live-answered", "live-case", "live-skip"
HOW_TO_SORT = "逐个认领请发（3 是问题号）：\n直播 3 已答 要点\n直播 3 立案 代表姓名（不写姓名就自动找）\n直播 3 并入 1\n直播 3 不采纳 原因"


def day(on: date) -> str:
    """A local date, such as `12月20日`."""
    return f"{on.month}月{on.day}日"


@dataclass(frozen=True, slots=True)
class DraftWaits:
    """A second person is asked to stand for a session."""

    facts: LiveFacts
    author: str

    def render(self) -> Text:
        facts = self.facts
        lines = [
            f"{self.author}新建了一场{KINDS[facts.kind]}，请另一位负责同志看过后同意：",
            f"“{facts.title}”，{facts.station}，{facts.when}",
            facts.with_whom,
            facts.description,
            f"同意请发：直播 同意 {facts.id}",
        ]
        return Text("\n".join(line for line in lines if line))


@dataclass(frozen=True, slots=True)
class SessionAhead:
    """To officers and hosts: approved, announced, tomorrow, in ten minutes; with the poster and what was asked."""

    facts: LiveFacts
    poster_url: str
    waiting: int
    approved: bool = False
    public: bool = False  # with a text to pass on
    early_minutes: int = 15

    def render(self) -> Text:
        facts = self.facts
        first = "已经同意，会按时公布" if self.approved else "请按时到场"
        lines = [
            f"{facts.station}的{facts.name}，{facts.when}，{first}。",
            facts.with_whom,
            f"现在有 {self.waiting} 个问题等着答，发“直播 问题 {facts.id}”看。" if self.waiting else "",
            f"张贴用的提问码：{self.poster_url}",
            f"观看地址（开始前 {self.early_minutes} 分钟起可以进）：{facts.url}",
            f"\n可以转发的通知：\n{self._public()}" if self.public else "",
        ]
        return Text("\n".join(line for line in lines if line))

    def _public(self) -> str:
        facts = self.facts
        who = f"{facts.with_whom}。" if facts.with_whom else ""
        what = f"{facts.description}。" if facts.description else ""
        return (
            f"{facts.station}定于 {facts.when} 举行{facts.name}。{who}{what}"
            f"观看：{facts.url} 提问请用微信扫码：{self.poster_url}"
        )


@dataclass(frozen=True, slots=True)
class SessionMoved:
    """Those who run it hear of the new time; the reason is told to everyone."""

    facts: LiveFacts

    def render(self) -> Text:
        why = f"，原因：{self.facts.note}" if self.facts.note else ""
        return Text(
            f"{self.facts.station}的{self.facts.name}改到 {self.facts.when}{why}。收到过通知的人和提问的人都会告诉。"
        )


@dataclass(frozen=True, slots=True)
class SessionCancelled:
    """Those who run it hear that it is called off; of a draft its author does."""

    facts: LiveFacts
    was_draft: bool = False

    def render(self) -> Text:
        why = f"，原因：{self.facts.note}" if self.facts.note else ""
        starts = moment(self.facts.starts_at, self.facts.zone)
        if self.was_draft:
            return Text(f"您建的 {starts} {self.facts.station}{self.facts.name}没有办成{why}。没有通知过任何人。")
        return Text(
            f"原定 {starts} 的{self.facts.station}{self.facts.name}取消了{why}。"
            "收到过通知的人都会告诉，已经提的问题会转为来信，照样有人答复。"
        )


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question in a list; `fate` is its state, `detail` whose it is now or what was said."""

    number: int
    text: str
    fate: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in 直播."""

    facts: LiveFacts
    state: str
    asked: int
    waiting: int
    undelivered: int = 0


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise in a list."""

    id: int
    owner: str
    due_on: date
    text: str
    late: bool = False

    @property
    def line(self) -> str:
        """As it stands in a list."""
        return f"承诺 {self.id}：{self.owner}，{day(self.due_on)}前，{shorten(self.text, 40)}{'（已过期）' if self.late else ''}"


@dataclass(frozen=True, slots=True)
class Overview:
    """直播: one's own sessions, and what is asked in the one that matters now."""

    sessions: tuple[SessionLine, ...]
    questions: tuple[QuestionLine, ...]  # of the first session
    promises: tuple[PromiseLine, ...]

    def render(self) -> Text:
        if not self.sessions:
            return Text("您名下现在没有直播接待、线上议事会或网络问政。")
        parts = [self._session(one) for one in self.sessions]
        if self.questions:
            first = self.sessions[0].facts.id
            parts.append("\n".join([f"第 {first} 场还没有着落的问题：", *map(_listed, self.questions)]))
            parts.append(HOW_TO_SORT)
        if self.promises:
            parts.append("\n".join(one.line for one in self.promises))
        return Text("\n\n".join(parts))

    @staticmethod
    def _session(one: SessionLine) -> str:
        facts = one.facts
        held = f"，{one.undelivered} 条答复等对方来信才能送到" if one.undelivered else ""
        return (
            f"第 {facts.id} 场 {facts.station}{facts.name}\n{facts.when}，{STATES[one.state]}"
            f"\n收到问题 {one.asked} 个，{one.waiting} 个还没有着落{held}"
        )


def _listed(one: QuestionLine) -> str:
    if one.fate == WAITING:
        notes = "；".join(note for note in (one.detail, warning_of(one.text)) if note)
        return f"{one.number}. {shorten(one.text, 80)}{f'（{notes}）' if notes else ''}"
    detail = f"：{shorten(one.detail, 40)}" if one.detail else ""
    return f"{one.number}. {shorten(one.text, 60)} —— {FATES[one.fate]}{detail}"


@dataclass(frozen=True, slots=True)
class Questions:
    """直播 问题: everything that was asked, for the moderator alone; no names."""

    facts: LiveFacts
    lines: tuple[QuestionLine, ...]

    def render(self) -> Text:
        if not self.lines:
            return Text(f"第 {self.facts.id} 场还没有人提问。")
        first = f"第 {self.facts.id} 场收到 {len(self.lines)} 个问题。有个人信息的、孩子提的，请不要在屏幕上显示："
        return Text("\n".join([first, *map(_listed, self.lines)]))


@dataclass(frozen=True, slots=True)
class ClaimList:
    """问题认领清单: every question with whose it is; `sorted_out` where each has its fate."""

    facts: LiveFacts
    lines: tuple[QuestionLine, ...]
    sorted_out: bool

    def render(self) -> Text:
        facts = self.facts
        first = f"{facts.station}{facts.name}（第 {facts.id} 场，{facts.when}）的问题认领清单"
        if not self.lines:
            return Text(f"{first}：这一场没有人提问。")
        waiting = sum(one.fate == WAITING for one in self.lines)
        count = f"共 {len(self.lines)} 个问题" + (f"，{waiting} 个还没有着落" if waiting else "，都有着落了")
        told = [f"{first}，{count}：", *map(_listed, self.lines)]
        return Text("\n".join(told if self.sorted_out else [*told, HOW_TO_SORT]))


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """One question to claim by a tap."""

    question_id: int
    session_id: int
    number: int
    text: str
    waiting: int

    def render(self) -> Card:
        return Card(
            f"第 {self.session_id} 场 第 {self.number} 号问题",
            shorten(
                f"还有 {self.waiting} 个没有着落{f'。{warned}' if (warned := warning_of(self.text)) else ''}", 44
            ),
            shorten(self.text, 160),
            (),
            (
                Item(f"{ANSWERED_TAP}:{self.question_id}", "直播中已答"),
                Item(f"{CASE_TAP}:{self.question_id}", "立案"),
                Item(f"{SKIP_TAP}:{self.question_id}", "下一个"),
            ),
        )


@dataclass(frozen=True, slots=True)
class QuestionCardDone:
    """The card after it was tapped."""

    session_id: int
    number: int
    text: str
    fate: str

    def render(self) -> Card:
        settled = {"answered": "已答", "case": "已立案", "waiting": "先放一放"}.get(self.fate, "已有着落")
        title = f"第 {self.session_id} 场 第 {self.number} 号问题"
        return Card(title, settled, shorten(self.text, 160), (Field("着落", FATES[self.fate]),), (), settled)


@dataclass(frozen=True, slots=True)
class FateNoted:
    """After 已答, 立案, 并入, 不采纳; `detail` is the case or the question it went to."""

    number: int
    fate: str
    detail: str
    waiting: int
    held: bool = False

    def render(self) -> Text:
        left = f"还有 {self.waiting} 个没有着落。" if self.waiting else "这一场的问题都有着落了。"
        told = "对方超过时限没有来信，等对方一来信就先发给他。" if self.held else "提问人会收到。"
        detail = f"（{self.detail}）" if self.detail else ""
        return Text(f"第 {self.number} 号问题{FATES[self.fate]}{detail}，{told}{left}")


@dataclass(frozen=True, slots=True)
class SortReminder:
    """Questions still have no fate: to those who run the session, then the lead, then the centre."""

    facts: LiveFacts
    waiting: int
    rung: str = ""

    def render(self) -> Text:
        first = f"{self.facts.station}{self.facts.name}（第 {self.facts.id} 场）还有 {self.waiting} 个问题没有着落"
        if self.rung:
            return Text(f"{first}，联络员和参加的代表已经提醒过，现在请您过问。发“直播 问题 {self.facts.id}”看。")
        return Text(f"{first}，提问的人在等。发“直播”可以逐个认领。")


@dataclass(frozen=True, slots=True)
class AnswersUndelivered:
    """A week after the end some askers have not written again, so that their answers wait."""

    facts: LiveFacts
    numbers: tuple[int, ...]

    def render(self) -> Text:
        listed = "、".join(str(number) for number in self.numbers[:30])
        return Text(
            f"{self.facts.station}{self.facts.name}（第 {self.facts.id} 场）有 {len(self.numbers)} 条答复一周还没送到"
            f"（第 {listed} 号）：对方没有再来信，微信不让我们先发。对方一来信就先发给他。"
        )


@dataclass(frozen=True, slots=True)
class PromisesAsked:
    """The morning after a meeting or question session: promises get an owner and a date within a day."""

    facts: LiveFacts

    def render(self) -> Text:
        return Text(
            f"{self.facts.station}{self.facts.name}昨天结束，还没有记下会上的承诺。有的话今天记下单位和日期，没有就不用管：\n"
            f"直播 承诺 {self.facts.id} 单位 2026-12-20 内容"
        )


@dataclass(frozen=True, slots=True)
class PromiseNoted:
    """After 承诺."""

    promise: PromiseLine

    def render(self) -> Text:
        return Text(f"记下了。{self.promise.line}。到期前后会提醒您；做到了请发：直播 兑现 {self.promise.id}")


@dataclass(frozen=True, slots=True)
class PromiseDue:
    """A promise is due today, or is overdue."""

    facts: LiveFacts
    promise: PromiseLine

    def render(self) -> Text:
        when = "已经过期" if self.promise.late else "今天到期"
        return Text(
            f"{self.facts.name}上的承诺{when}：{self.promise.owner}，{shorten(self.promise.text, 200)}。"
            f"请核实；做到了请发：直播 兑现 {self.promise.id}"
        )


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """After 兑现; `again` where it was on record before."""

    promise: PromiseLine
    again: bool

    def render(self) -> Text:
        return Text(
            f"承诺 {self.promise.id}（{self.promise.owner}）{'早就记为兑现了' if self.again else '已记为兑现'}。"
        )


@dataclass(frozen=True, slots=True)
class SessionSettled:
    """After 同意, 结束, 恢复, 改期, 取消, 安排."""

    facts: LiveFacts
    act: str

    def render(self) -> Text:
        done = {
            "approve": "已同意，会按时公布",
            "end": "已结束，认领清单已经发给您",
            "resume": "已恢复，可以接着提问",
            "move": f"改到 {self.facts.when}，收到过通知的人和提问的人都会告诉",
            "cancel": "已取消，收到过通知的人都会告诉，提过的问题会转为来信",
            "draft": f"（{self.facts.when}）已记下，等另一位负责同志同意；可以同意的人已经收到消息",
        }[self.act]
        return Text(f"第 {self.facts.id} 场 {self.facts.station}{self.facts.name}{done}。")


REFUSALS = {
    "nothing": "您名下没有第 {words} 场直播。发“直播”看您的场次。",
    "several": "您有几场在收问题或等认领，请写明场次，例如：直播 {words} 已答 要点（前面是场次，后面是问题号）。",
    "no_question": "这一场没有第 {words} 号问题。发“直播”看编号。",
    "own_draft": "这一场是您自己建的，要另一位负责同志同意。",
    "not_reviewer": "直播要由站长或服务中心的同志同意。",
    "state": "这一场现在是“{words}”，不能这样改。",
    "decided": "第 {words} 号问题已经有着落了。",
    "itself": "第 {words} 号问题不能并入它自己。",
    "no_reason": "不采纳要写原因，提问人会看到：直播 {words} 不采纳 原因",
    "no_words": "已答请写一句要点，提问人会看到：直播 {words} 已答 要点",
    "nobody": "没有叫“{words}”的代表，请核对姓名或代码。",
    "same_name": "有几位同名的代表，请用代码：{words}",
    "no_promise": "没有第 {words} 号承诺，或者不归您管。",
    "no_day": "日期没有看懂，请这样写：2026-12-20。",
    "past": "时间已经过了，请换一个以后的时间。",
    "no_draft": "请这样写：直播 安排 2026-12-20 19:30 主题 代表张伟、李娜 https://观看地址。用企业微信播就不写地址，由第一位代表开播。",
    "no_station": "没有找到您的联络站，请联系服务中心。",
    "no_member": "您不在名单里，请联系服务中心。",
    "not_staff": "直播由联络员、负责人或服务中心安排。",
    "no_anchor": "第一位代表没有开通企业微信，请写上观看地址，或者换一位。",
    "one_platform": "观看地址只要写一个。",
    "no_https": "观看地址要用加密的，例如：https://zhibo.example/1",
}


@dataclass(frozen=True, slots=True)
class LiveRefused:
    """Something that cannot be done, and why."""

    why: str
    words: str = ""

    def render(self) -> Text:
        return Text(REFUSALS[self.why].format(words=self.words))


@dataclass(frozen=True, slots=True)
class LiveHelp:
    """直播 with something that cannot be read."""

    def render(self) -> Text:
        return Text(
            "没有看懂，也没有发给任何人。可以发：\n直播（看您的场次）\n直播 问题 场次号\n直播 同意 场次号\n直播 结束 场次号\n"
            "直播 改期 场次号 2026-12-20 19:30 原因（断了也这样改）\n直播 取消 场次号 原因\n"
            "直播 安排 2026-12-20 19:30 主题 代表张伟、李娜 https://观看地址（用企业微信播就不写地址）\n"
            f"{HOW_TO_SORT}\n直播 承诺 场次号 单位 2026-12-20 内容\n直播 兑现 承诺号"
        )


@dataclass(frozen=True, slots=True)
class LivingRefused:
    """WeCom did not carry out what was decided about the broadcast."""

    facts: LiveFacts
    cancelled: bool

    def render(self) -> Text:
        what = "取消" if self.cancelled else "预约或修改"
        return Text(
            f"{self.facts.station}{self.facts.name}在企业微信里没有{what}成功。请主播在企业微信“直播”里手动{what}，"
            f"时间是 {self.facts.when}。"
        )
