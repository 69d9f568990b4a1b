"""`export`: what its lines look like from a shell (contract section 6)."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.running import refuse

app = typer.Typer(help="Write files out.", no_args_is_help=True)
Output = Annotated[str, typer.Option("-o", "--output", help="- is standard output, for jsonl and json")]
From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"])]
To = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"])]
Templates = Annotated[
    Path | None, typer.Option(help="the office's own templates; default: data/templates where it is there")
]


class DutyFormat(StrEnum):
    """Formats of `export duty`."""

    JSONL = "jsonl"
    XLSX = "xlsx"
    DOCX = "docx"
    PDF = "pdf"


class PaperFormat(StrEnum):
    """Formats of the paper forms."""

    DOCX = "docx"
    PDF = "pdf"


class TableFormat(StrEnum):
    """Formats of the registers."""

    JSONL = "jsonl"
    XLSX = "xlsx"


class ReportFormat(StrEnum):
    """Formats of the year report."""

    JSON = "json"
    XLSX = "xlsx"


class FormName(StrEnum):
    """The paper forms."""

    DUTY_REGISTER = "duty-register"
    RECORD_BOOK = "record-book"
    BASIC_FORM = "basic-form"
    RECEPTION_REGISTER = "reception-register"


@app.command(name="duty")
def export_duty(
    file_format: Annotated[DutyFormat, typer.Option("--format")],
    output: Output,
    representative: Annotated[str | None, typer.Option(help="a representative's code")] = None,
    from_on: From = None,
    to_on: To = None,
    templates: Templates = None,
    closed: Annotated[
        bool, typer.Option("--closed", help="hidden and restricted entries too; the audit keeps that")
    ] = False,
) -> None:
    """The duty register."""
    from bot.commands import exporting
    from bot.services.exports.forms.writing import Wanted

    if output == "-" and file_format is not DutyFormat.JSONL:
        refuse(f"-o -: {file_format.value} cannot go to standard output, name a file")
    wanted = Wanted("duty-register", representative, None, *_days(from_on, to_on), closed)
    raise typer.Exit(exporting.export_duty_command(wanted, file_format.value, output, templates))


@app.command(name="form")
def export_form(
    form: FormName,
    file_format: Annotated[PaperFormat, typer.Option("--format")],
    output: Annotated[str, typer.Option("-o", "--output")],
    representative: Annotated[str | None, typer.Option(help="a representative's code; default: all")] = None,
    station: Annotated[str | None, typer.Option(help="a station's code, for the reception register")] = None,
    from_on: From = None,
    to_on: To = None,
    templates: Templates = None,
    closed: Annotated[
        bool, typer.Option("--closed", help="hidden and restricted ones too; the audit keeps that")
    ] = False,
) -> None:
    """A paper form, filled in: the duty register, the record book, the basic form, the reception register."""
    from bot.commands import exporting
    from bot.services.exports.forms.fields import FORMS
    from bot.services.exports.forms.writing import Wanted

    subject = FORMS[form.value].subject
    if subject == "station" and representative:
        refuse(f"--representative: {form.value} is of a station, name --station")
    if subject == "representative" and station:
        refuse(f"--station: {form.value} is of a representative, name --representative")
    wanted = Wanted(form.value, representative, station, *_days(from_on, to_on), closed)
    raise typer.Exit(exporting.export_form_command(wanted, file_format.value, output, templates))


@app.command(name="templates")
def export_templates(
    folder: Annotated[Path, typer.Option("-o", "--output", help="a folder, such as data/templates")],
) -> None:
    """The shipped templates of the paper forms, to be changed in Word or WPS."""
    from bot.commands import exporting

    raise typer.Exit(exporting.templates_command(folder))


@app.command(name="file")
def export_file(
    representative: Annotated[str, typer.Option(help="a representative's code")],
    output: Annotated[str, typer.Option("-o", "--output", help="a .zip")],
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="a day of the term; default: today")
    ] = None,
    templates: Templates = None,
    closed: Annotated[
        bool, typer.Option("--closed", help="hidden and restricted entries too; the audit keeps that")
    ] = False,
) -> None:
    """The bound file of a representative and term, one archive with its page list and digest."""
    from bot.commands import exporting

    if output == "-":
        refuse("-o -: an archive cannot go to standard output, name a file")
    order = exporting.FileOrder(representative, _day(on), closed)
    raise typer.Exit(exporting.export_file_command(order, output, templates))


@app.command(name="cases")
def export_cases(
    file_format: Annotated[TableFormat, typer.Option("--format")],
    output: Output,
    station: Annotated[str | None, typer.Option(help="a station's code")] = None,
    from_on: From = None,
    to_on: To = None,
    with_texts: Annotated[
        bool, typer.Option("--with-texts", help="what was said, too; the audit keeps that")
    ] = False,
    closed: Annotated[bool, typer.Option("--closed", help="restricted cases too; the audit keeps that")] = False,
    author: Annotated[str, typer.Option(help="who wants it, with texts or closed")] = "",
    reviewer: Annotated[str, typer.Option(help="who agrees to it")] = "",
) -> None:
    """The case register. With texts administrators and auditors hear of it at once."""
    from bot.commands import exporting

    if bool(author) != bool(reviewer):
        refuse("--author and --reviewer: name both, or neither")
    if output == "-" and file_format is not TableFormat.JSONL:
        refuse(f"-o -: {file_format.value} cannot go to standard output, name a file")
    order = exporting.CaseOrder(station, *_days(from_on, to_on), with_texts, closed, author, reviewer)
    raise typer.Exit(exporting.export_cases_command(order, file_format.value, output))


@app.command(name="year-report")
def export_year_report(
    region: Annotated[str, typer.Option(help="a region's code; those below it count too")],
    year: Annotated[int, typer.Option(min=2000, max=9998)],
    file_format: Annotated[ReportFormat, typer.Option("--format")],
    output: Output,
    exact: Annotated[
        bool, typer.Option("--exact", help="small counts of people too; the audit keeps that")
    ] = False,
    closed: Annotated[
        bool, typer.Option("--closed", help="hidden and restricted entries count too; the audit keeps that")
    ] = False,
) -> None:
    """The year's figures with charts: activity, duty, kinds, stations, answers."""
    from bot.commands import exporting

    if output == "-" and file_format is not ReportFormat.JSON:
        refuse(f"-o -: {file_format.value} cannot go to standard output, name a file")
    order = exporting.YearOrder(region, year, exact, closed)
    raise typer.Exit(exporting.export_year_command(order, file_format.value, output))


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _days(first: datetime | None, last: datetime | None) -> tuple[date | None, date | None]:
    """Both included; a span that ends before it begins is refused, as an empty file would look like no entries."""
    if first is not None and last is not None and last < first:
        refuse(f"--to {last.date()}: is before --from {first.date()}")
    return _day(first), _day(last)
