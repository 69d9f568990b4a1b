"""The rules that staff tune, by the names that people read, in groups; what a value must be, and why one was refused."""

import re
from collections.abc import Mapping
from types import MappingProxyType

GROUPS: Mapping[str, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {
        "deadlines": (
            "办理时限",
            {
                "first_answer_hours": "首次答复时限（工作小时）",
                "escalation_hours": "每一级升级的时限（工作小时）",
                "working_hours": "工作时间，例如 09:00-18:00",
                "alert_repeat_seconds": "紧急情况没人接手时重复提醒（秒）",
                "asked_hours": "请群众补充后，多久内的话算补充（小时）",
                "dormant_days": "问了群众没有回音，多久后先放下（天）",
                "follow_up_days": "答复后回访（天，可以几次）",
                "most_changes": "群众最多换几次代表",
                "most_transfers": "最多转几次，之后由服务中心定",
                "cases_per_day": "一位代表一天最多接几件（0 为不限）",
                "person_hours": "要求人工后多久联系（工作小时）",
                "person_wait_minutes": "转人工没人接，多久转回（分钟）",
                "person_idle_hours": "人工不再说话，多久转回（小时）",
                "unopened_days": "代表多久没点开卡片就告诉联络站（工作日）",
                "petition_notice_days": "信访告知期限（天）",
                "petition_ladder_days": "信访告知到期前提醒（天）",
                "department_days": "转办部门回复期限（工作日）",
                "department_ladder_days": "部门回复到期前提醒（工作日）",
            },
        ),
        "quiet": (
            "安静时间和提醒",
            {
                "quiet_hours": "安静时间，例如 21:00-08:00",
                "activity_ladder": "活动日之前的提醒",
                "live_ladder": "直播之前的提醒",
                "report_ladder": "活动日之后的提醒",
                "update_quiet_seconds": "补充的话合并前等多久（秒）",
                "update_longest_seconds": "补充的话最多合并多久（秒）",
                "cluster_alert_people": "几个人反映同一件事就提醒",
                "cluster_alert_days": "几天内算同一件事",
                "liaison_nudge_days": "联系落后的提醒日（月-日）",
            },
        ),
        "activity": (
            "活动日和直播",
            {
                "activity_hours": "活动日时间，例如 09:00-11:30",
                "activity_ahead_days": "提前多少天排出活动日",
                "activity_confirm_days": "没确认的活动日提前多少天再问",
                "check_in_early_minutes": "提前多久可以签到（分钟）",
                "late_minutes": "开始多久后签到算迟到（分钟）",
                "report_lead_days": "逾期没报，多久告诉负责人（工作日）",
                "report_centre_days": "逾期没报，多久告诉服务中心（工作日）",
                "report_nag_days": "逾期没报，多久后不再催（工作日）",
                "activity_archive_days": "活动结束多久归档（天）",
                "activity_days_a_year": "每位代表一年该到几次",
                "station_standards": "联络站“八有”标准",
                "station_check_days": "“八有”多久核对一次（天）",
                "live_early_minutes": "直播链接提前多久能用（分钟）",
                "live_over_minutes": "没人结束的直播多久算结束（分钟）",
                "live_publish_days": "直播后等多久公布答复（天）",
                "live_archive_days": "直播多久归档（天）",
            },
        ),
        "quotas": (
            "发送限额",
            {
                "kf_messages_per_turn": "群众来一次话最多回几条",
                "kf_window_hours": "来话后多久内能回（小时）",
                "welcome_seconds": "欢迎语时限（秒）",
                "member_messages_per_minute": "对一位成员每分钟最多（条）",
                "member_messages_per_hour": "对一位成员每小时最多（条）",
                "app_messages_per_day": "应用消息一天最多（人次，0 为不限）",
                "app_messages_kept_share": "其中留给人说的话（比例）",
                "handling_attempts": "一条来信最多试几次",
                "sending_hours": "一条消息最多试多久（小时）",
                "listed_cases": "聊天里一次列几件",
                "unsent_alarm_minutes": "答复多久没发出就告警（分钟）",
                "notice_repeat_hours": "同样的通知多久内再发要问一句（小时）",
                "notice_held_days": "通知最多等群众来信多久（天）",
                "nudge_hours": "多久没确认通知再提醒（工作小时）",
                "notice_watch_hours": "提醒后再看多久（小时）",
                "notice_draft_days": "没人同意的通知多久作废（天）",
            },
        ),
        "duty": (
            "履职和档案",
            {
                "duty_kinds": "履职种类（JSON）",
                "duty_sections": "档案栏目（JSON）",
                "duty_checklists": "档案清单（JSON）",
                "score_rules": "积分规则，例如 jiangbei@1；空为不积分",
                "duty_confirm_days": "代表多久内确认记录（天）",
                "duty_ask_days": "多久后再请确认（天）",
                "duty_contacts_a_year": "一年双向联系几天",
                "duty_voters_a_year": "一年联系几位选民",
                "duty_receptions_a_year": "一年到站接待几次",
                "liaison_representatives": "常委会组成人员联系几位代表",
                "liaison_contacts_a_year": "和每位一年联系几次",
                "term_first_year": "本届第一年",
                "term_years": "一届几年",
                "file_check_from": "年度核对从哪天起（月-日）",
                "file_link_days": "档案地址有效（天）",
            },
        ),
        "privacy": (
            "个人信息和保存期限",
            {
                "privacy_version": "个人信息保护说明的版本",
                "session_idle_hours": "网页多久没人用就要重新登录（小时）",
                "session_days": "网页登录最长多久（天）",
                "rights_days": "权利请求答复期限（天）",
                "held_hours": "机器人自己答的话多久内能转人工（小时）",
                "keep_words_days": "办结后原话保存（天）",
                "keep_petition_words_days": "信访登记的原话保存（天）",
                "keep_media_days": "办结后图片和文件保存（天）",
                "keep_held_days": "机器人自己答的话保存（天）",
                "keep_inbox_days": "收件记录保存（天）",
                "keep_outbox_days": "发件内容保存（天）",
                "keep_audit_days": "操作记录保存（天）",
                "keep_links_days": "过期地址保存（天）",
                "keep_logs_days": "运行日志保存（天）",
                "keep_backups_days": "备份保存（天）",
            },
        ),
    }
)
NAMES = {name: label for _, rules in GROUPS.values() for name, label in rules.items()}
CHANGED = "这条规则刚刚被改过，没有改成。请看过现在的值再改。"
SAVED = "已改。下一件事起按新的来，正在办的几分钟内重算。"
RESET = "已恢复默认。"
_REFUSED = (
    (re.compile(r"takes one value$"), "只能填一个值，不能空。"),
    (re.compile(r"takes one value or more$"), "至少填一个值，一行一个。"),
    (re.compile(r"takes a whole number, not .*"), "要填整数。"),
    (re.compile(r"takes a number, not .*"), "要填数字。"),
    (re.compile(r"lies between (\S+) and (\S+)$"), r"要在 \1 到 \2 之间。"),
    (re.compile(r"takes days such as 10-01, not .*"), "要填月-日，例如 10-01。"),
    (re.compile(r"takes JSON: .*"), "不是正确的 JSON。"),
    (re.compile(r"a step may not be called (.*)"), r"步骤不能叫 \1，另取一个名字。"),
    (re.compile(r"there is no rule set .*"), "没有这套积分规则。"),
)


def refused(why: str) -> str:
    """Why a value was not taken; what the command says of ladders and hours is told as it is."""
    for pattern, words in _REFUSED:
        if found := pattern.match(why):
            return found.expand(words)
    return f"没有改成：{why}"
