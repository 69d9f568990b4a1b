"""What is wrong with a file that someone wants to import, said so that staff can mend it."""

from dataclasses import dataclass

WHOLE_FILE = "文件"  # the column of a fault that is about a file as a whole


class BadValue(ValueError):
    """A cell that cannot be read; the text is Chinese and says what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend. `line` counts from 1, the header included; `column` is the header as it is written."""

    file: str
    line: int
    column: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.column}: {self.what}"


class ImportRefused(Exception):
    """Nothing was imported; every fault is listed."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))
