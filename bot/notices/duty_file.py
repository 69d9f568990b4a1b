"""What people read of the duty file: what was filed, what is missing, who is behind, the yearly check."""

from dataclasses import dataclass

from bot.notices.content import Text
from bot.notices.duty import Behind


@dataclass(frozen=True, slots=True)
class PaperLost:
    """A paper of a file could not be fetched."""

    kind: str

    def render(self) -> Text:
        """To send it again."""
        return Text(f"您要存档的{self.kind}没有取到，没有放进档案；请再发一次“存档”，接着重发文件。")


@dataclass(frozen=True, slots=True)
class BehindNudge:
    """On the day of the rule: what the year still asks for."""

    year: int
    quotas: tuple[Behind, ...]

    def render(self) -> Text:
        """One line a quota."""
        lines = [f"{self.year} 年的履职还差这几项，离年底还有时间：", *(one.line for one in self.quotas)]
        return Text("\n".join([*lines, "做过的发“履职 …”补记，写上联系的是谁；发“我的履职”看全部。"]))


@dataclass(frozen=True, slots=True)
class PersonBehind:
    """One representative with what they are behind with."""

    name: str
    quotas: tuple[Behind, ...]

    @property
    def line(self) -> str:
        """By name."""
        return f"{self.name}代表：{'；'.join(one.line for one in self.quotas)}"


LISTED_PEOPLE = 30


@dataclass(frozen=True, slots=True)
class BehindList:
    """履职落后."""

    year: int
    people: tuple[PersonBehind, ...]
    total: int

    def render(self) -> Text:
        """The first ones, by name."""
        if not self.total:
            return Text("您这里没有可以查看的代表。")
        if not self.people:
            return Text(f"{self.year} 年到现在，{self.total} 位代表都不差。")
        head = f"{self.year} 年 {self.total} 位代表中有 {len(self.people)} 位还差："
        more = [f"后面还有 {len(self.people) - LISTED_PEOPLE} 位。"] if len(self.people) > LISTED_PEOPLE else []
        lines = [one.line for one in self.people[:LISTED_PEOPLE]]
        return Text("\n".join([head, *lines, *more, "看一位的档案：档案 姓名"]))
