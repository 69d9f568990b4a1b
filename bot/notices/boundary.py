"""What a station does not decide: kindly, where it goes, with which paper, and which time limit runs.

Sources: Regulations on Petition Work (2022) Arts. 18-36; Civil Procedure Law; Supervision rules; domain notes,
section 0, points 2, 5 and 6. The periods are named with 一般 where local rules may differ.
"""

from dataclasses import dataclass

from bot.notices.content import Item, Menu
from bot.notices.privacy_line import PrivacyLine
from bot.notices.words import MENU_HEAD_BYTES, shorten_bytes

HUMAN = "human"
_WHERE = {
    "petition": (
        "您说的属于信访事项。信访由有权处理的机关和单位按《信访工作条例》办理：可以到当地信访局或责任单位的接待场所，"
        "也可以写信、上网或打 12345 提出；带上身份证件和有关材料。有关机关会自收到之日起 15 日内告诉您接不接办，"
        "接办后一般 60 日内办结，最多再延长 30 日。"
    ),
    "petition_review": (
        "对信访处理意见不服，可以自收到书面意见之日起 30 日内，向原办理机关的上一级请求复查；对复查意见仍不服，再在 30 日内请求复核。"
        "带上处理意见书、复查意见书和身份证件。过了 30 日通常就不再接办，请先看意见书上的日期。"
    ),
    "judicial": (
        "您说的已经在法院、检察院、公安或仲裁的程序里，代表和联络站不能干预具体案件。"
        "法院的事可打 12368，检察院的事打 12309，法律咨询和法律援助打 12348。"
    ),
    "judicial_ruling": (
        "对法院判决、裁定不服，走上诉或申诉，代表和联络站不能干预具体案件。民事一审判决一般自送达之日起 15 日内上诉，"
        "裁定 10 日；判决生效后认为有错，一般在 6 个月内申请再审，也可以向检察院申请监督。带上判决书和身份证件，"
        "打 12368 或 12309 可以问，请律师有困难打 12348。"
    ),
    "judicial_execution": (
        "判决生效后对方不履行，可以向一审法院申请执行，一般在履行期满后 2 年内提出；法院拖着不办，打 12368 反映，"
        "也可以向检察院（12309）申请监督。带上判决书和身份证件。代表和联络站不能干预具体案件。"
    ),
    "judicial_open_case": (
        "案件正在审理，请通过代理人、承办法官或 12368 反映；代表和联络站不能干预具体案件。经济困难可以打 12348 申请法律援助。"
    ),
    "arbitration": (
        "劳动争议对仲裁裁决不服，一般自收到裁决书之日起 15 日内向法院起诉；过期裁决就生效。"
        "带上裁决书和证据，法律援助打 12348。代表和联络站不能干预具体案件。"
    ),
    "police_case": (
        "公安不立案或者办案有问题，可以要求出具不予立案通知书，并一般在收到后 7 日内申请复议，也可以向检察院（12309）申请立案监督。"
        "代表和联络站不能干预具体案件；人身有危险请打 110。"
    ),
    "discipline": (
        "您反映的是干部、公职人员的违纪违法问题，由纪检监察机关管：打 12388，或者写信、上门到纪委监委。"
        "请写清是谁、什么事、什么时候，有材料一并交。联络站不调查这类事，也不会转给被反映的人。"
    ),
    "representative": (
        "您说的是对人大代表本人的意见。这条来信只有代表联络服务中心的专人看得到，不会转给这位代表和代表所在的联络站。"
    ),
    "state_secret": (
        "微信不能用来谈涉及国家秘密的内容，请不要再发，也请把已经发的撤回。需要反映，请当面或用机要渠道；"
        "发现危害国家安全的情况请打 12339。"
    ),
    "espionage": "发现可能危害国家安全的情况，请打 12339（国家安全机关举报电话），不要在微信里发材料。",
}  # fmt: skip
EXPLAINED = tuple(_WHERE)
_ELSE = "您说的这类事，联络站不能直接决定，已请工作人员看过后告诉您该找哪里。"


@dataclass(frozen=True, slots=True)
class Explained:
    """To the sender: where the matter goes, and that it was registered."""

    case_id: int
    number: str
    about: str
    restricted: bool
    days: int
    privacy: PrivacyLine | None = None

    def render(self) -> Menu:
        kept = "由代表联络服务中心专人登记，严格保密" if self.restricted else "已登记"
        lines = [
            _WHERE.get(self.about, _WHERE.get(self.about.split("_")[0], _ELSE)),
            f"编号 {self.number}，{kept}；工作人员会再看一遍，{self.days} 日内书面告诉您去向，这条就是先行告知。",
        ]
        if self.privacy is not None:
            lines.append(self.privacy.short)
        return Menu(
            shorten_bytes("\n".join(lines), MENU_HEAD_BYTES),
            (Item(f"{HUMAN}:{self.case_id}", "不是这么回事，请人再看"),),
            "还想补充的，直接接着写。",
        )
