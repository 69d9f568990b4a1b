"""Words that the pages of staff share: states, clocks, what was done and what was not."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

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
        "answer": "答复已记下，正在发给对方。发没发到，看下面的“送达”。",
        "ask": "问题已记下，正在发给对方。对方补充之前不计时间。",
        "note": "备注已记下，群众看不到。",
        "accept": "已接收，对方会知道有人在办。",
        "offline": "已记为线下办理，会请对方确认。",
        "pass": "已转出去，新的承办人会收到卡片。",
        "assign": "已指派，代表会收到卡片，对方也会知道。",
        "station": "已转到另一个站，那边会收到卡片，对方也会知道。",
        "reopen": "已重新打开，时限重新计算。",
        "confirm": "已接手，告警停了，大家都看得到是您在处理。",
        "notice_submitted": "已送审，能审核的人会收到卡片。",
        "notice_agreed": "已同意，到时间就发。",
        "notice_refused": "已退回，起草人会知道。",
        "notice_dropped": "不发了。",
        "notice_recalled": "已撤回：没发的不再发，发了的尽量收回。",
        "notice_again": "正在给没送到的人再发一次。",
        "imported": "已导入，马上生效。",
        "taken": "已代管，这个站的新消息会发给您。用完请交还。",
        "given": "已交还。",
        "code": "已办好。名册几秒后生效。",
        "fields": "已保存。公开页面随即按新的显示。",
    }
)
REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "empty": "还没有写内容。",
        "long": "写得太长了，请控制在 2000 字以内。",
        "changed": "这件事刚刚有变化，没有操作成。请看过现在的情况再决定。",
        "news": "您写的时候又有新的话（在下面）。请看过再发，您写的还在。",
        "not_now": "现在不能这样做，没有操作成。",
        "whom": "没有找到这位代表，或者不宜由其承办。请从名单里选。",
        "whom_several": "有几位同名的代表，请从名单里选带站名的那一项。",
        "where": "请选一个别的联络站。",
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
