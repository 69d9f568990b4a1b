"""A glance says of a message what the whole decision says: nothing that stands apart slips into an open matter."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assignment import Glance, Inquiry, Location, decide, glance, read_kind
from config.settings import SHIPPED_MODEL
from tests.unit.assignment.dangers import HAPPENING
from tests.unit.assignment.town import MODEL, ROSTER, TUESDAY_MORNING

CORPUS = SHIPPED_MODEL.parent / "corpus"
PEOPLE = ("", "李伟代表，", "我要举报孙建国代表收好处费。", "周敏代表打我，")


def written(path: Path, step: int) -> list[str]:
    return [json.loads(line)["text"] for line in path.read_text().splitlines()[::step]]


def assert_alike(text: str, location: Location | None = None) -> None:
    inquiry = Inquiry(id="m", text=text, scene="rep", scene_param="R1", location=location)
    whole = decide(inquiry, ROSTER, MODEL, at=TUESDAY_MORNING, load={}, away=frozenset())
    seen = glance(inquiry, ROSTER, read_kind(text, MODEL), at=TUESDAY_MORNING)
    assert seen == Glance(whole.is_emergency, whole.is_restricted, whole.accused), text


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_of_what_people_write(path: Path) -> None:
    for number, text in enumerate(written(path, 9)):
        assert_alike(PEOPLE[number % len(PEOPLE)] + text)


@pytest.mark.parametrize("danger", HAPPENING)
def test_of_dangers(danger: str) -> None:
    for number, text in enumerate(HAPPENING[danger].split()):
        assert_alike(PEOPLE[number % len(PEOPLE)] + text)


def test_of_what_stands_apart_there_is_some() -> None:
    texts = [*written(CORPUS / "emergency.jsonl", 9), *written(CORPUS / "discipline.jsonl", 9)]
    seen = [glance(Inquiry("m", text), ROSTER, read_kind(text, MODEL), at=TUESDAY_MORNING) for text in texts]
    assert any(one.is_emergency for one in seen)
    assert any(one.is_restricted for one in seen)


@given(st.text(alphabet="救命着火打我举报代表李伟孙建国收钱牡丹园孩子老公秘密，。！", max_size=40), st.booleans())
@settings(max_examples=150, deadline=None)
def test_of_anything(text: str, is_spot: bool) -> None:
    assert_alike(text, Location(31.685, 120.305, "牡丹园", text) if is_spot else None)
