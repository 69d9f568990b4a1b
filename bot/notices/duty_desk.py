"""What staff read of the duty record: what waits for review, who has not confirmed, the ledger's heads."""

from dataclasses import dataclass
from datetime import date

from bot.notices.content import Text
from bot.notices.duty import DutyFacts
from bot.notices.words import shorten

MOST_COUNTED = 1000


def counted(total: int, shown: int = 0) -> str:
    """How many there are besides those that are shown; at `MOST_COUNTED` counting ended."""
    return f"{total - shown} 条以上" if total >= MOST_COUNTED else f"{total - shown} 条"


@dataclass(frozen=True, slots=True)
class Reviewable:
    """One entry in the list; `disputed` is what its representative says is wrong, `evidence` how much there is."""

    facts: DutyFacts
    representative: str
    disputed: str = ""

    @property
    def line(self) -> str:
        """Who, when, what."""
        one = self.facts
        evidence = f"（佐证 {one.evidence} 份）" if one.evidence else ""
        wrong = f"\n  代表说有误：{shorten(self.disputed, 60)}" if self.disputed else ""
        return f"{one.line} {self.representative}代表：{shorten(one.summary, 40)}{evidence}{wrong}"


@dataclass(frozen=True, slots=True)
class ReviewList:
    """履职待审."""

    entries: tuple[Reviewable, ...]
    total: int

    def render(self) -> Text:
        """The first ones, and how to decide."""
        if not self.entries:
            return Text("没有等您核对的履职记录。")
        left = counted(self.total, len(self.entries))
        more = [f"后面还有 {left}。"] if self.total > len(self.entries) else []
        return Text(
            "\n".join(
                [
                    f"等您核对的履职记录 {counted(self.total)}：",
                    *(one.line for one in self.entries),
                    *more,
                    "通过请发“通过 编号 编号”，这一页都通过发“通过 全部”；退回请发“退回 编号 原因”；"
                    "有误的请发“履职更正 编号 要改的地方”。",
                ]
            )
        )


@dataclass(frozen=True, slots=True)
class Reviewed:
    """After 通过 or 退回: how many, and which could not be."""

    done: tuple[int, ...]
    passed: bool
    refused: tuple[int, ...] = ()
    left: int = 0

    def render(self) -> Text:
        """In one sentence."""
        word = "通过" if self.passed else "退回"
        told = f"已{word} {len(self.done)} 条。" if self.done else f"没有{word}任何一条。"
        refused = (
            f"不能{word}：{'、'.join(map(str, self.refused[:20]))}（不在您这里、是您本人的，或已处理）。"
            if self.refused
            else ""
        )
        left = f"还有 {counted(self.left)}，发“履职待审”查看。" if self.left else ""
        return Text(told + refused + left)


@dataclass(frozen=True, slots=True)
class ReviewHelp:
    """通过 or 退回 that cannot be read."""

    def render(self) -> Text:
        """How it is written."""
        return Text("请写编号：“通过 12 13”或“通过 全部”；退回要写原因：“退回 12 人数不对”。发“履职待审”看列表。")


@dataclass(frozen=True, slots=True)
class Disputed:
    """A representative says that something written for them is wrong."""

    facts: DutyFacts
    representative: str
    reason: str

    def render(self) -> Text:
        """What, and how it is put right."""
        one = self.facts
        return Text(
            f"{self.representative}代表说履职记录 {one.line} 有误：{shorten(self.reason, 200)}\n"
            f"核对后请发“履职更正 {one.id} 要改的地方”，没有这回事发“履职作废 {one.id} 原因”。"
        )


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """After seven days: who has not said a word to what was written for them."""

    on: date
    people: tuple[tuple[str, int], ...]

    def render(self) -> Text:
        """Names with how many."""
        listed = "、".join(f"{name}代表 {count} 条" for name, count in self.people[:30])
        more = f"等 {len(self.people)} 位" if len(self.people) > 30 else ""
        day = f"{self.on.month}月{self.on.day}日"
        return Text(f"{day}登记的履职记录，七天了还没有本人确认：{listed}{more}。请打电话问一问。")


@dataclass(frozen=True, slots=True)
class Released:
    """履职公开."""

    entry_id: int

    def render(self) -> Text:
        """From now on others see it."""
        return Text(f"{self.entry_id} 号履职记录已公开，从现在起会出现在名单和统计里。")


@dataclass(frozen=True, slots=True)
class LedgerHeads:
    """To the auditor each morning: where each chain of the duty ledger ended the day before."""

    on: date
    heads: tuple[tuple[str, int, str], ...]  # chain, sequence, digest
    url: str

    def render(self) -> Text:
        """One line a chain: keep it, and whoever has it can check later."""
        day = f"{self.on.year}年{self.on.month}月{self.on.day}日"
        lines = [f"{chain} {seq} {digest}" for chain, seq, digest in self.heads]
        return Text(
            "\n".join(
                [
                    f"{day}履职账本的末行摘要，请留存（存成文件就能用来核验）：",
                    *lines,
                    f"公布在 {self.url}",
                ]
            )
        )
