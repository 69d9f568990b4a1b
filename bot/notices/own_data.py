"""Words of the copy of one's own data and of its page."""

from types import MappingProxyType

AUTHORS = MappingProxyType(
    {
        "constituent": "我",
        "representative": "代表",
        "officer": "联络站工作人员",
        "question": "联络站工作人员（询问）",
    }
)
CASE_STATES = MappingProxyType(
    {
        "assigned": "已转到，等候接收",
        "accepted": "正在办",
        "answered": "已答复",
        "reopened": "接着办",
        "closed": "已办结",
    }
)
CONSENTS = MappingProxyType(
    {
        "notice": "已看到个人信息保护说明",
        "quote": "同意引用我的话",
        "share": "同意转给有关部门",
        "sens": "同意处理敏感信息",
    }
)
RIGHTS = MappingProxyType(
    {"asked": "等您确认", "waiting": "等工作人员决定", "done": "已办", "refused": "未同意", "withdrawn": "未继续"}
)
GONE = "这个地址已经用过、过期，或者不存在。要再取一份，请在聊天里发“导出我的信息”。"
BUSY = "附件太多，这次没有放进来的：{names}。请到联络站领取。"
