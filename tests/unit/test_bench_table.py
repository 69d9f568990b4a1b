"""The table at the end of `make bench` says what was seen, and which benchmark failed."""

from benchmarks.table import Row, read_figure, render

FOUND = {"ratio": 0.07, "memory_mb": {"peak": 288}, "beyond_ms": {"p50": 12.5, "p99": 80.0}}


def test_a_figure_is_found_where_it_stands() -> None:
    assert read_figure(FOUND, "memory_mb.peak") == "288"
    assert read_figure(FOUND, "beyond_ms") == "p50 12.5, p99 80.0"
    assert read_figure(FOUND, "memory_mb.gone") == "–"


def test_what_was_seen_stands_beside_what_was_asked_and_a_failure_is_named() -> None:
    table = render([(Row("whole_path", "0.25", ("ratio",)), 0, FOUND), (Row("burst", "all kept"), 2, {})])
    assert "| whole_path | 0.25 | ratio 0.07 |" in table
    assert "| burst | all kept | ended with 2 |" in table
