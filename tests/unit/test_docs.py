"""What the documents say is what the code does, where a program can tell."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer

from bot.__main__ import app
from bot.services import imports
from bot.simulator.faults import Faults, parse_faults
from config.settings import PREFIX, Settings
from storage import states

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
NOT_YET = {ROOT / "docs" / "images" / "demo.png"}  # a screenshot, taken when the page is as it should be

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
MACHINE = re.compile(r"/(?:home|root|Users|tmp)/")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# --- links ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_relative_link_leads_to_a_file(document: Path) -> None:
    links = LINK.findall(FENCE.sub("", text_of(document)))
    targets = [link for link in links if not re.match(r"[a-z]+:|#", link)]
    paths = {link: (document.parent / unquote(link.split("#")[0])).resolve() for link in targets}
    assert [link for link, path in paths.items() if not path.exists() and path not in NOT_YET] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_no_document_names_a_place_on_the_machine_it_was_written_on(document: Path) -> None:
    assert MACHINE.findall(text_of(document)) == []


def test_every_document_is_in_the_table_of_contents() -> None:
    contents = (ROOT / "docs" / "README.md").resolve()
    linked = {(contents.parent / link.split("#")[0]).resolve() for link in LINK.findall(text_of(contents))}
    written = {path for path in DOCUMENTS if path.parent != ROOT and path != contents}
    assert {name_of(path) for path in written - linked} <= {"docs/performance.md"}


# --- states -----------------------------------------------------------------------------------------

ARROW = re.compile(r"^\s*(\[\*\]|\w+) --> (\w+)", re.MULTILINE)
DRAWN: Mapping[str, Mapping[StrEnum, frozenset[StrEnum]]] = {
    "Case": states.CASE,
    "Order": states.WORK_ORDER,
    "Inbox": states.INBOX,
    "Outbox": states.OUTBOX,
    "Attachment": states.ATTACHMENT,
    "Activity": states.ACTIVITY_DAY,
    "Attendance": states.ATTENDANCE,
    "Broadcast": states.BROADCAST,
    "Recipient": states.RECIPIENT,
    "Live": states.LIVE,
    "Reminder": states.REMINDER,
    "Question": states.QUESTION,
    "FileCheck": states.FILE_CHECK,
    "DutyReport": states.DUTY_REPORT,
    "Rights": states.RIGHTS,
    "TwoPerson": states.TWO_PERSON,
}
FIRST = {
    "Case": "assigned",
    "Order": "open",
    "Inbox": "waiting",
    "Outbox": "waiting",
    "Attachment": "wanted",
    "Activity": "planned",
    "Attendance": "invited",
    "Broadcast": "draft",
    "Recipient": "waiting",
    "Live": "draft",
    "Reminder": "waiting",
    "Question": "waiting",
    "FileCheck": "opened",
    "DutyReport": "drafted",
    "Rights": "asked",
    "TwoPerson": "asked",
}


def drawings() -> dict[str, list[tuple[str, str]]]:
    """The arrows of each state diagram, by the heading above it."""
    sections = re.split(r"^## (.+)$", text_of(ROOT / "docs" / "states.md"), flags=re.MULTILINE)[1:]
    found = {}
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        (diagram,) = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", body, flags=re.DOTALL)
        found[title] = ARROW.findall(diagram)
        assert len(found[title]) == diagram.count("-->"), f"an arrow of {title} cannot be read"
    return found


def test_every_state_machine_is_drawn() -> None:
    machines = {name for name, value in vars(states).items() if isinstance(value, type) and name.endswith("State")}
    assert machines == {f"{title}State" for title in DRAWN}
    assert set(drawings()) == set(DRAWN)


@pytest.mark.parametrize("title", DRAWN)
def test_the_drawing_has_the_arrows_of_the_table(title: str) -> None:
    arrows = drawings()[title]
    table = {(old.value, new.value) for old, following in DRAWN[title].items() for new in following}
    drawn = [arrow for arrow in arrows if arrow[0] != "[*]"]
    assert len(drawn) == len(set(drawn)), "an arrow is drawn twice"
    assert set(drawn) == table
    assert [new for old, new in arrows if old == "[*]"] == [FIRST[title]]


# --- commands and settings --------------------------------------------------------------------------


def commands() -> set[str]:
    """`serve`, `export duty` and so on, as `python -m bot` has them."""
    group = typer.main.get_command(app)
    found = set()
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        found |= {f"{name} {each}" for each in inner} if inner else {name}
    return found


def commands_told(document: Path) -> tuple[set[str], set[str]]:
    """The commands of the table, and those that the paragraph below it says are refused."""
    text = text_of(document)
    table = re.findall(
        r"^\| `((?:activity |export |codes |key |live |rules |scores )?[a-z-]+)[ `]", text, flags=re.MULTILINE
    )
    (refused,) = re.findall(
        r"^(?:Refused for now|暂时会拒绝的命令)[:：](.+?)\n\n", text, flags=re.MULTILINE | re.DOTALL
    )
    words = re.findall(r"`([a-z-]+)`", refused)
    cut = words.index("export") if "export" in words else len(words)
    return set(table), {*words[:cut], *(f"export {kind}" for kind in words[cut + 1 :])}


@pytest.mark.parametrize("document", READMES, ids=name_of)
def test_the_readme_names_every_command_and_no_other(document: Path) -> None:
    built, refused = commands_told(document)
    assert built | refused == commands()
    assert not built & refused


@pytest.mark.parametrize("document", READMES, ids=name_of)
def test_the_readme_names_every_setting_with_its_default(document: Path) -> None:
    rows = re.findall(r"^\| ((?:`LIANXIN_\w+` ?)+) \| (.*?) \|", text_of(document), flags=re.MULTILINE)
    told = {key: default for keys, default in rows for key in re.findall(r"`(\w+)`", keys)}
    assert set(told) == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    defaults = {f"{PREFIX}{name.upper()}": field.default for name, field in Settings.model_fields.items()}
    plain = {key: value for key, value in defaults.items() if isinstance(value, str | int | float) and value}
    assert {key for key, value in plain.items() if f"`{value}`" not in told[key]} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_command_in_an_example_is_there(document: Path) -> None:
    named = re.findall(r"python -m bot ((?:activity |export |codes |key |live |rules )?[a-z-]+)", text_of(document))
    assert {name for name in named if name not in commands()} == set()


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), flags=re.MULTILINE))
    named = {
        name for path in DOCUMENTS for name in re.findall(r"(?:^|`)make ([a-z]+)", text_of(path), re.MULTILINE)
    }
    assert named <= targets


# --- files of an import, and the sample in the text --------------------------------------------------


def test_the_import_how_to_lists_every_column_with_its_chinese_headers() -> None:
    wanted: defaultdict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for file, chinese, column, headers in imports.headers():
        wanted[f"`{file}` · {chinese}"].append((column, headers))
    text = text_of(ROOT / "docs" / "how-to" / "import-a-district.md")
    sections = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    told = {
        title: [
            (column, tuple(headers.split(", ")))
            for column, headers in re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", body, flags=re.MULTILINE)
        ]
        for title, body in zip(sections[::2], sections[1::2], strict=True)
    }
    assert told == dict(wanted)


def test_the_sample_faults_file_is_taken() -> None:
    text = text_of(ROOT / "docs" / "how-to" / "try-faults.md")
    (sample,) = re.findall(r"```json\n(.*?)```", text, flags=re.DOTALL)
    assert parse_faults(json.loads(sample)) != Faults()
    keys = re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (`.+?`) \|", text, flags=re.MULTILINE)))
    assert set(Faults.__dataclass_fields__) <= set(keys)


def test_every_log_sentence_of_the_how_to_is_one_that_the_code_says() -> None:
    text = text_of(ROOT / "docs" / "how-to" / "read-the-logs.md")
    rows = re.findall(r"^\| (`.+?`) \|", text, flags=re.MULTILINE)
    told = {sentence for row in rows for sentence in re.findall(r"`([^`]+)`", row)}
    source = "\n".join(
        text_of(path) for room in ("bot", "storage", "config") for path in (ROOT / room).rglob("*.py")
    )
    assert {sentence for sentence in told if sentence.removesuffix(" …") not in source} == set()
