"""Training on a slice of the corpus: what comes out, and that it comes out the same."""

from collections import Counter
from pathlib import Path

import pytest

from bot.assignment.topics.model import TopicModel
from bot.commands.training import train_command
from bot.training import Report, Row, shipped, train

SEVEN = ("urban_rural_construction", "environment", "transport", "health")
A_TOPIC = 40


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    taken: Counter[str | None] = Counter()
    found = []
    for row in shipped.corpus():
        if row.topic in SEVEN and row.kind == "case" and taken[row.topic] < A_TOPIC:
            taken[row.topic] += 1
            found.append(row)
    return found


@pytest.fixture(scope="module")
def base() -> TopicModel:
    return TopicModel.load(shipped.MODEL.read_bytes())


@pytest.fixture(scope="module")
def trained(rows: list[Row], base: TopicModel) -> tuple[TopicModel, Report]:
    return train(rows, base=base)


def test_a_model_has_the_topics_of_its_messages(trained: tuple[TopicModel, Report]) -> None:
    model, _ = trained
    assert {topic for topic, _ in model.read("路灯坏了").topics} == set(SEVEN)


def test_it_learned_its_messages(trained: tuple[TopicModel, Report], rows: list[Row]) -> None:
    model, _ = trained
    right = sum(model.read(row.text).topics[0][0] == row.topic for row in rows)
    assert right >= 0.95 * len(rows)


def test_kinds_are_carried_over_where_the_messages_say_none(
    trained: tuple[TopicModel, Report], base: TopicModel
) -> None:
    model, report = trained
    text = "谢谢代表帮我们把路修好了"
    assert model.read(text).kinds == base.read(text).kinds
    assert report.kinds_carried_over


def test_the_same_messages_give_the_same_bytes(
    trained: tuple[TopicModel, Report], rows: list[Row], base: TopicModel
) -> None:
    again, _ = train(rows, base=base)
    assert again.dump() == trained[0].dump()
    assert TopicModel.load(trained[0].dump()).read("河水发黑") == trained[0].read("河水发黑")


def test_the_report_is_readable(trained: tuple[TopicModel, Report], rows: list[Row]) -> None:
    text = trained[1].render()
    assert f"{len(rows)} messages" in text
    for word in ("whole text", "first sentence", "first 60", "calibration error", "would be asked", *SEVEN):
        assert word in text
    assert all(sum(map(sum, view.confusion)) == len(rows) for view in trained[1].topics)


def test_kinds_are_learned_where_the_messages_say_them() -> None:
    told = [Row(f"谢谢代表第{number}次帮忙，点赞", "transport", "praise") for number in "一二三四五六"]
    told += [Row(f"{number}路公交车晚点", "transport") for number in "一二三四五六"]
    told += [Row(f"{number}号楼漏水", "urban_rural_construction") for number in "一二三四五六"]
    model, report = train(told)
    assert model.read("谢谢代表，点赞").kinds[0][0] == "praise"
    assert report.kinds
    assert not report.kinds_carried_over


def test_the_command_refuses_with_every_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "", "topic": "transport"}\n{"text": "a"}\n', encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        train_command(file, tmp_path / "model.bin")
    assert left.value.code == 2
    assert [line[:7] for line in capsys.readouterr().err.splitlines()] == ["line 1:", "line 2:"]
    assert not (tmp_path / "model.bin").exists()


def test_the_command_writes_a_model_that_loads(
    tmp_path: Path, rows: list[Row], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.jsonl"
    lines = (f'{{"text": "{row.text}", "topic": "{row.topic}"}}' for row in rows if '"' not in row.text)
    file.write_text("\n".join(line for line in lines if "\n" not in line and "\\" not in line), encoding="utf-8")
    assert train_command(file, tmp_path / "model.bin", alone=True) == 0
    assert TopicModel.load((tmp_path / "model.bin").read_bytes()).read("路灯坏了").topics
    assert "macro-F1" in capsys.readouterr().out
