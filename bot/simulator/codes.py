"""WeCom's global error codes that the simulator answers with (official list: document 90313)."""

from typing import Final

BUSY: Final = -1
OK: Final = 0
BAD_SECRET: Final = 40001
BAD_MEDIA_KIND: Final = 40004
BAD_TYPE_PARAMETER: Final = 40005
BAD_MEDIA_ID: Final = 40007
BAD_MSGTYPE: Final = 40008
BAD_CORP_ID: Final = 40013
BAD_ACCESS_TOKEN: Final = 40014
BAD_OAUTH_CODE: Final = 40029
TOO_MANY_USERIDS: Final = 40032
ESCAPED_CHARACTERS: Final = 40033
BAD_AGENT_ID: Final = 40056
BAD_PARAMETER: Final = 40058
BAD_EXTERNAL_USERID: Final = 40096
NO_ACCESS_TOKEN: Final = 41001
NO_AGENT_ID: Final = 41011
BAD_WELCOME_CODE: Final = 41050
WELCOME_TAKEN: Final = 41051
EXPIRED_ACCESS_TOKEN: Final = 42001
EMPTY_MEDIA: Final = 44001
EMPTY_TEXT: Final = 44004
TOO_LARGE: Final = 45001
TOO_MANY_CALLS: Final = 45009
TOO_MANY_AT_ONCE: Final = 45033
FOREIGN_IP: Final = 60020
NO_SUCH_USER: Final = 60111
BAD_RESPONSE_CODE: Final = 60140
NO_VALID_RECIPIENT: Final = 81013
NO_RECIPIENT: Final = 82001
LIVING_NOT_RESERVED: Final = 92006
NOT_YOUR_LIVING: Final = 92008
BAD_OPEN_KFID: Final = 95000
OVER_FIVE_MESSAGES: Final = 95001
OVER_48_HOURS: Final = 95002
NO_SUCH_KF_ACCOUNT: Final = 95004
BAD_MSG_TOKEN: Final = 95007
TOO_MANY_MENU_ITEMS: Final = 95008
BAD_MENU_ITEM: Final = 95009
SESSION_ENDED: Final = 95013
NOT_A_SERVICER: Final = 95014
TRANSITION_NOT_ALLOWED: Final = 95016
STATE_FORBIDS_SENDING: Final = 95018
SERVICER_STOPPED: Final = 95019
NOT_YOUR_AGENT: Final = 301002
MEDIA_NEEDS_RANGE: Final = 830002

# The platform's documents give no number for these four; a client must not rely on them.
KF_MSGID_TAKEN: Final = 95033
BAD_CURSOR: Final = BAD_PARAMETER
TASK_ID_TAKEN: Final = 42014
UNKNOWN_API: Final = 404

IN_PLAIN_WORDS: Final = {
    BUSY: "系统繁忙",
    BAD_MEDIA_ID: "文件不存在或已过三天",
    BAD_ACCESS_TOKEN: "访问凭证已失效",
    BAD_PARAMETER: "参数不对",
    ESCAPED_CHARACTERS: "正文里有 \\uXXXX 转义",
    BAD_WELCOME_CODE: "欢迎语超过二十秒",
    WELCOME_TAKEN: "已经问候过了",
    EXPIRED_ACCESS_TOKEN: "访问凭证到期",
    TOO_MANY_CALLS: "调用太频繁",
    TOO_MANY_AT_ONCE: "同时调用太多",
    FOREIGN_IP: "服务器地址不在可信名单",
    NO_SUCH_USER: "没有这位成员",
    BAD_RESPONSE_CODE: "卡片更新凭证已用过或过期",
    NO_VALID_RECIPIENT: "收件人都无效",
    LIVING_NOT_RESERVED: "直播已经开始、结束或取消",
    NOT_YOUR_LIVING: "不是本应用预约的直播",
    OVER_FIVE_MESSAGES: "对方说一句，最多回五条",
    OVER_48_HOURS: "对方已超过四十八小时没有说话",
    BAD_MSG_TOKEN: "取信凭证过期",
    SESSION_ENDED: "会话已结束",
    STATE_FORBIDS_SENDING: "会话由人工接待或未开始",
    NOT_YOUR_AGENT: "不是本应用的凭证",
    KF_MSGID_TAKEN: "这个消息号已经发过",
}


class ApiError(Exception):
    """A call that WeCom would refuse; becomes `{"errcode", "errmsg"}` with HTTP 200."""

    def __init__(self, errcode: int, errmsg: str, *, violation: str = "") -> None:
        super().__init__(f"{errcode} {errmsg}")
        self.errcode = errcode
        self.errmsg = errmsg
        self.violation = violation
