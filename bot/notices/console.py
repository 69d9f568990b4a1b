"""Words that the pages of staff share: states, clocks, what was done and what was not."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from bot.notices.merging import WHYS as MERGE_WHYS
from bot.notices.work_order import WHYS as ORDER_WHYS

STATES: Mapping[str, str] = MappingProxyType(
    {"assigned": "等接收", "accepted": "正在办", "answered": "已答复", "reopened": "又有话说", "closed": "已办结"}
)
SHOWS = (("waiting", "等答复的"), ("answered", "已答复的"), ("closed", "已办结的"), ("all", "全部"))
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "case": "诉求",
        "emergency": "紧急",
        "service_query": "咨询",
        "privacy_request": "个人信息",
        "praise": "表扬",
        "legislation_opinion": "立法意见",
        "livelihood_suggestion": "民生建议",
        "complaint_about_representative": "对代表的意见",
        "referral": "不属代表职责",
        "spam": "无关",
        "unclear": "待明确",
    }
)
ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "open": "等部门回复",
        "replied": "部门已回复，等同意",
        "told": "已转告对方",
        "returned": "部门退回",
        "withdrawn": "已撤回",
    }
)
TOLD: Mapping[str, str] = MappingProxyType(
    {
        "kf/receipt": "回执",
        "kf/reply": "自动回话",
        "kf/referral": "该找哪里",
        "kf/urgent": "求助电话",
        "kf/update": "进展",
        "kf/notice": "进展",
        "app/card": "卡片",
        "app/update": "补充的话",
        "app/urgent": "紧急提醒",
    }
)
TOLD_STATES: Mapping[str, str] = MappingProxyType(
    {"waiting": "正在发", "leased": "正在发", "parked": "等对方来信才能发", "failed": "没发成"}
)
STEPS: Mapping[str, str] = MappingProxyType(
    {"representative": "代表", "officer": "联络员", "lead": "联络站负责人", "centre": "代表联络服务中心"}
)
ROLES: Mapping[str, str] = MappingProxyType(
    {
        "officer": "联络员",
        "lead": "负责人",
        "town": "镇街人大",
        "centre": "服务中心",
        "admin": "管理员",
        "auditor": "审计员",
        "media": "媒体",
        "representative": "人大代表",
    }
)
DONE: Mapping[str, str] = MappingProxyType(
    {
        "answer": "答复已记下，正在发给对方。发没发到，写在对话下面。",
        "ask": "问题已记下，正在发给对方。对方补充之前不计时间。",
        "note": "备注已记下，群众看不到。",
        "accept": "已接收，对方会知道有人在办。",
        "offline": "已记为线下办理，会请对方确认。",
        "pass": "已转出去，新的承办人会收到卡片。",
        "assign": "已指派，代表会收到卡片，对方也会知道。",
        "station": "已转到另一个站，那边会收到卡片，对方也会知道。",
        "reopen": "已重新打开，时限重新计算。",
        "merge": "已并到这里，对方已经知道。一天内可以撤销。",
        "unmerge": "已重新分开，两件事各办各的。",
        "split": "已拆出，对方已经知道。新的编号在“合并和拆分”里。",
        "hand": "已转办，对方已经知道。到期前后会提醒。",
        "reply": "部门的回复已记下，等承办人同意后告诉群众。",
        "tell": "部门的回复正在发给对方。",
        "again": "已请部门重新回复，没有发给群众。",
        "returned": "已记下部门退回，对方会知道有人接着跟进。",
        "withdraw": "已撤回转办，对方会知道有人接着跟进。",
        "confirm": "已接手，告警停了，大家都看得到是您在处理。",
        "day_added": "已加上，到时会请代表、提醒联络员、发公告。",
        "day_confirmed": "已确认，到日子会请代表、提醒联络员、发公告，不用再做什么。",
        "day_moved": "已改期，以前通知过的人会收到消息。",
        "day_called_off": "已记下，以前通知过的人会收到消息。",
        "day_saved": "已保存。",
        "day_place": "已记在名单上。",
        "day_came": "已记下签到。",
        "day_filed": "已上报。各站都报了以后，服务中心会收到汇总。",
        "duty_put": "已排上，本人会收到消息。",
        "duty_out": "已撤下，本人会收到消息。",
        "duty_swapped": "已换班，双方都会收到消息。",
        "live_draft": "已记下，可以同意的人会收到消息。",
        "live_approve": "已同意，会按时公布。",
        "live_end": "已结束，认领清单已经发出。",
        "live_resume": "已恢复，可以接着提问。",
        "live_move": "已改期，收到过通知的人和提问的人都会知道。",
        "live_cancel": "已取消，收到过通知的人都会知道，提过的问题会转为来信。",
        "live_fate": "已记下，提问的人会收到结果。",
        "live_held": "已记下。提问的人下次来信时才能收到。",
        "live_promise": "已记下，到期前后会提醒。",
        "live_kept": "已记为兑现。",
        "text_set": "已保存，从现在起这样说。",
        "text_reset": "已恢复默认。",
        "notice_submitted": "已送审，能审核的人会收到卡片。",
        "notice_agreed": "已同意，到时间就发。",
        "notice_refused": "已退回，起草人会知道。",
        "notice_dropped": "不发了。",
        "notice_recalled": "已撤回：没发的不再发，发了的尽量收回。",
        "notice_again": "正在给没送到的人再发一次。",
        "imported": "已导入，马上生效。",
        "taken": "已代管，这个站的新消息会发给您。用完请交还。",
        "given": "已交还。",
        "points_published": "已公布，代表会收到通知，各看各的。",
        "points_answered": "已答复，代表会看到。",
        "file_passed": "档案已通过，会公布；年末封存。",
        "file_sent_back": "档案已退回，代表会看到原因。",
        "gap_waived": "这一项今年免除了。",
        "duty_passed": "已通过，记入履职档案。",
        "duty_returned": "已退回，代表会看到原因。",
        "duty_some": "能办的已办好；其余的已有人处理过，或者不在您这里。",
        "duty_withdrawn": "已作废。原来的记录和作废说明都留着。",
        "duty_corrected": "已更正。原来的记录留着，以这一条为准。",
        "duty_released": "已公开，从现在起会出现在名单和统计里。",
        "code": "已办好。名册几秒后生效。",
        "phrases": "已保存，答复时可以选。",
        "standards": "已记下今天核对的结果。",
        "fields": "已保存。公开页面随即按新的显示。",
    }
)
CHANGED = "这件事刚刚有变化，没有操作成。请看过现在的情况再决定。"
REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "empty": "还没有写内容。",
        "long": "写得太长了，请控制在 2000 字以内。",
        "changed": CHANGED,
        "news": "您写的时候又有新的话（在下面）。请看过再发，您写的还在。",
        "not_now": "现在不能这样做，没有操作成。",
        "whom": "没有找到这位代表，或者不宜由其承办。请从名单里选。",
        "whom_several": "有几位同名的代表，请从名单里选带站名的那一项。",
        "where": "请选一个别的联络站。",
        "reason": "请选一个要看的原因。",
        **{f"merge_{why}": words for why, words in MERGE_WHYS.items()},
        **{f"order_{why}": words for why, words in ORDER_WHYS.items()},
    }
)
TEMPLATES = (
    ("收到，先看看", "您反映的情况我收到了。我先了解一下，有了消息马上告诉您。"),
    ("已转请部门", "您反映的情况，已经请主管部门核实。法律规定由他们来办，我会继续关注，有进展就告诉您。"),
    ("请补充地点", "请您补充一下具体地点：哪个小区、几号楼附近？有照片也可以发来。"),
    ("约当面谈", "这件事当面说更清楚。我在联络站值班时可以接待您，您哪天方便？"),
    ("已有回音", "主管部门回复如下：\n\n如果和实际不一样，请直接告诉我。"),
)


def clock_words(due: datetime, now: datetime) -> str:
    """How long something is late, or how long there is left."""
    minutes = round((due - now).total_seconds() / 60)
    span, is_late = abs(minutes), minutes < 0
    if span < 60:
        words = f"{span} 分钟"
    elif span < 48 * 60:
        words = f"{span // 60} 小时"
    else:
        words = f"{span // (24 * 60)} 天"
    return f"超时 {words}" if is_late else f"还有 {words}"


def clock_tone(due: datetime, now: datetime, *, late: bool) -> str:
    """How it is coloured: late, soon (four hours), or as all else."""
    if late:
        return "bad"
    return "warn" if (due - now).total_seconds() < 4 * 3600 else ""
