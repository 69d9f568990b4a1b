"""The bot's log sentences that the demo's trace shows, with an icon's name, in Chinese."""

SHOWN = {
    "case opened": ("case", "记下这件事，给出编号，定下承办人"),
    "case joined": ("store", "补充的话记到同一件事"),
    "owner told": ("card", "写好给代表和联络员的卡片"),
    "update told": ("card", "把补充的话合成一条转给承办人"),
    "case changed": ("case", "事情到了新的一步"),
    "answer written down": ("send", "记下答复，准备转给群众"),
    "duty entry written": ("duty", "履职记录入账，一事一条"),
    "duty entry stamped": ("duty", "履职记录加盖一笔"),
    "outbox row was dropped": ("wait", "给更要紧的话让位，这条不发"),
    "answer waits for the constituent": ("wait", "微信暂时不让发，等群众来信先发"),
    "emergency told": ("alarm", "紧急情况：叫醒值班的人，没人接手就再叫"),
    "many people raise one matter": ("case", "许多人反映同一件事，提醒联络员一并看"),
    "topic model read": ("decide", "读入分类模型"),
    "attachment is here": ("store", "附件加密存好"),
}
