"""Words of the console's pages of duty: states of entries, what was said of them, what was not done and why."""

from collections.abc import Mapping
from types import MappingProxyType

TABS = (
    ("/console/duty", "核对"),
    ("/console/duty/files", "档案"),
    ("/console/duty/statistics", "统计"),
    ("/console/duty/month", "月报"),
    ("/console/duty/scores", "积分"),
    ("/console/duty/exports", "导出"),
)
THIS_YEAR = "今年"
PERIODS = ("本月", "上月", "本季度", "上季度", THIS_YEAR, "去年")
ANSWERS_CHART = ("各站答复情况", "按时、晚答、逾期、待答，数字在下面的表里。")
RECEIVED_CHART, CHART_ABOUT = "各站接待群众人数", "从多到少，数字在下面的表里。"
MONTHS_ABOUT = "各月的数字在表里按“月份”看。"
DIMENSIONS: Mapping[str, str] = MappingProxyType(
    {
        "group": "大类",
        "kind": "种类",
        "month": "月份",
        "station": "联络站",
        "representative": "代表",
        "level": "级别",
        "region": "区域",
    }
)
CLOSED = "内容限专人查看"
STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "waiting": ("等核对", "warn"),
        "unconfirmed": ("等代表确认", "warn"),
        "disputed": ("代表说有误", "bad"),
        "passed": ("已通过", "good"),
        "returned": ("已退回", "bad"),
        "standing": ("已确认", "good"),
        "corrected": ("已更正", ""),
        "withdraws": ("作废说明", ""),
    }
)
SAID: Mapping[str, str] = MappingProxyType(
    {
        "confirmed": "确认没有错",
        "disputed": "说有误",
        "passed": "核对通过",
        "returned": "退回",
        "released": "公开",
    }
)
SOURCES: Mapping[str, str] = MappingProxyType(
    {"auto": "系统随答复记下", "rep": "代表自己报的", "staff": "工作人员登记", "paper": "按纸质记录录入"}
)
EVIDENCE: Mapping[str, str] = MappingProxyType(
    {
        "image": "照片",
        "voice": "语音",
        "video": "视频",
        "file": "文件",
        "case": "来信",
        "attendance": "活动日签到",
    }
)
REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "none": "还没有选记录。",
        "reason": "请写明原因，代表会看到。",
        "decided": "这些记录已经有人处理过了，或者不在您这里。",
        "nothing": "没有看懂要改什么。例：人数5 地点牡丹园，或者：日期11月18日。",
        "not_now": "这条记录现在不能这样处理，没有操作成。",
        "long": "写得太长了，请控制在 500 字以内。",
    }
)


def chart_title(lines: str, word: str) -> str:
    """What a drawing of a figure by lines is called."""
    return f"{lines}的{word}" if lines in DIMENSIONS.values() else f"{lines}{word}"


def said_month(key: str) -> str:
    """`2026-10` as `10月`."""
    return f"{int(key[5:])}月"
