"""The first thing a constituent reads: who will read them, the privacy notice, what can be done."""

from dataclasses import dataclass

from bot.notices.content import Item, Menu
from bot.notices.privacy_line import PrivacyLine
from bot.notices.wordings import say
from bot.notices.words import Owner

MENU_ITEMS = (Item("word:反映", "我要反映一件事"), Item("word:进度", "看我的事办到哪一步"))
SUBSCRIBE_ITEM = Item("word:订阅", "订阅活动日和直播提醒")


@dataclass(frozen=True, slots=True)
class Greeting:
    """On entering by a code or a plain link; `note` explains a code that leads elsewhere than it says."""

    owner: Owner
    privacy: PrivacyLine
    note: str = ""

    def render(self) -> Menu:
        if self.owner.representative:
            who = f"您好，这里是{self.owner.name}的留言处。您写的话由{self.owner.representative}代表本人和联络站工作人员看。"
        elif self.owner.station:
            who = f"您好，这里是{self.owner.station}。您写的话由联络站工作人员和分到的人大代表看。"
        else:
            who = "您好，这里是人大代表联络服务中心。您写的话会转给对应的人大代表和联络站。"
        head = "\n".join(part for part in (who, self.note, self.privacy.said) if part)
        return Menu(head, MENU_ITEMS, say("greeting.close"))
