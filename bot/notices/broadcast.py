"""A notice as its recipients have it: a card with buttons for members, a text for constituents, and what follows."""

from dataclasses import dataclass

from bot.notices.content import Card, Item, Text
from bot.notices.words import shorten

OK, JOIN, LEAVE, OPTION = "ok", "join", "leave", "v"
NONE, VOTE = "none", "vote"
BUTTONS = (NONE, OK, JOIN, VOTE)
MOST_OPTIONS = 6  # buttons of a card, WeCom document 90236
OPTION_LENGTH = 10  # characters on a button
TITLE_LENGTH = 36  # characters of a card's title
CARD_TEXT_LENGTH = 160  # characters of a card's text; more would be cut
TEXT_BYTES = 2048  # of a text message, everything included
TAP = "notice"
_LABELS = {OK: "知道了", JOIN: "参加", LEAVE: "请假"}
_CHOSEN = {OK: "已确认", JOIN: "已回复：参加", LEAVE: "已回复：请假"}
_OFFERED = {OK: (OK,), JOIN: (JOIN, LEAVE)}


@dataclass(frozen=True, slots=True)
class Wording:
    """What a notice says; `options` are those of a vote."""

    text: str
    title: str = ""
    link: str = ""
    buttons: str = NONE
    options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How people speak of it: its title, or how it begins."""
        return shorten(self.title or self.text, 18)

    @property
    def choices(self) -> dict[str, str]:
        """What can be tapped: code and label."""
        if self.buttons == VOTE:
            return {f"{OPTION}{number}": label for number, label in enumerate(self.options, start=1)}
        return {code: _LABELS[code] for code in _OFFERED.get(self.buttons, ())}

    def chosen(self, choice: str) -> str:
        """What a tap is called on the card afterwards."""
        return _CHOSEN.get(choice) or f"已选：{self.choices.get(choice, '')}"


@dataclass(frozen=True, slots=True)
class Notice:
    """To a member. `choice` is what they tapped; `preview` is said to its author before anybody else."""

    broadcast_id: int
    sender: str
    wording: Wording
    choice: str = ""
    preview: bool = False
    recalled: bool = False
    needs_receipt: bool = False

    def render(self) -> Card | Text:
        if self.recalled:
            return Card(self._title, self._hint, "这条通知已撤回，请不要再引用。", (), (), "已撤回")
        return self._text() if self.wording.buttons == NONE else self._card()

    def _card(self) -> Card:
        buttons = tuple(
            Item(f"{TAP}:{self.broadcast_id}:{code}", label) for code, label in self.wording.choices.items()
        )
        done = self.wording.chosen(self.choice) if self.choice else ""
        return Card(
            self._title,
            self._hint,
            self.wording.text,
            (),
            () if done else buttons,
            shorten(done, OPTION_LENGTH),
            self.wording.link,
        )

    def _text(self) -> Text:
        first = f"【{self.wording.title}】" if self.wording.title else ""
        last = f"收到请回复：通知 收到 {self.broadcast_id}" if self.needs_receipt else ""
        lines = [first, self.wording.text, self.wording.link, last, f"——{self._hint}"]
        return Text("\n".join(line for line in lines if line))

    @property
    def _title(self) -> str:
        return self.wording.title or "通知"

    @property
    def _hint(self) -> str:
        return shorten(
            f"{'预览，还没有发出 · ' if self.preview else ''}通知 {self.broadcast_id} · {self.sender}", 44
        )


@dataclass(frozen=True, slots=True)
class NoticeForPeople:
    """To a constituent who subscribed to a station; 退订 ends it."""

    sender: str
    wording: Wording

    def render(self) -> Text:
        first = f"{self.sender}通知" + (f"：{self.wording.title}" if self.wording.title else "")
        lines = [first, self.wording.text, self.wording.link, "不想再收到通知，请发：退订"]
        return Text("\n".join(line for line in lines if line))


@dataclass(frozen=True, slots=True)
class Nudge:
    """Once, to those who have not confirmed."""

    broadcast_id: int
    name: str
    by_word: bool

    def render(self) -> Text:
        how = f"看过请回复：通知 收到 {self.broadcast_id}" if self.by_word else "看过请点一下那张卡片上的按钮"
        return Text(f"通知 {self.broadcast_id}“{self.name}”还在等您确认。{how}，就不再提醒您了。")


@dataclass(frozen=True, slots=True)
class ReceiptNoted:
    """After 通知 收到 编号, or a tap on a card that cannot change any more."""

    name: str
    words: str

    def render(self) -> Text:
        return Text(f"“{self.name}”：{self.words}，谢谢您。")


@dataclass(frozen=True, slots=True)
class NotForYou:
    """A tap or a word about a notice that this member did not get."""

    preview: bool = False

    def render(self) -> Text:
        if self.preview:
            return Text("这是预览，点了不算数；发出去以后，收到的人点了才记。")
        return Text("没有找到发给您的这条通知。")
