"""证件照片: the offer to delete a picture that may show an identity paper, and what became of it."""

from dataclasses import dataclass

from bot.notices.content import Text


def offer(paper: str) -> str:
    """A line of a receipt; `paper` is what the picture may show."""
    return f"这张照片里可能有{paper}。办事用不到的话，回复“删除照片”，我们马上删掉。"


@dataclass(frozen=True, slots=True)
class Offer:
    """The same by itself, where no receipt is due."""

    line: str

    def render(self) -> Text:
        return Text(self.line)


@dataclass(frozen=True, slots=True)
class PicturesDeleted:
    """The pictures are gone."""

    number: str
    count: int

    def render(self) -> Text:
        return Text(
            f"{self.number} 里可能有证件的{self.count}张照片已经删除，看过的工作人员也已收到通知，不再使用。"
            "您的文字还在，事情照常办。"
        )


@dataclass(frozen=True, slots=True)
class NoPicture:
    """删除照片 where there is none of the kind."""

    def render(self) -> Text:
        return Text("没有找到可能有证件的照片。要收回别的内容，请发：撤回 编号（例如：撤回 000123）")
