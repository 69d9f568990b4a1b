"""What somebody reads who writes faster than they can be answered: once, and nothing of theirs is lost."""

from dataclasses import dataclass

from bot.notices.content import Text


@dataclass(frozen=True, slots=True)
class SlowDown:
    """Instead of further answers to words, for a minute."""

    def render(self) -> Text:
        return Text("您发得很快，我跟不上了。您发的都已收到，不会丢；要看结果的，请过一分钟再发一次。")
