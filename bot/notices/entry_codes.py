"""What is said of codes: to those who scan one that is no longer valid, and to those who change them."""

from dataclasses import dataclass

from bot.notices.content import Text

KINDS = {"rep": "代表码", "station": "联络站码"}
FAULTS = {"code_revoked": "已经停用", "code_expired": "已经过期", "code_unknown": "已经停用"}
REASONS = {"left_office": "离任", "lost": "遗失", "replaced": "换了新码", "other": "其他"}
REASON_WORDS = {"离任": "left_office", "卸任": "left_office", "遗失": "lost", "丢失": "lost", "丢了": "lost"}
_USAGE = "请这样写：停用码 代表姓名，或者：换码 代表姓名。姓名也可以换成代表、联络站的代码。"
_WHY_NOT = {
    "nobody": "没有找到“{words}”的码，请核对姓名或代码。",
    "several": "叫“{words}”的不止一位，请用代码再发一次：",
    "not_theirs": "{whose}的码不归您的联络站管，请联系那里的联络员，或者服务中心。",
    "already": "“{words}”的码早就停用了，不用再停。{valid}",
    "gone": "“{words}”已经不在名册里，不能再发新码。",
    "not_staff": "代表码由联络员和服务中心管理，您的这句话没有发给任何人。",
}


def led_elsewhere(kind: str, fault: str, station: str) -> str:
    """Why somebody who scanned a code is not where it says: one sentence for the greeting."""
    first = f"您扫的{KINDS[kind]}{FAULTS[fault]}"
    if station:
        return f"{first}，现在由{station}接待您，您要说的照样有人看。"
    return f"{first}，我们会按您写的内容转给合适的联络站。"


def no_picture(fault: str) -> str:
    """In place of a code's picture, for whoever wants to print it."""
    if fault == "code_unknown":
        return "没有这个代码。"
    return f"这个码{FAULTS[fault]}，不能再打印。请向联络站要新的码。"


@dataclass(frozen=True, slots=True)
class CodesRevoked:
    """After 停用码."""

    whose: str
    codes: tuple[str, ...]
    station: str

    def render(self) -> Text:
        return Text(
            f"{self.whose}的码已停用（{'、'.join(self.codes)}）。以后有人扫它，会先转给{self.station or '合适的联络站'}，并说明原因。"
            "\n要发新码，请写：换码 姓名或代码"
        )


@dataclass(frozen=True, slots=True)
class CodeRenewed:
    """After 换码; `again` where it was renewed a moment ago and the same code is given once more."""

    whose: str
    code: str
    url: str
    again: bool = False

    def render(self) -> Text:
        first = (
            f"{self.whose}的码刚刚换过，现在用的是 {self.code}。"
            if self.again
            else f"{self.whose}的新码是 {self.code}，以前的码同时停用。"
        )
        return Text(f"{first}\n打印新二维码：{self.url}")


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """停用码 or 换码 that cannot be followed; `choices` are (whose, code) of those of one name."""

    why: str
    words: str = ""
    whose: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    valid: str = ""  # the code that holds now

    def render(self) -> Text:
        first = _WHY_NOT[self.why].format(
            words=self.words, whose=self.whose, valid=f"现在有效的是 {self.valid}。" if self.valid else ""
        )
        return Text("\n".join([first, *(f"{whose}　代码 {code}" for whose, code in self.choices)]))


@dataclass(frozen=True, slots=True)
class CodeHelp:
    """停用码 or 换码 without a name."""

    def render(self) -> Text:
        return Text(_USAGE)
