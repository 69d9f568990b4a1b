"""`train`: an office's own topic model from its own labelled messages."""

from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bot import training
from bot.assignment.topics.model import ModelRefused, TopicModel
from bot.commands.running import refuse
from bot.training import shipped

out = Console(highlight=False, soft_wrap=True)
on_error = Console(stderr=True, highlight=False)


def train_command(file: Path, output: Path, *, alone: bool = False) -> int:
    """Train from JSON lines, write the model to `output` and the report to standard output.

    The shipped corpus is learned from as well, unless `alone`. Exit 0 when the model is written,
    2 with one line a fault on standard error when the messages or a path cannot be used. The file appears whole or
    not at all.
    """
    rows = _read(file)
    base = _shipped()
    with Progress(console=on_error, transient=True) as bar:
        task = bar.add_task("reading")
        model, report = training.train(
            rows,
            base=base,
            helpers=() if alone else shipped.helpers(),
            progress=lambda step, done, of: bar.update(task, description=step, completed=done, total=of),
        )
    _write(output, model.dump())
    out.print(report.render(), end="", markup=False)
    on_error.print(f"written: {output}", markup=False)
    return 0


def _read(file: Path) -> tuple[training.Row, ...]:
    try:
        return training.parse_rows(file.read_text(encoding="utf-8-sig").split("\n"))
    except training.RowsRefused as refused:
        refuse(*refused.faults)
    except UnicodeDecodeError:
        refuse(f"{file}: this is not UTF-8; save it as UTF-8 JSON lines")
    except OSError as error:
        refuse(f"{file}: {error.strerror}")


def _shipped() -> TopicModel:
    try:
        return TopicModel.load(shipped.MODEL.read_bytes())
    except (OSError, ModelRefused) as error:
        refuse(f"the shipped model cannot be read ({error}); run `make model`")


def _write(output: Path, data: bytes) -> None:
    fresh = output.with_name(output.name + ".new")
    try:
        fresh.write_bytes(data)
        fresh.replace(output)
    except OSError as error:
        refuse(f"{output}: {error.strerror}")
