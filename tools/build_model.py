"""Rebuilds `config/topic_model.bin` from `config/corpus/` and `config/topic_terms.json`: `make model`."""

import sys

from bot.training import shipped
from bot.training.run import train


def main() -> None:
    """Train, write the file, print the report. The same corpus gives the same bytes."""
    model, report = train(
        shipped.corpus(),
        helpers=shipped.terms(),
        settings=shipped.SETTINGS,
        progress=lambda step, _done, _of: print(step, file=sys.stderr, flush=True),
    )
    shipped.MODEL.write_bytes(model.dump())
    print(report.render())


if __name__ == "__main__":
    main()
