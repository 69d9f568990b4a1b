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
