"""/metrics in Prometheus' text form. What the database knows is read once in some seconds, whoever asks.

Figures of the database are the same from every process: take one, or the greatest. What is counted in the process
(calls to WeCom, the loop's lag) is each process's own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.services.office import Office
from bot.services.watching import gauges
from bot.services.watching.gauges import Gauges, SentToday
from bot.web.loop_lag import LoopLag
from storage.coordination import Hints

_FRESH = timedelta(seconds=10)
Calls = Callable[[], Mapping[tuple[str, str], int]]
Labelled = Iterable[tuple[tuple[str, ...], float]]


@dataclass(frozen=True, slots=True)
class InProcess:
    """What this process knows: calls to WeCom by (API, errcode), the lag of its loop, whether others hear it."""

    calls: Calls
    lag: LoopLag
    hints: Hints = field(default_factory=Hints)
    leads: Callable[[], bool] = lambda: False


class Metrics:
    """The text of /metrics."""

    def __init__(self, office: Office, counted: InProcess) -> None:
        self._office = office
        self._counted = counted
        self._sent = SentToday()
        self._gauges: Gauges | None = None
        self._at: datetime | None = None

    async def render(self) -> bytes:
        """What is known now; the database is asked only when the last answer is older than ten seconds."""
        now = self._office.clock.now()
        if self._gauges is None or self._at is None or not timedelta(0) <= now - self._at < _FRESH:
            self._at = now  # others that ask meanwhile have the last one
            async with self._office.database.read() as session:
                self._gauges = await gauges.collect(await self._office.open(session), self._sent)
        registry = CollectorRegistry()
        registry.register(_Families([*_of_database(self._gauges), *_of_process(self._counted)]))
        return generate_latest(registry)


class _Families(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _gauge(name: str, help_: str, labels: tuple[str, ...], values: Labelled) -> Metric:
    family = GaugeMetricFamily(f"lianxin_{name}", help_, labels=labels)
    for named, value in values:
        family.add_metric(named, value)
    return family


def _single(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(f"lianxin_{name}", help_, value=value)


def _of_database(one: Gauges) -> Iterator[Metric]:
    states = (((state,), count) for state, count in one.states.items())
    yield _gauge("outbox_rows", "Outbox rows by state, without those that were sent", ("state",), states)
    waiting = (((purpose, age), count) for (purpose, age), count in one.waiting.items())
    yield _gauge("outbox_waiting", "Outbox rows that wait, by purpose and age", ("purpose", "age"), waiting)
    yield _single("outbox_oldest_seconds", "Age of the oldest row that is due", one.oldest_seconds)
    yield _single("outbox_oldest_answer_seconds", "Age of the oldest answer not sent", one.oldest_answer_seconds)
    sent = (((purpose,), count) for purpose, count in one.sent.items())
    yield _gauge("outbox_sent_today", "Rows that WeCom took since local midnight", ("purpose",), sent)
    for name, help_, ended in (
        ("outbox_failed_today", "Rows that failed for good, last due since local midnight", one.failed),
        ("outbox_dropped_today", "Rows that gave way, last due since local midnight", one.dropped),
    ):
        yield _gauge(name, help_, ("purpose", "reason"), ended.items())
    parked = (((why,), count) for why, count in one.parked.items())
    yield _gauge("outbox_parked", "Answers that wait for the constituent, by why", ("why",), parked)
    yield _single("outbox_parked_over_a_day", "Of these, written more than a day ago", one.parked_over_a_day)
    budgets = (((str(left),), count) for left, count in one.budgets.items())
    yield _gauge("budget_conversations", "Chats with an open window by messages left", ("left",), budgets)
    alarms = (((kind, str(errcode)), seconds) for (kind, errcode), seconds in one.alarms.items())
    yield _gauge("alarm_seconds", "Since when an alarm about delivery lasts", ("kind", "errcode"), alarms)
    gates = (((api,), seconds) for api, seconds in one.blocked.items())
    yield _gauge("api_blocked_seconds", "For how long yet an API of WeCom is left alone", ("api",), gates)
    yield _single("app_quota_used", "Person-times of app messages since local midnight", one.quota[0])
    yield _single("app_quota", "Person-times of app messages that a day may have; 0 is no limit", one.quota[1])
    yield _single("inbox_waiting", "Inbox rows that wait to be handled", one.inbox[0])
    yield _single("inbox_oldest_seconds", "Age of the oldest message to be handled", one.inbox_oldest_seconds)
    clocks = (((step,), count) for step, count in one.clocks.items())
    yield _gauge(
        "clocks_due", "Matters without an answer past their time, by whom they wait for", ("step",), clocks
    )
    yield _single("ledger_lines", "Lines of the ledger; never fewer than before", one.ledger_lines)
    yield _single(
        "ledger_published_seconds", "Since heads of the ledger last left the house", one.ledger_published_seconds
    )
    yield _single("inbox_parked", "Inbox rows that a person has to look at", one.inbox[1])


def _of_process(one: InProcess) -> Iterator[Metric]:
    calls = CounterMetricFamily(
        "lianxin_wecom_calls", "Calls to WeCom by API and errcode; 0 went through", labels=("api", "errcode")
    )
    for named, count in one.calls().items():
        calls.add_metric(named, count)
    yield calls
    yield _single("loop_lag_seconds", "Longest lag of the event loop in the last minute", one.lag.longest())
    degraded = "1 where Redis is asked for and does not answer: slower, nothing is lost"
    yield _single("coordination_degraded", degraded, bool(one.hints.fault))
    yield _single("scheduler_leads", "1 in the process that has the clock; one of all has it", one.leads())
    yield _single("loop_lag_usual_seconds", "Median lag of the event loop in the last minute", one.lag.usual())
