"""The privacy notice in one or two sentences, as part of the first answer: who, why, how long, rights, full text.

Personal Information Protection Law, Art. 17. It is never a message of its own: the send budget is small.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrivacyLine:
    """`days` after a matter is closed its words go; `renewed` where they were told an earlier wording."""

    url: str
    days: int
    renewed: bool = False

    @property
    def said(self) -> str:
        """As part of a greeting or a receipt."""
        return (
            f"{self._new}您的话由本级人大常委会办事机构保管，只为转达和答复，别人看不到，"
            f"办结后最多存 {span(self.days)}；您随时可以发“撤回”“导出我的信息”“删除我的信息”。\n"
            f"怎样保存、怎样删除：{self.url}"
        )

    @property
    def short(self) -> str:
        """Where there is little room."""
        return f"{self._new}您的话由本级人大常委会办事机构保管，只为转达和答复，随时可撤可删。怎样保存、怎样删除：{self.url}"

    @property
    def _new(self) -> str:
        return "个人信息保护说明有更新。" if self.renewed else ""


def span(days: int) -> str:
    """Days as people say them: whole years as years."""
    years, rest = divmod(days, 365)
    return f"{years} 年" if years and not rest else f"{days} 天"
