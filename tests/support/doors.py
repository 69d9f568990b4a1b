"""Every door by which somebody could learn of a matter: words and taps, pages, exports; who stands before them.

The tables are held against the program itself: a handler, an address or an export without a row fails the test.
Templates: `{n}` is a case number, `{id}` the case's id in a tap, `{message}` the id of one of its messages.
"""

from dataclasses import dataclass

UNKNOWN = 999  # the number and id of a case that there is not
GIVEN = "given"  # an address that somebody was given in the chat


@dataclass(frozen=True, slots=True)
class Tap:
    """A button of a card."""

    key: str
    card: bool = False  # of the case's own card


# What a member writes or taps to come to a handler: `router.handler` → texts and taps.
MEMBER_DOORS: dict[str, tuple[str | Tap, ...]] = {
    "privacy_consents.ask": ("征求同意 {n} 引用 想在会上引用",),
    "member_taps.confirm": (Tap("confirm:{id}", card=True),),
    "member_taps.why_passed": (Tap("whypassed:{id}:related", card=True),),
    "member_taps.act": tuple(
        Tap(f"{act}:{{id}}", card=True) for act in ("accept", "reply", "pass", "offline", "choose")
    ),
    "member_words.todo": ("待办",),
    "member_words.answer_numbered": ("#{n} 已经在联系了", "#{n}"),
    "member_words.leave_of_absence": ("请假 2026-12-15",),
    "member_words.why": ("缘由 {n}",),
    "member_words.rule_figures": ("分派",),
    "member_words.assign": ("指派 {n} 李娜",),
    "member_codes.change_code": ("换码 R2",),
    "member_duty.own_duty": ("我的履职",),
    "member_duty.explain": ("履职",),
    "member_duty.confirm": ("履职确认 1",),
    "member_duty.put_right": ("履职更正 1 写错了",),
    "member_duty.say": ("履职 昨天走访了三户",),
    "member_duty.to_review": ("履职待审",),
    "member_duty.pass_them": ("通过 1",),
    "member_duty.return_them": ("退回 1 请补充",),
    "member_duty.release": ("履职公开 1",),
    "member_duty.step": (Tap("duty_ok:1"), Tap("duty_case:1")),
    "member_duty.agree": (Tap("duty_yes:1"),),
    "member_statistics.ask": ("统计", "统计明细", "统计 钱桥联络站"),
    "member_duty_file.behind": ("履职落后",),
    "member_duty_file.change_address": ("档案换链接",),
    "member_duty_file.confirm": ("确认档案",),
    "member_duty_file.to_review": ("档案待审",),
    "member_duty_file.outline": ("档案", "档案 R1", "档案 R2"),
    "member_duty_file.put": ("存档 说明",),
    "member_duty_file.remove": ("撤下档案 1 放错了",),
    "member_duty_file.gaps": ("档案缺项", "档案缺项 R1"),
    "member_duty_file.waive": ("档案免除 R1 1 生病",),
    "member_duty_file.pass_them": ("档案通过 R1",),
    "member_duty_file.send_back": ("档案退回 R1 请补",),
    "member_duty_file.confirm_by_card": (Tap("file_ok:1"),),
    "member_scores.own": ("我的积分",),
    "member_scores.publish": ("积分公布",),
    "member_scores.appeal": ("积分申诉 少算了",),
    "member_scores.answer": ("积分答复 1 已看",),
    "member_scores.of_representative": ("积分 R1", "积分 R2"),
    "member_duty_reports.report": ("述职", "述职 草稿", "述职 出处 1", "述职 结果", "述职 名单"),
    "member_rosters.show_duty": ("值班",),
    "member_rosters.swap": ("换班 2026-11-20 李娜 张伟",),
    "member_rosters.answer_swap": (Tap("swapyes:1"),),
    "member_rosters.show_address": ("日历",),
    "member_rosters.renew_address": ("换日历",),
    "member_asking.ask_or_note": ("问 {n} 是哪一户", "备注 {n} 已核实"),
    "member_originals.reveal": ("原文 {n}", "原文 {n} 1", "原文 {n} 全部", "原文"),
    "member_two_person.decide": ("同意申请", "同意申请 1", "退回申请 1"),
    "privacy_desk.show": ("权利请求",),
    "privacy_desk.approve": ("批准请求 1",),
    "privacy_desk.refuse": ("拒绝请求 1 依法保留",),
    "privacy_desk.register": ("登记权利请求 {n} 删除",),
    "member_calls.tap": (Tap("called:{id}"), Tap("copy:{id}")),
    "member_calls.copy": ("补发 {n}",),
    "member_hand_over.give_back": ("交还 {n}", "交还"),
    "member_watch.show_silent": ("待查",),
    "member_watch.retry": ("重试 1",),
    "member_watch.note_written_notice": ("已书面告知 {n}",),
    "member_delivery.show_figures": ("送达",),
    "member_delivery.show_list": ("送达清单",),
    "member_live.show": ("直播",),
    "member_live.follow": ("直播 问题 1", "直播 1 立案"),
    "member_live.tap": (Tap("live-case:1"),),
    "member_activity.list_days": ("活动日",),
    "member_activity.change_day": ("活动日 上报 1",),
    "member_activity.swap": ("换人 1 李娜",),
    "member_activity.sign_in": ("签到",),
    "member_activity.sign_out": ("签退",),
    "member_activity.answer_invitation": (Tap("day_yes:1:1"),),
    "member_activity.answer_question": (Tap("day_confirm:1:20261215"),),
    "member_activity.file_report": (Tap("day_file:1:2026-11"),),
    "member_receptions.note": ("接待 王先生 门口的树要倒了",),
    "member_receptions.page": ("接待登记",),
    "member_receptions.settle": (Tap("desk_case:1"),),
    "member_receptions.told": ("已转告 {n}",),
    "member_exports.void": ("作废链接",),
    "member_exports.export": (
        "导出",
        "导出 履职登记 李娜 2026年",
        "导出 接待登记 钱桥联络站 2026年",
        "导出 来信 2026年",
        "导出 来信原文 2026年",
    ),
    "member_reminders.show": ("提醒",),
    "member_notices.follow": ("通知 进度 1", "通知 名单 1"),
    "member_notices.correct": ("通知 更正 1 改到九点",),
    "member_notices.explain": ("通知",),
    "member_notices.draft_notice": ("通知 周五开会",),
    "member_notices.step": (Tap("notice_agree:1"),),
    "member_notices.confirm": (Tap("notice:1:ok"),),
    "member_duty_drafts.go_on": ("收到，已经在联系",),
    "member_help.explain_tap": (Tap("nobody:knows"),),
}

