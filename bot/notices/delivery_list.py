"""What the night found about delivery: one short list for a station's officer, one for the service centre."""

from dataclasses import dataclass

from bot.notices.content import Text
from bot.notices.delivery_desk import Count

_MOST = 10
_END = "处理好的会自动划掉；发“送达 清单”随时看。"


def _some(names: tuple[str, ...]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > _MOST else ""
    return "、".join(names[:_MOST]) + more


def _counted(counts: tuple[Count, ...]) -> str:
    more = "……" if len(counts) > _MOST else ""
    return "、".join(f"{one.name} {one.count}" for one in counts[:_MOST]) + more


@dataclass(frozen=True, slots=True)
class StationList:
    """To the officers of a station. `parked` and `undelivered` are case numbers, the others members and days."""

    parked: tuple[str, ...] = ()
    undelivered: tuple[str, ...] = ()
    unreached: tuple[Count, ...] = ()
    unopened: tuple[Count, ...] = ()
    unopened_days: int = 5

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.parked or self.undelivered or self.unreached or self.unopened)

    def lines(self) -> list[str]:
        """One line a kind, with what helps."""
        found = []
        if self.parked:
            found.append(f"· 答复等了一天还发不出去，请电话联系：{_some(_short(self.parked))}")
        if self.undelivered:
            found.append(f"· 记的是已送达，平台说没有送到，请电话核实：{_some(_short(self.undelivered))}")
        if self.unopened:
            found.append(
                f"· 卡片发出 {self.unopened_days} 个工作日没有点过，请问一问本人：{_counted(self.unopened)} 张"
            )
        if self.unreached:
            found.append(f"· 最近一周几天都收不到，请核对名册、激活和可见范围：{_counted(self.unreached)} 天")
        return found

    def render(self) -> Text:
        if self.is_empty:
            return Text("送达清单：现在没有要处理的。")
        return Text("\n".join(["昨晚核对送达，有几处请看一看：", *self.lines(), _END]))


def _short(numbers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"#{number[-6:]}" for number in numbers)


@dataclass(frozen=True, slots=True)
class CentreList:
    """To the service centre: what stations have to do by count, and what is theirs."""

    parked: tuple[Count, ...] = ()  # by station
    undelivered: tuple[str, ...] = ()
    failed: tuple[Count, ...] = ()  # since the last working day, by reason
    unreached: tuple[Count, ...] = ()
    unopened: tuple[Count, ...] = ()
    expired: tuple[int, ...] = ()
    unopened_days: int = 5
    expired_days: int = 14

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (
            self.parked or self.undelivered or self.failed or self.unreached or self.unopened or self.expired
        )

    def lines(self) -> list[str]:
        """One line a kind."""
        found = []
        if self.parked:
            found.append(f"· 答复等了一天还发不出去（联络员已知）：{_counted(self.parked)} 件")
        if self.failed:
            found.append(f"· 上个工作日以来没有送成：{_counted(self.failed)} 条")
        rest = StationList(
            undelivered=self.undelivered,
            unreached=self.unreached,
            unopened=self.unopened,
            unopened_days=self.unopened_days,
        )
        found += rest.lines()
        if self.expired:
            numbers = _some(tuple(str(number) for number in self.expired))
            found.append(f"· {self.expired_days} 天没有人同意，已作废的通知：{numbers}")
        return found

    def render(self) -> Text:
        if self.is_empty:
            return Text("送达清单：现在没有要处理的。")
        return Text("\n".join(["昨晚核对送达，有几处请看一看：", *self.lines(), _END]))


@dataclass(frozen=True, slots=True)
class DraftExpired:
    """To the author of a notice that nobody agreed to in time."""

    number: int
    days: int

    def render(self) -> Text:
        return Text(
            f"通知 {self.number} 过了 {self.days} 天没有人同意，已经作废，没有发给任何人。还要发的话，请重新写一条。"
        )
