"""`export`: the duty register, the paper forms, the cases and the year, as files."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.clock import SystemClock
from bot.commands.contexts import working
from bot.commands.data import on_error, opened, out
from bot.commands.outcomes import exporting_to
from bot.commands.progress import shown
from bot.commands.running import load_settings, refuse, run
from bot.services.broadcasts import roles
from bot.services.directory import load_directory
from bot.services.duty_file import binding, terms
from bot.services.exports import archive, cases, year_report
from bot.services.exports.forms import fields, layouts, templates
from bot.services.exports.forms.writing import Wanted, count
from bot.services.exports.writing import export_duty, export_form, opened_file
from bot.services.statistics import counting, suppressing
from bot.services.two_person import kinds
from config.settings import Need
from storage import audit, case_reading, two_person
from storage.case_reading import Chosen
from storage.crypto import Vault
from storage.database import Database
from storage.duty_reading import Viewer
from storage.files import AttachmentFiles
from storage.rules import get_standing
from storage.states import TwoPersonState

BY = "export"  # the actor of the audit lines


def export_duty_command(wanted: Wanted, file_format: str, output: str, templates: Path | None) -> int:
    """Duty entries as a file; hidden and restricted ones only where that is asked for, which the audit keeps."""
    settings = load_settings(Need.DATA_KEY)

    async def work() -> int:
        async with opened(settings) as database:
            with exporting_to(output):
                total = await _count(database, wanted)
                if wanted.closed:
                    await _note(database, "closed duty entries exported", _whose(wanted.representative))
                with shown(on_error, "exporting", total) as progress:
                    rows = await export_duty(
                        database,
                        Vault(*settings.data_keys),
                        settings.zone,
                        representative=wanted.representative,
                        from_on=wanted.from_on,
                        to_on=wanted.to_on,
                        format=file_format,
                        output=output,
                        lanes=wanted.closed,
                        progress=progress,
                        templates=_folder(templates),
                    )
        on_error.print(f"{rows} entries")
        return 0

    return run(work)


def export_form_command(wanted: Wanted, file_format: str, output: str, templates: Path | None) -> int:
    """One of the paper forms."""
    settings = load_settings(Need.DATA_KEY)

    async def work() -> int:
        async with opened(settings) as database:
            with exporting_to(output):
                total = await _count(database, wanted)
                if wanted.closed:
                    whose = _whose(wanted.representative or wanted.station)
                    await _note(database, f"closed {wanted.form} exported", whose)
                with shown(on_error, "exporting", total) as progress:
                    done = await export_form(
                        database,
                        Vault(*settings.data_keys),
                        settings.zone,
                        wanted,
                        file_format=file_format,
                        output=output,
                        progress=progress,
                        templates=_folder(templates),
                    )
        on_error.print(f"{done} on the form")
        return 0

    return run(work)


@dataclass(frozen=True, slots=True)
class CaseOrder:
    """What the options of `export cases` say."""

    station: str | None
    from_on: date | None
    to_on: date | None
    with_texts: bool
    closed: bool
    author: str = ""
    reviewer: str = ""


def export_cases_command(order: CaseOrder, file_format: str, output: str) -> int:
    """The case register; texts and restricted cases only where that is asked for, which the audit keeps."""
    settings = load_settings(Need.DATA_KEY)
    wanted = Chosen.on(order.station, order.from_on, order.to_on, settings.zone, restricted=order.closed)

    async def work() -> int:
        async with opened(settings) as database:
            with exporting_to(output):
                await _stand_for_cases(database, order)
                await _note_cases(database, order)
                async with database.read() as session:
                    total = await case_reading.count(session, wanted)
                with shown(on_error, "exporting", total) as progress:
                    rows = await cases.export_cases(
                        database,
                        Vault(*settings.data_keys),
                        settings.zone,
                        wanted,
                        with_texts=order.with_texts,
                        format=file_format,
                        output=output,
                        progress=progress,
                    )
        on_error.print(f"{rows} cases")
        return 0

    return run(work)


@dataclass(frozen=True, slots=True)
class YearOrder:
    """What the options of `export year-report` say."""

    region: str
    year: int
    exact: bool
    closed: bool


def export_year_command(order: YearOrder, file_format: str, output: str) -> int:
    """A region's year; small counts of people are hidden unless `exact`, which the audit keeps, as `closed`."""
    settings = load_settings(Need.DATA_KEY)
    least = 0 if order.exact else suppressing.LEAST

    async def work() -> int:
        try:
            async with working(settings) as context:
                asked = [name for name, is_on in (("exact", order.exact), ("closed", order.closed)) if is_on]
                if asked:
                    subject = f"{order.region} {order.year}: {', '.join(asked)}"
                    audit.add_line(context.session, actor=BY, act="year exported", subject=subject, at=context.now)
                viewer = Viewer(BY, None, None, sees_closed=order.closed)
                report = await counting.count_year(context, viewer, order.region, order.year)
            with opened_file(output) as file:
                if file_format == "json":
                    file.write(year_report.render_json(report, least))
                else:
                    await year_report.write_xlsx(report, file, least)
        except counting.NoSuchRegion as unknown:
            refuse(f"--region {unknown.code}: no such region")
        except OSError as error:
            refuse(f"{output}: {error.strerror}")
        return 0

    return run(work)