# What another constituent writes, or taps with the id of somebody else's case; a menu item begins with `menu:`.
CONSTITUENT_DOORS: dict[str, tuple[str, ...]] = {
    "privacy_rights.explain": ("删除我的信息",),
    "privacy_rights.confirm": ("确认删除",),
    "privacy_rights.keep": ("先不删",),
    "privacy_rights.drop_pictures": ("删除照片",),
    "privacy_rights.export": ("导出我的信息",),
    "privacy_rights.tap_back": ("menu:takeback:{id}:{message}", "menu:takeback:{id}:all"),
    "privacy_rights.take_back": ("撤回 {n}", "撤回"),
    "privacy_rights.correct": ("更正 {n} 说错了",),
    "privacy_consents.tap": ("menu:consent:yes:quote:{id}",),
    "privacy_consents.show": ("我的同意",),
    "handing_over.ask": ("转人工",),
    "progress.show": ("进度",),
    "progress.end_links": ("停用链接",),
    "progress.ask_matter": ("我要反映一件事",),
    "progress.begin_another": ("反映另一件事",),
    "settling.settle": ("menu:solved:{id}", "menu:unsolved:{id}", "menu:more:{id}"),
    "follow_ups.settle": ("menu:got:{id}:7", "menu:notgot:{id}:7", "menu:donebefore:{id}:7"),
    "corrections.put_right": (
        "menu:nothere:{id}",
        "menu:another:{id}",
        "menu:rep:{id}:R1",
        "menu:at:{id}:QQ1",
        "menu:topic:{id}:health",
        "menu:where:{id}",
        "menu:human:{id}",
    ),
    "corrections.not_here": ("不是这里",),
    "corrections.another": ("换一位代表",),
    "corrections.person": ("请人看",),
    "corrections.why": ("为什么",),
    "corrections.to_person": ("menu:toperson",),
    "subscribing.tap": ("menu:sub:day:QQ1",),
    "subscribing.show": ("menu:word:订阅",),
    "subscribing.write": ("订阅",),
    "live_questions.show": ("直播",),
    "live_questions.ask": ("直播 什么时候开始",),
    "activity_days.show": ("活动日",),
    "matters.take": (
        "牡丹园的路灯坏了三天",
        "我侄女在学校被同学欺负半年了，老师不管",
        "老公经常打我",
        "投诉张伟代表，他从来不回话",
    ),
}

# Handlers that nobody comes to by words of their own: tried by `tests/support/door_events.py`.
BY_EVENTS = frozenset(
    {
        "entering.greet",
        "reports.note_failure",
        "reports.note_recall",
        "handing_over.keep",
        "handing_over.keep_servicer",
        "handing_over.note_session",
        "living_events.note_change",
        "member_help.stay_quiet",
        "member_help.explain",
        "member_duty_file_papers.take",
    }
)
# Those that nothing comes to, and why.
NO_WORDS = {
    "member_help.note_nothing": "behind living_events.note_change, which takes every one",
    "member_answers.answer": "member_duty_drafts.go_on and member_duty_file_papers.take go on to it",
}

