"""What staff read while they write and approve a notice."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.broadcast import CARD_TEXT_LENGTH
from bot.notices.broadcast_results import STATES
from bot.notices.content import Card, Field, Item, Text
from bot.notices.words import moment, shorten

TO, SUBMIT, SUBMIT_AGAIN, RETARGET, DROP = (
    "notice_to",
    "notice_submit",
    "notice_again",
    "notice_back",
    "notice_drop",
)
AGREE, SEND_BACK = "notice_agree", "notice_refuse"


@dataclass(frozen=True, slots=True)
class Choice:
    """An audience that can be tapped: its code, what it is called, how many people it is now."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class WhoGetsIt:
    """After 通知 …: the draft, and whom it could be for."""

    broadcast_id: int
    text: str
    choices: tuple[Choice, ...]

    def render(self) -> Card:
        buttons = [
            Item(f"{TO}:{self.broadcast_id}:{one.code}", f"{one.label} {one.count}人"[:10]) for one in self.choices
        ]
        buttons.append(Item(f"{DROP}:{self.broadcast_id}", "不发了"))
        return Card(
            "这条通知发给谁？",
            f"通知 {self.broadcast_id} · 草稿",
            shorten(self.text, CARD_TEXT_LENGTH),
            (),
            tuple(buttons),
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """Whom a notice is for and what is known before it is sent."""

    audience: str
    size: int
    now: int = 0  # of constituents: who can be told at once
    later: int = 0  # with their next message
    for_people: bool = False
    without_userid: int = 0
    unknown: int = 0

    @property
    def count(self) -> str:
        """How many, told honestly."""
        if not self.for_people:
            return f"{self.size} 人"
        gone = self.size - self.now - self.later
        return f"现在能收到 {self.now} 人，下次来信时 {self.later} 人，收不到 {gone} 人"

    @property
    def missing(self) -> str:
        """Who will not have it, or may not."""
        said = [f"{self.without_userid} 人没有企业微信号"] if self.without_userid else []
        said += [f"{self.unknown} 个账号不在名册"] if self.unknown else []
        return "，".join(said) or "没有"


@dataclass(frozen=True, slots=True)
class ReadyToSubmit:
    """The audience is chosen, the preview is in the author's chat."""

    broadcast_id: int
    text: str
    facts: Facts
    reviewers: str

    def render(self) -> Card:
        return Card(
            "核对后送审",
            f"通知 {self.broadcast_id} · 样子见上一条预览",
            shorten(self.text, CARD_TEXT_LENGTH),
            _fields(self.facts, Field("谁来审核", shorten(self.reviewers, 26))),
            (
                Item(f"{SUBMIT}:{self.broadcast_id}", "送审"),
                Item(f"{RETARGET}:{self.broadcast_id}", "换发送范围"),
                Item(f"{DROP}:{self.broadcast_id}", "不发了"),
            ),
        )


@dataclass(frozen=True, slots=True)
class SameAgain:
    """The same words went to mostly the same people within a day: asked, not assumed."""

    broadcast_id: int
    earlier_id: int
    at: datetime
    shared: int
    zone: ZoneInfo

    def render(self) -> Card:
        return Card(
            "内容和不久前的一条一样",
            f"通知 {self.earlier_id} · {moment(self.at, self.zone)}",
            f"一样的内容，{self.shared} 人在一天之内已经收到或将收到。确定要再发一遍吗？",
            (),
            (
                Item(f"{SUBMIT_AGAIN}:{self.broadcast_id}", "仍要送审"),
                Item(f"{DROP}:{self.broadcast_id}", "不发了"),
            ),
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """A card of the author's or a reviewer's after it was tapped, by whomever."""

    broadcast_id: int
    title: str
    text: str
    words: str

    def render(self) -> Card:
        text = shorten(self.text, CARD_TEXT_LENGTH)
        return Card(self.title, f"通知 {self.broadcast_id}", text, (), (), self.words[:10])


@dataclass(frozen=True, slots=True)
class PleaseReview:
    """To those who may stand for it as the second person."""

    broadcast_id: int
    author: str
    text: str
    facts: Facts
    due: str

    def render(self) -> Card:
        return Card(
            "请审核一条通知",
            shorten(f"{self.author}起草 · 通知 {self.broadcast_id}", 44),
            shorten(self.text, CARD_TEXT_LENGTH),
            _fields(self.facts, Field("发送时间", self.due)),
            (Item(f"{AGREE}:{self.broadcast_id}", "同意"), Item(f"{SEND_BACK}:{self.broadcast_id}", "退回")),
        )


def _fields(facts: Facts, *more: Field) -> tuple[Field, ...]:
    to = Field("发给", shorten(facts.audience, 40))
    return (to, Field("人数", facts.count), Field("收不到的", facts.missing), *more)


@dataclass(frozen=True, slots=True)
class WholeText:
    """The full words, where they do not fit on the card of the review."""

    broadcast_id: int
    text: str

    def render(self) -> Text:
        return Text(f"通知 {self.broadcast_id} 的全文：\n{self.text}")


@dataclass(frozen=True, slots=True)
class Approved:
    """To the author: the second person agreed."""

    broadcast_id: int
    by: str
    facts: Facts
    due_at: datetime
    now: datetime
    zone: ZoneInfo

    def render(self) -> Text:
        when = "现在开始发" if self.due_at <= self.now else f"{moment(self.due_at, self.zone)} 开始发"
        return Text(
            f"通知 {self.broadcast_id} {self.by}已同意，名单已定：{self.facts.audience}，{self.facts.count}；{when}。"
            f"\n看进展：通知 进度 {self.broadcast_id}；不发了：通知 撤回 {self.broadcast_id}"
        )


@dataclass(frozen=True, slots=True)
class StandsForIt:
    """To the second person, where a command named them."""

    broadcast_id: int
    author: str
    facts: Facts

    def render(self) -> Text:
        return Text(
            f"通知 {self.broadcast_id}（{self.author}起草）由您审核，发给{self.facts.audience}，{self.facts.count}。"
            f"\n不是您同意的，请马上发：通知 撤回 {self.broadcast_id}"
        )


@dataclass(frozen=True, slots=True)
class SentBack:
    """To the author: the second person did not agree."""

    broadcast_id: int
    by: str

    def render(self) -> Text:
        return Text(f"通知 {self.broadcast_id} 被{self.by}退回，没有发给任何人。改好后请重新发：通知 正文")


WHY_NOT = {
    "role": "发通知、审通知要由联络员、站长或服务中心来做。",
    "empty text": "通知还没有内容。",
    "text too long": "太长了：{is_} {unit}，最多 {most} {unit}。请缩短，或者改发链接。",
    "title too long": "标题太长了：{is_} 个字，最多 {most} 个字。",
    "bad link": "链接不对，请写完整的网址。",
    "bad options": "选项要 2 到 6 个，各不相同，每个不超过 10 个字。",
    "empty audience": "这个范围里没有能收到的人，请换一个范围。",
    "nobody to review": "没有可以审核的第二个人，请和服务中心联系。",
    "own notice": "自己写的通知要由另一个人审核。",
    "may not review": "这条通知要由站长或服务中心的另一个人审核。",
    "no such notice": "没有找到您能看的通知 {number}。",
    "state": "通知 {number} 现在是“{state}”，这一步做不了。",
    "audience": "这个范围现在用不了，请换一个。",
}


@dataclass(frozen=True, slots=True)
class CannotDo:
    """A step that is not possible, and why."""

    why: str
    number: int = 0
    state: str = "draft"
    is_: int = 0
    most: int = 0
    unit: str = "字节"

    def render(self) -> Text:
        words = WHY_NOT.get(self.why, "这一步现在做不了。")
        return Text(
            words.format(
                number=self.number or "", state=STATES[self.state], is_=self.is_, most=self.most, unit=self.unit
            )
        )


@dataclass(frozen=True, slots=True)
class BroadcastHelp:
    """通知 alone, or in a way that cannot be followed; `recent` are this member's own, newest first."""

    recent: tuple[tuple[int, str, str], ...] = ()

    def render(self) -> Text:
        listed = [f"通知 {number}“{name}”：{STATES[state]}" for number, name, state in self.recent]
        return Text(
            "\n".join(
                [
                    "发通知请写：通知 正文。选好范围、另一个人同意后才会发出。",
                    "通知 进度 编号、通知 名单 编号、通知 重发 编号、通知 撤回 编号、通知 更正 编号 正文。",
                    *listed,
                ]
            )
        )
