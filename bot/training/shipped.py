"""The model that is shipped: what it is trained from, and what was tuned on petitions it never saw."""

import json
from pathlib import Path

import config
from bot.assignment.topics.heads import Band
from bot.training.fitting import Recipe
from bot.training.heads import Plan
from bot.training.rows import Row, parse_rows, term_rows
from bot.training.run import Settings

FOLDER = Path(config.__file__).parent
MODEL = FOLDER / "topic_model.bin"

# Found by `python -m benchmarks.topic_model --tune` on petitions that the model is never trained on: how common the
# topics are there (half the way, since people write other things too), and what their probabilities mean there.
TOPIC_BIAS = (
    ("urban_rural_construction", 0.112),
    ("environment", -0.074),
    ("transport", -0.297),
    ("education_culture_sports", -0.112),
    ("labor_social_security", 0.149),
    ("commerce_tourism", 0.149),
    ("rural_agriculture", -0.1),
    ("land_resources", -0.1),
    ("civil_affairs", -0.1),
    ("politics_law", -0.1),
    ("party_government", -0.1),
    ("economy", -0.1),
    ("science_it", -0.1),
    ("discipline", -0.1),
)
TOPIC_BANDS = (Band(32, 2.4755, 0.04, 0.9154), Band(80, 2.4755, 0.08, 0.9198), Band(3001, 2.265, 0.03, 0.892))
KIND_BIAS: tuple[tuple[str, float], ...] = ()

SETTINGS = Settings(
    topic=Plan(runs=30_000, at_least=2, recipe=Recipe(ratio_margin=0.15, shares=(0.0, 1.0, 0.0))),
    kind=Plan(runs=6_000, at_least=2),
    topic_bands=TOPIC_BANDS,
    topic_bias=TOPIC_BIAS,
    kind_bias=KIND_BIAS,
)


def helpers() -> tuple[Row, ...]:
    """What an office's training learns from besides its own messages."""
    return (*corpus(), *terms())


def corpus() -> tuple[Row, ...]:
    """The messages of `config/corpus/`, files by name; raises RowsRefused."""
    files = sorted((FOLDER / "corpus").glob("*.jsonl"))
    return parse_rows(line for file in files for line in file.read_text(encoding="utf-8").split("\n"))


def terms() -> tuple[Row, ...]:
    """The telling words of `config/topic_terms.json`."""
    return term_rows(json.loads((FOLDER / "topic_terms.json").read_text(encoding="utf-8")))
