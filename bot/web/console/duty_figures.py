"""/console/duty/statistics, …/month, …/scores, …/exports: figures that open to their rows, and documents."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from bot.notices import duty_pages, scores
from bot.notices.statistics import ENTRY_NAMES, RESPONSE_NAMES, said_span
from bot.services.console import duty_figures, duty_papers
from bot.services.console.duty_figures import Table, Wanted
from bot.services.office import Office
from bot.services.statistics.reading import RESPONSES, find_period, month_of
from bot.web import charts
from bot.web.charts import Bar, Named, Stack
from bot.web.console.duty import page, words_of
from bot.web.console.frame import Frame, go, missing, number_in
from bot.web.exports import Press
from bot.web.gate import VISITOR
from storage.statistics import DIMENSIONS, GROUP, MONTH

_HERE = "/console/duty/statistics"
_LINES = 50  # of a table on a page
_PARTS = ("in_time", "late", "overdue", "waiting")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address says."""

    when: str
    about: str
    figure: str
    wanted: Wanted

    def address(self, path: str = _HERE, **more: str) -> str:
        """The same with something else."""
        said = {
            "when": self.when,
            "about": self.about,
            "by": self.wanted.by,
            "station": self.wanted.station,
            "kind": self.wanted.kind,
            "person": self.wanted.person,
            "figure": self.figure,
            **more,
        }
        kept = {name: value for name, value in said.items() if value or name == "line"}
        return f"{path}?{urlencode(kept)}"


def add_routes(app: web.Application, office: Office, frame: Frame, press: Press) -> None:
    """Statistics with their rows, the month, points, documents."""
    desk = _Desk(office, frame, press)
    app.router.add_get("/console/duty/statistics", desk.show_figures)
    app.router.add_get("/console/duty/statistics/rows", desk.show_rows)
    app.router.add_get("/console/duty/month", desk.show_month)
    app.router.add_post("/console/duty/month", desk.send_month)
    app.router.add_get("/console/duty/scores", desk.show_scores)
    app.router.add_post("/console/duty/scores", desk.change_scores)
    app.router.add_get("/console/duty/exports", desk.show_exports)
    app.router.add_post("/console/duty/exports", desk.order)