@dataclass(frozen=True, slots=True)
class FileOrder:
    """What the options of `export file` say; `on` is a day of the term, None today."""

    representative: str
    on: date | None
    closed: bool


def export_file_command(order: FileOrder, output: str, templates: Path | None) -> int:
    """The bound file of a representative and term as one archive; a term that is over is bound by it."""
    settings = load_settings(Need.DATA_KEY)
    vault, files = Vault(*settings.data_keys), AttachmentFiles(settings.data_folder)
    now = SystemClock().now()
    today = now.astimezone(settings.zone).date()

    async def work() -> int:
        async with opened(settings) as database:
            with exporting_to(output):
                if order.closed:
                    await _note(database, "closed file exported", _whose(order.representative))
                async with database.read() as session:
                    rules, _ = await get_standing(session)
                    term = await terms.get_term(session, rules, order.representative, order.on or today)
                    bound = await binding.bound_set(
                        session,
                        order.representative,
                        term,
                        vault=vault,
                        files=files,
                        zone=settings.zone,
                        closed=order.closed,
                    )
                    with on_error.status("exporting") as status, opened_file(output) as file:
                        written = await archive.write_archive(
                            session,
                            vault,
                            settings.zone,
                            bound,
                            order.representative,
                            term,
                            file,
                            closed=order.closed,
                            templates_folder=_folder(templates),
                            progress=lambda done: status.update(f"exporting: {done} files"),
                        )
                if binding.is_over(term, today):
                    await _note_bound(database, order, term, bound, now)
        out.print(f"{term.name}: {written.pages} pages, digest {written.digest}")
        out.print(f"{output}: sha256 {written.archive_digest}")
        return 0

    return run(work)


async def _note_bound(
    database: Database, order: FileOrder, term: terms.Term, bound: binding.BoundSet, now: datetime
) -> None:
    async with database.begin() as session:
        await binding.note_bound(session, order.representative, term, bound, closed=order.closed, at=now, by=BY)


def templates_command(folder: Path) -> int:
    """Write the shipped templates out, for an office that wants its own; one that is there is not replaced."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for form in fields.FORMS.values():
            target = folder / form.file
            if target.exists():
                on_error.print(f"{target}: is there, left as it is")
                continue
            target.write_bytes(layouts.build(form.name))
            on_error.print(f"{target}: written")
    except OSError as error:
        refuse(f"{folder}: {error.strerror}")
    return 0


def _folder(named: Path | None) -> Path | None:
    if named is not None and not named.is_dir():
        refuse(f"--templates {named}: no such folder")
    return named or templates.find_own()


async def _count(database: Database, wanted: Wanted) -> int:
    async with database.read() as session:
        return await count(session, wanted)


def _whose(code: str | None) -> str:
    return f"of {code}" if code else "of all"


async def _stand_for_cases(database: Database, order: CaseOrder) -> None:
    """With texts others hear of it at once, and of the two whom the command names."""
    if not order.with_texts:
        return
    async with database.begin() as session:
        known = await load_directory(session)
        author, reviewer = known.find_staff(order.author), known.find_staff(order.reviewer)
        if order.author and not roles.may_write(author):
            refuse(f"--author {order.author}: is not an officer, lead, of the centre or administrator")
        if author is not None and not roles.may_second(known, author, reviewer):
            refuse(f"--reviewer {order.reviewer}: may not stand for an export of {order.author}")
        now = SystemClock().now()
        two_person.add(
            session,
            kinds.TEXTS,
            _facts(order),
            asked_by=order.author or BY,
            state=TwoPersonState.AGREED,
            at=now,
            until=now,
            decided_by=order.reviewer or None,
        )


def _facts(order: CaseOrder) -> dict[str, str]:
    told = {"station": order.station, "first": order.from_on, "last": order.to_on}
    return {name: str(value) for name, value in told.items() if value is not None}


async def _note_cases(database: Database, order: CaseOrder) -> None:
    asked = [name for name, is_on in (("texts", order.with_texts), ("restricted", order.closed)) if is_on]
    if asked:
        period = f"{order.from_on or ''}..{order.to_on or ''}"
        second = f", {order.author} and {order.reviewer} stand for it" if order.reviewer else ""
        await _note(database, "cases exported", f"{_whose(order.station)} {period}: {', '.join(asked)}{second}")


async def _note(database: Database, act: str, subject: str) -> None:
    async with database.begin() as session:
        audit.add_line(session, actor=BY, act=act, subject=subject, at=SystemClock().now())
