"""What somebody hears whose picture or file is not kept."""

from dataclasses import dataclass
from types import MappingProxyType

from bot.notices.content import Text

_WHY = MappingProxyType(
    {
        "picture": "打不开，可能没有传完整。请用手机重新拍一张，或者截图再发",
        "size": "尺寸太大了，打不开。请缩小一些，或者截一张图再发",
        "program": "是程序文件，为了安全不能接收。请改发图片、文字或者文档",
    }
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A picture or file is not kept; `why` is the word of `NotSafe`."""

    what: str
    why: str

    def render(self) -> Text:
        """What to do instead."""
        return Text(f"您刚才发的{self.what}{_WHY[self.why]}。您写的文字都收到了，不受影响。")
