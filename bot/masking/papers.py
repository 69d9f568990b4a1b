"""Pictures of identity papers: told from what is said beside a picture, or from a file's name.

Pictures themselves are not read, for that takes character recognition. Pure: text in, the paper's name out.
"""

import re

_PAPERS = "身份证|户口[本簿]|银行卡|护照|驾驶证|驾照|社保卡|通行证|居住证|出生证明?|结婚证"
_PAPER = re.compile(_PAPERS)
_SHOWN = re.compile(
    rf"(?:{_PAPERS})[^。！？!?]{{0,8}}(?:照片?|图片?|复印件|扫描件|正反面|正面|反面|原件)"
    rf"|(?:这是|附上?|发(?:给|过|您|你|上|来|了)|如图|上图|拍(?:了|下|的)|传|提供)[^。！？!?]{{0,10}}(?:{_PAPERS})"
    rf"|(?:{_PAPERS})[^。！？!?]{{0,4}}(?:发|传|拍|附|给)(?:给|过|您|你|上|来|了|去|在)"
)
_JUST_SAID = 12  # characters up to which the name alone is what the picture shows
_LOST = re.compile("丢|补办|办理|办不|怎么办|换领|过期|挂失|没有?(?:身份|户口)|要(?:带|不要)|需要|吗[？?]?$|[？?]$")


def shown_beside(text: str) -> str:
    """Which paper a picture beside these words may show; empty where they say nothing of the kind."""
    found = _PAPER.search(text)
    if found is None or _LOST.search(text):
        return ""
    return found[0] if _SHOWN.search(text) or len(text.strip()) <= _JUST_SAID else ""


def named(file_name: str) -> str:
    """Which paper a file of this name may show."""
    found = _PAPER.search(file_name)
    return found[0] if found else ""
