"""Words of the pages of the service centre: rights, health of the system, rules, people and places."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.notices.privacy_desk import KINDS

NOTICE_NAME = "个人信息保护说明"
NOTICE_ABOUT = (
    "第一次来信时告知，全文见“个人信息保护说明”。这是告知的凭证，不是同意；法定职责以外的事另外征求同意。"
)
ERASED: Mapping[str, str] = MappingProxyType(
    {
        "person": "一个人的全部内容",
        "case": "一件事的内容",
        "message": "撤回的消息",
        "retention": "保存期满的内容",
    }
)
REQUEST_STATES: Mapping[str, str] = MappingProxyType(
    {"done": "已同意并照办", "refused": "已拒绝", "withdrawn": "本人撤回或没有确认"}
)
JOBS = (
    ("reconcile delivery", "核对昨天的送达"),
    ("retention", "清理保存期满的内容"),
    ("ledger heads noted", "记下履职账本的每日摘要"),
    ("ledger heads told", "把摘要告诉审计员"),
    ("recount clocks", "规则或假期变了以后重算时限"),
    ("watch delivery", "查看送达有没有卡住"),
    ("watch silence", "查看有没有没人处理的来信"),
)
FAULTS: Mapping[str, str] = MappingProxyType({"starting": "正在启动", "stopping": "正在停止"})
VERIFY_STARTED = "正在核对，几秒到几分钟。刷新这一页看结果。"
VERIFY_RUNS = "已经有人在核对，请稍等。"


def right_name(kind: str) -> str:
    """A right by its name."""
    return KINDS.get(kind, kind)


PLACE_REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "fields": "至少留一项公开。",
        "empty": "名字和内容都要写。",
        "promise": "这句话像是在保证结果，请换一种说法。",
        "many": "最多留 20 句，请先删掉不用的。",
        "already": "这个码已经停用了。",
        "gone": "名册里已经没有了，不能换码。",
        "nobody": "没有这个码。",
    }
)
PUBLIC_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "name": "姓名",
        "level": "代表层级",
        "unit": "单位",
        "post": "职务",
        "specialities": "专长",
        "station": "所在联络站和值班时间",
        "phone": "电话",
    }
)
CODE_FAULTS: Mapping[str, str] = MappingProxyType({"revoked": "已停用", "expired": "已过期"})
REVOKE_REASONS = (("lost", "丢失或外传"), ("left_office", "离任"), ("replaced", "换新的"), ("other", "其他"))
SHEETS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "banner": ("海报：红色标题", "贴在门口、公告栏，远处看得清。"),
        "quiet": ("海报：素净", "贴在室内，字多一些。"),
        "cards": ("桌卡", "一页一张，对折立在桌上。"),
        "directory": ("代表名录", "一站的代表，一页十位，各带各的码。"),
    }
)
NO_POSTER = "现在取不到码里的链接，没有印成。请过一会儿再试，或者请管理员看“运行”。"