class _Desk:
    def __init__(self, office: Office, frame: Frame, press: Press) -> None:
        self._office, self._frame, self._press = office, frame, press

    def _asked(self, request: web.Request) -> _Asked:
        query, today = request.query, self._today()
        when = query.get("when", duty_pages.THIS_YEAR)[:40]
        span = find_period(when.strip(), today)
        if span is None:
            when, span = duty_pages.THIS_YEAR, (date(today.year, 1, 1), date(today.year, 12, 31))
        by, figure = query.get("by", GROUP), query.get("figure", "")
        names = RESPONSE_NAMES if query.get("about") == RESPONSES else ENTRY_NAMES
        return _Asked(
            when,
            RESPONSES if query.get("about") == RESPONSES else "",
            figure if figure in names else next(iter(names)),
            Wanted(
                *span,
                by if by in DIMENSIONS else GROUP,
                query.get("station", "")[:64],
                query.get("kind", "")[:32],
                query.get("person", "")[:64],
            ),
        )

    def _today(self) -> date:
        return self._office.clock.now().astimezone(self._office.zone).date()

    async def show_figures(self, request: web.Request) -> web.Response:
        asked, member = self._asked(request), request[VISITOR].member
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            months = Markup()
            if asked.about:
                table = await duty_figures.responses(context, member, asked.wanted)
            else:
                table, by_month = await duty_figures.entries(context, member, asked.wanted)
                if asked.wanted.by != MONTH:
                    months = _months(replace(asked, wanted=replace(asked.wanted, by=MONTH)), by_month)
            facts: dict[str, Any] = {
                "stations": duty_figures.stations_of(context, member),
                "people": duty_figures.people_of(context, member),
                "kinds": duty_figures.kinds_of(context),
            }
        names = RESPONSE_NAMES if asked.about else ENTRY_NAMES
        first = number_in(request.query, "from")
        last = first + _LINES
        return page(
            self._frame,
            request,
            "duty_statistics.html",
            asked=asked,
            table=table,
            lines=table.rows[first:last],
            more=asked.address(**{"from": str(last)}) if last < len(table.rows) else "",
            names=names,
            span=said_span(asked.wanted.first, asked.wanted.last),
            drawn=_drawn(asked, table),
            months=months,
            series=[(RESPONSE_NAMES[name], name) for name in _PARTS],
            periods=_periods(self._today()),
            rows_path=f"{_HERE}/rows",
            dimensions=duty_pages.DIMENSIONS,
            **facts,
        )

    async def show_rows(self, request: web.Request) -> web.Response:
        asked, member = self._asked(request), request[VISITOR].member
        line = request.query["line"][:64] if "line" in request.query else None
        count = duty_figures.matters_behind if asked.about else duty_figures.entries_behind
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            behind = await count(context, member, asked.wanted, line, asked.figure)
        names = RESPONSE_NAMES if asked.about else ENTRY_NAMES
        return page(
            self._frame,
            request,
            "duty_rows.html",
            asked=asked,
            behind=behind,
            word=names[asked.figure],
            span=said_span(asked.wanted.first, asked.wanted.last),
            back=asked.address(),
            may_open="auditor" not in request[VISITOR].roles,
        )

    async def show_month(self, request: web.Request) -> web.Response:
        member, query = request[VISITOR].member, request.query
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            regions = await duty_papers.regions(context, member)
            first = duty_papers.month_of(query.get("month", "")[:20], self._today())
            region = query.get("region", "")[:64] or (regions[0][0] if regions else "")
            month = await duty_papers.look_month(context, member, region, first, query.get("station", "")[:64])
        if month.report is None and query.get("region"):
            raise missing()
        return page(
            self._frame,
            request,
            "duty_month.html",
            month=month,
            regions=regions,
            span=said_span(*month_of(month.first)),
            drawn=_drawn_month(month),
            may_open="auditor" not in request[VISITOR].roles,
        )

    async def send_month(self, request: web.Request) -> web.StreamResponse:
        """The month as a workbook, as the chat gives it."""
        form, member = await request.post(), request[VISITOR].member
        first = duty_papers.month_of(str(form.get("month", ""))[:20], self._today())
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            found = await duty_papers.month_order(context, member, str(form.get("region", ""))[:64], first)
        if found is None:
            raise missing()
        order, name = found
        return await self._press.send(request, member, order, "xlsx", name)

    async def show_scores(self, request: web.Request) -> web.Response:
        return await self._scores(request)

    async def _scores(
        self, request: web.Request, status: int = 200, wrong: str = "", said: str = ""
    ) -> web.Response:
        member, query = request[VISITOR].member, request.query
        who, when = query.get("who", "")[:64], query.get("when", duty_pages.THIS_YEAR)[:40]
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            people = duty_figures.people_of(context, member)
            told = await duty_papers.explain(context, member, who, when) if who else None
            appeals = await duty_papers.appeals(context, member)
            may_publish = duty_papers.may_publish(context, member)
        is_score = isinstance(told, scores.OwnScore)
        return page(
            self._frame,
            request,
            "duty_scores.html",
            status,
            people=people,
            who=who,
            when=when,
            score=told if is_score else None,
            help=told.render().text if told is not None and not is_score else "",
            why=scores.WHY,
            span=said_span(told.first, told.last) if isinstance(told, scores.OwnScore) else "",
            appeals=appeals,
            may_publish=may_publish,
            periods=_periods(self._today()),
            wrong=wrong,
        )

    async def change_scores(self, request: web.Request) -> web.Response:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        member = request[VISITOR].member
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            if form.get("act") == "publish":
                done, said = await duty_papers.publish(context, member, form.get("when", "")[:40])
                wrong = "" if done else said
            else:
                words = words_of(form.get("words", ""))[:1000]
                wrong = await duty_papers.answer_appeal(context, member, number_in(form, "appeal"), words)
        if wrong:
            return await self._scores(request, 422, wrong)
        return go(
            f"/console/duty/scores?done={'points_published' if form.get('act') == 'publish' else 'points_answered'}"
        )

    async def show_exports(self, request: web.Request) -> web.Response:
        return await self._exports(request)

    async def _exports(
        self,
        request: web.Request,
        status: int = 200,
        wrong: str = "",
        said: str = "",
        form: Mapping[str, str] | None = None,
        ordered: duty_papers.Ordered | None = None,
    ) -> web.Response:
        member = request[VISITOR].member
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            facts = {
                "stations": duty_figures.stations_of(context, member),
                "people": duty_figures.people_of(context, member),
                "regions": await duty_papers.regions(context, member),
                "acts": await duty_papers.to_decide(context, member),
            }
        return page(
            self._frame,
            request,
            "duty_exports.html",
            status,
            documents=duty_papers.documents(),
            periods=_periods(self._today()),
            wrong=wrong,
            told=said,
            form=form or {},
            ordered=ordered,
            **facts,
        )

    async def order(self, request: web.Request) -> web.Response:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        member = request[VISITOR].member
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            if form.get("act") in ("agree", "refuse"):
                agrees = form["act"] == "agree"
                said = await duty_papers.decide(context, member, number_in(form, "number"), agrees=agrees)
                ordered = None
            else:
                words = [form.get(name, "") for name in ("document", "whose", "when")]
                ordered, said = await duty_papers.order(context, member, words), ""
        if ordered is not None and not ordered.is_done:
            return await self._exports(request, 422, ordered.said, form=form)
        return await self._exports(request, said=said or (ordered.said if ordered else ""), ordered=ordered)


