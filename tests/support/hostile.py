"""What somebody may write to harm whoever reads it, where it can stand, and how one sees that it did harm.

One table of strings and one of places. `PLACES` has every column of the database in which words of people, of an
import or of staff are kept; a test holds it against the schema, so that a new column is tried as well.
"""

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser

MARK = "XHOSTILEX"
HOSTILE = {
    "script": f"<script>alert('{MARK}')</script>",
    "element": f"<x-hostile>{MARK}</x-hostile>",
    "attribute": f"\"' onmouseover=alert(1) data-hostile={MARK} x='\"",
    "comment": f"--></title></textarea></style><x-hostile>{MARK}",
    "link": f"javascript:alert('{MARK}')",
    "template": f"{{{{7*7}}}}${{7*7}}{{% raw %}}{MARK}",
    "equals": f'=HYPERLINK("http://x.invalid/?"&A1,"{MARK}")',
    "plus": f"+1+1+cmd|' /C calc'!A0 {MARK}",
    "minus": f"-2+3+cmd|' /C calc'!A0 {MARK}",
    "at": f"@SUM(1+1) {MARK}",
    "tab": f"\t=1+1 {MARK}",
    "return": f"\r=1+1 {MARK}",
    "turned": f"\u202e灯路\u2066{MARK}",  # never turned back
    "hidden": f"路\u200b灯\u200d\ufeff{MARK}",
    "lines": f"第一行\r\nX-HOSTILE:{MARK}\nBEGIN:VEVENT\r\nSet-Cookie: x=1",
    "quoted": f'a";b,c\\;d\\n{MARK}',
    "path": f"../../etc/passwd\\..\\CON.pdf {MARK}",
    "long": "A" * 10_000 + MARK,
    "wide": "龘" * 4000 + MARK,
    "nothing": f"\x01\x7f\x0b{MARK}",
    "sql": f"'; DROP TABLE cases; -- {MARK}",
}
FILE_NAMES = (
    *("../../x.png", "CON", "nul.jpg", "a\x00b.png", "x\r\ny.png", "长" * 400 + ".png", ".", "", "a/b\\c.png"),
    *("\u202egnp.exe", "-rf.png", "=1+1.png", "<x-hostile>.png", "a\tb.png", "CON.tar.gz", " .png "),
)

# Columns where words stand as they are, and those where they are sealed under the row's `key_id`.
PLAIN = frozenset(
    {
        *("regions.name", "stations.name", "stations.address", "stations.phone", "stations.open_hours"),
        *("staff.name", "representatives.name", "representatives.unit", "representatives.post"),
        *("representatives.phone", "grids.name", "places.name", "holidays.name", "kf_accounts.name"),
        *("activity_days.topic", "activity_days.note", "activity_rules.topic"),
        *("departments.name", "departments.phone", "station_phrases.text", "notice_texts.text"),
        *("live_sessions.title", "live_sessions.description", "live_sessions.note", "live_promises.owner"),
    }
)
LISTS = frozenset({"stations.themes", "representatives.specialities", "places.aliases"})
SEALED = frozenset(
    {
        *("messages.text_sealed", "attachments.name_sealed", "constituents.nickname_sealed"),
        *("duty_entries.summary_sealed", "file_documents.title_sealed", "receptions.matter_sealed"),
        *("live_questions.text_sealed", "live_questions.answer_sealed", "live_promises.text_sealed"),
        *("rights_requests.words_sealed", "rights_requests.reason_sealed", "activity_sites.report_sealed"),
    }
)
# Sealed JSON: the fields of it that hold words.
JSON = {
    "broadcasts.wording_sealed": ("text", "title"),
    "duty_entries.details_sealed": ("place",),
}
PLACES = PLAIN | LISTS | SEALED | JSON.keys()

_TURNING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "poster", "data"})


class _Reader(HTMLParser):
    """Notes what a page has that only somebody's words can have put there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.harm: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "x-hostile":
            self.harm.append("an element of somebody's words")
        if tag == "script" and not dict(attrs).get("src"):
            self.harm.append("a script in the page")
        for name, value in attrs:
            if name.startswith("on") or name in ("data-hostile", "style"):
                self.harm.append(f"{tag} {name}={value}")
            if name in _ADDRESSES and (value or "").strip().lower().startswith(("javascript:", "data:text", "//")):
                self.harm.append(f"{tag} {name}={(value or '')[:60]}")

    def handle_data(self, data: str) -> None:
        if "49${" in data or "}}49" in data or "{{49" in data:
            self.harm.append("a template was run")


def harm_in_page(text: str) -> list[str]:
    """What a page would do that it should not; nothing where all is well."""
    reader = _Reader()
    reader.feed(text)
    turned = _TURNING.search(text)
    return reader.harm + ([f"a mark that turns the line: {turned.group()!r}"] if turned else [])


def harm_in_csv(text: str) -> list[str]:
    """Cells that a spreadsheet would run."""
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    return [cell[:40] for row in rows for cell in row if cell.startswith(_RUNS)]


def harm_in_calendar(text: str) -> Iterator[str]:
    """Lines that somebody's words have added to a calendar."""
    for line in text.replace("\r\n ", "").split("\r\n"):
        if line.startswith(("X-HOSTILE", "Set-Cookie")) or "\n" in line or "\r" in line:
            yield line[:60]
    if text.count("BEGIN:VEVENT") != text.count("END:VEVENT") + text.count("\\nBEGIN:VEVENT"):
        yield "an event that nobody planned"


def harm_in_headers(headers: dict[str, str]) -> list[str]:
    """Headers that somebody's words have added."""
    return [f"{name}: {value}" for name, value in headers.items() if name.lower() == "x-hostile" or "x=1" in value]
