"""What people read of the duty file: what was filed, what is missing, who is behind, the yearly check."""

from dataclasses import dataclass

from bot.notices.content import Text


@dataclass(frozen=True, slots=True)
class PaperLost:
    """A paper of a file could not be fetched."""

    kind: str

    def render(self) -> Text:
        """To send it again."""
        return Text(f"您要存档的{self.kind}没有取到，没有放进档案；请再发一次“存档”，接着重发文件。")
