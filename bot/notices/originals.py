"""原文: what is private is masked in what members are shown; this is how they read one detail as it was written."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.notices.content import Text
from bot.notices.words import moment

# What `masking.Kind` calls them.
KIND_NAMES = MappingProxyType(
    {
        "identity card": "身份证号",
        "passport or permit": "证件号",
        "bank card": "银行卡号",
        "mobile phone": "手机号",
        "landline": "座机号",
        "number plate": "车牌号",
        "home address": "住址",
        "name of a minor": "未成年人姓名",
    }
)
_DETAIL = "内容"
# Why somebody looks at one on a page: what is sent and kept, and what is read.
REASONS = MappingProxyType(
    {
        "to reach them": "要联系本人",
        "to find the place": "要找到地方",
        "to check it": "要核对情况",
        "for the department": "部门办理要用",
    }
)


def how_to_see(number: str) -> str:
    """The words that stand beside masked numbers; `number` is the case's."""
    return f"号码、住址或孩子姓名已隐去，要用时发：原文 {number[-6:]}"


@dataclass(frozen=True, slots=True)
class Original:
    """One detail as it was written, in its message; `place` of `many` that are masked in the case."""

    number: str
    words: str
    at: datetime
    zone: ZoneInfo
    kind: str  # as `masking.Kind` has it
    place: int = 1
    many: int = 1

    def render(self) -> Text:
        which = f"（共隐去 {self.many} 处，这是第 {self.place} 处）" if self.many > 1 else ""
        lines = [
            f"{self.number} 的{KIND_NAMES.get(self.kind, _DETAIL)}{which}，写于 {moment(self.at, self.zone)}：",
            self.words,
            "请只用来办这件事，不要转发。谁看过，留有记录。",
        ]
        if self.place < self.many:
            lines.append(f"看下一处请发：原文 {self.number[-6:]} {self.place + 1}")
            if self.place == 1:
                lines.append(f"要一次全看，须另一人同意，请发：原文 {self.number[-6:]} 全部")
        return Text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class WholeOriginal:
    """Every message of a case with something masked, as it was written: a second person agreed."""

    number: str
    messages: tuple[tuple[datetime, str], ...]
    zone: ZoneInfo

    def render(self) -> Text:
        said = [f"{moment(at, self.zone)}：{words}" for at, words in self.messages]
        head = f"{self.number} 里有隐去内容的原话，已由另一人同意给您看："
        return Text("\n".join([head, *said, "请只用来办这件事，不要转发。谁看过、谁同意的，留有记录。"]))


@dataclass(frozen=True, slots=True)
class NothingMasked:
    """原文 of a case whose words are shown as they are."""

    number: str

    def render(self) -> Text:
        return Text(f"{self.number} 没有隐去的内容，您看到的就是原文。")


@dataclass(frozen=True, slots=True)
class NoSuchOriginal:
    """原文 with a place that there is not."""

    number: str
    many: int

    def render(self) -> Text:
        last = f"1 到 {self.many}" if self.many > 1 else "1"
        return Text(f"{self.number} 隐去的有 {self.many} 处，请发：原文 {self.number[-6:]} {last}")


@dataclass(frozen=True, slots=True)
class WordsErased:
    """原文 of a case whose words were erased."""

    number: str

    def render(self) -> Text:
        return Text(f"{self.number} 的内容已经删除，看不到原文了。")


@dataclass(frozen=True, slots=True)
class OriginalHelp:
    """原文 in a way that cannot be followed."""

    def render(self) -> Text:
        return Text("请这样写：原文 000123")