# Addresses: `{token}` is filled with whatever address somebody was given in the chat.
PAGES: dict[str, tuple[str, ...]] = {
    "/healthz": ("/healthz",),
    "/readyz": ("/readyz",),
    "/metrics": ("/metrics",),
    "/static/{name}": ("/static/lianxin.css",),
    "/privacy": ("/privacy",),
    "/code/{code}.svg": ("/code/R1.svg", "/code/QQ1.svg"),
    "/live/{code}": ("/live/1",),
    "/calendar/{station}.ics": ("/calendar/QQ1.ics", "/calendar/HOME.ics"),
    "/calendar/my/{token}.ics": (GIVEN,),
    "/ledger": ("/ledger",),
    "/ledger.txt": ("/ledger.txt",),
    "/delivery/{token}": (GIVEN,),
    "/desk/{token}": (GIVEN,),
    "/export/{token}": (GIVEN,),
    "/file/{token}": (GIVEN,),
    "/duty/{code}": ("/duty/R1", "/duty/R2"),
    "/my-data/{token}": (GIVEN,),
    "/r/offline": ("/r/offline",),
    "/r/worker.js": ("/r/worker.js",),
    "/s/{token}": (GIVEN,),
    "/station/{station}": ("/station/QQ1", "/station/HOME"),
}
NO_PAGES = {
    "/wecom/callback": "WeCom's door: signed, and answers nothing but its own echo",
    "/login": "leads to WeCom",
    "/login/back": "from WeCom, with a state that only one browser has",
    "/login/out": "a word of farewell",
    **dict.fromkeys(
        (
            "/r",
            "/r/cases/{number}",
            "/r/cases/{number}/files/{id}",
            "/r/visit",
            "/r/duty",
            "/r/code",
            "/r/poster.pdf",
        ),
        "by log-in: tests/scenarios/test_own_pages.py",
    ),
    "/console": "numbers and states; staff pages are tried in tests/scenarios/test_console.py",
    "/console/notices": "notices hold nothing of matters",
    "/console/notices/{id}": "notices hold nothing of matters",
    "/console/import": "people and places, nothing of matters",
    "/console/cover": "numbers of stations, closed matters left out",
    "/console/cases": "by log-in: tests/scenarios/test_console.py",
    "/console/cases/{number}": "by log-in: tests/scenarios/test_console.py",
    "/console/cases/{number}/files/{id}": "by log-in: tests/scenarios/test_console.py",
    "/console/delivery": "figures alone",
    "/console/places": "the roster; it holds nothing of matters",
    "/console/places/{station}": "the roster",
    "/console/people/{code}": "the roster",
    "/console/rules": "figures alone",
    "/console/rules/{rule}": "figures alone",
    "/console/rights": "by log-in: tests/scenarios/test_console_desk.py",
    "/console/health": "figures alone",
    "/console/audit": "sentences about numbers: tests/scenarios/test_console_desk.py",
    "/console/audit.csv": "the same as a file",
    "/logout": "a change, for who is logged in",
    "/logout/everywhere": "a change, for who is logged in",
}

# Exports as they are made without being asked for closed matters; `{o}` is the file.
EXPORTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "duty": (
        ("--format", "jsonl", "-o", "{o}.jsonl"),
        ("--format", "xlsx", "-o", "{o}.xlsx"),
        ("--format", "docx", "-o", "{o}.docx", "--representative", "R2"),
    ),
    "cases": (
        ("--format", "jsonl", "-o", "{o}.jsonl"),
        ("--format", "xlsx", "-o", "{o}.xlsx", "--with-texts"),
        ("--format", "jsonl", "-o", "{o}.jsonl", "--with-texts", "--station", "HOME"),
    ),
    "year-report": (("--region", "JH", "--year", "2026", "--format", "xlsx", "-o", "{o}.xlsx"),),
    "month-report": (("--region", "JH", "--month", "2026-11", "--format", "xlsx", "-o", "{o}.xlsx"),),
    "statistics": (
        ("--from", "2026-11-01", "--to", "2026-12-31", "--format", "xlsx", "-o", "{o}.xlsx"),
        ("--from", "2026-11-01", "--to", "2026-12-31", "--format", "xlsx", "-o", "{o}.xlsx", "--entries"),
    ),
    "file": (("--representative", "R2", "-o", "{o}.zip"),),
    "form": (("reception-register", "--station", "QQ1", "--format", "docx", "-o", "{o}.docx"),),
}
NO_EXPORTS = {
    "templates": "empty forms",
    "broadcast": "who got a notice; it holds nothing of matters",
}
