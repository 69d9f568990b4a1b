"""What `check` finds out about one prerequisite."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`to_do` is empty when it holds; `after`: what has to hold before one can look."""

    what: str
    to_do: str = ""
    optional: bool = False
    after: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it keeps an office from going live."""
        return bool(self.after or (self.to_do and not self.optional))


def render_line(number: int, finding: Finding) -> str:
    """One line of the list."""
    if finding.after:
        return f"{number:2d} 待查  {finding.what}：做完“{finding.after}”再看"
    if finding.to_do:
        return f"{number:2d} {'可选' if finding.optional else '待办'}  {finding.what}：{finding.to_do}"
    return f"{number:2d} 完成  {finding.what}"