def _months(asked: _Asked, table: Table) -> Markup:
    """Columns of the months of a period; nothing where there is one month."""
    if len(table.rows) < 2:
        return Markup()
    word = ENTRY_NAMES[asked.figure]
    rows = [
        Bar(
            duty_pages.said_month(row.key),
            row.figures[asked.figure],
            asked.address(f"{_HERE}/rows", line=row.key),
        )
        for row in table.rows
    ]
    return charts.columns(Named("months", duty_pages.chart_title("每月", word), duty_pages.MONTHS_ABOUT), rows)


def _drawn(asked: _Asked, table: Table) -> Markup:
    def behind(key: str, figure: str) -> str:
        return replace(asked, figure=figure).address(f"{_HERE}/rows", line=key)

    if asked.about:
        series = [RESPONSE_NAMES[name] for name in _PARTS]
        told = [row for row in table.rows if all(row.figures[name] is not None for name in _PARTS)]
        parts = [
            Stack(
                row.name,
                tuple(row.figures[name] or 0 for name in _PARTS),
                behind(row.key, "received"),
            )
            for row in sorted(told, key=lambda row: -(row.figures["received"] or 0))
        ]
        return charts.stacks(
            Named("answers", "各站答复情况", "按时、晚答、逾期、待答，数字在下面的表里。"), series, parts
        )
    if asked.wanted.by == MONTH:
        return _months(asked, table)
    word = ENTRY_NAMES[asked.figure]
    rows = [Bar(row.name, row.figures[asked.figure], behind(row.key, asked.figure)) for row in table.rows]
    rows.sort(key=lambda one: -(one.value or 0))
    title = duty_pages.chart_title(duty_pages.DIMENSIONS[asked.wanted.by], word)
    return charts.bars(Named("lines", title, duty_pages.CHART_ABOUT), rows)


def _drawn_month(month: duty_papers.Month) -> Markup:
    if month.report is None:
        return Markup()
    lines = sorted(month.report.stations, key=lambda line: -line.counts.received)
    query = {"region": month.region, "month": f"{month.first:%Y-%m}"}
    rows = [
        Bar(line.name, line.counts.received, f"?{urlencode({**query, 'station': line.station})}#rows")
        for line in lines
    ]
    return charts.bars(Named("received", "各站接待群众人数", "从多到少，数字在下面的表里。"), rows)


def _periods(today: date) -> list[tuple[str, str]]:
    """What may be chosen: near ones by name, then the twelve months before."""
    first, months = today.replace(day=1), []
    for _ in range(12):
        months.append((f"{first:%Y-%m}", said_span(*month_of(first))))
        first = date.fromordinal(first.toordinal() - 1).replace(day=1)
    return [*((one, one) for one in duty_pages.PERIODS), *months]
