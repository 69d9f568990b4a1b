"""The lines of the audit as sentences: who did what to what. Numbers and codes stay as they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.notices.reasons import RULE_NAMES
from bot.notices.reasons import RULES as REASONS

# What was done, by the groups in which it is looked for; `{}` is what it was done to.
_READ = {
    "case read": "看了{}",
    "case list read": "看了来信清单（{}）",
    "attachment read": "打开了{}",
    "live questions read": "看了{}的提问",
    "private detail revealed": "看了遮住的信息（{}）",
    "all private details revealed": "看了全部遮住的信息（{}）",
    "rights requests read": "看了权利请求清单（{} 件）",
    "duty entries read": "看了履职记录清单（{}）",
    "figures opened": "看了数字背后的记录（{}）",
    "duty entry read": "看了{}",
    "duty evidence read": "打开了佐证（{}）",
    "duty file read": "看了{}的履职档案",
    "duty file refused": "想看{}的履职档案，没有权限",
    "points of another station refused": "想看{}的积分，没有权限",
    "delivery figures opened": "取了送达情况的地址{}",
    "audit exported": "导出了操作记录（{}）",
}
_CASES = {
    "case answered": "答复了{}",
    "constituent asked": "请对方补充：{}",
    "note kept": "给{}加了内部备注",
    "case taken up": "接收了{}",
    "case settled offline": "把{}记为线下办理",
    "case passed on": "转交了{}",
    "case assigned": "指派了{}",
    "case moved to a station": "把{}转到别的站",
    "case reopened": "重新打开了{}",
    "cases merged": "合并了{}",
    "merge undone": "撤销了合并（{}）",
    "case split": "拆分了{}",
    "case handed to a department": "转办了{}",
    "department reply noted": "记下了部门的回复（{}）",
    "department reply told": "同意把部门的回复告诉群众（{}）",
    "department asked again": "请部门重新回复（{}）",
    "department returned it": "记下部门退回（{}）",
    "hand-over withdrawn": "撤回了转办（{}）",
    "emergency confirmed": "接手了紧急的{}",
    "emergency taken in hand": "接手了紧急的{}",
    "case opened at a desk": "当面接待，登记了{}",
    "case opened from a duty entry": "从履职记录登记了{}",
    "told by telephone": "电话告知了{}的当事人",
    "copy in writing": "书面告知了{}的当事人",
    "petition notice given": "告知了{}的信访办理情况",
    "handled again": "重新处理了{}",
    "queue taken over": "代管了{}的待办",
    "queue given back": "交还了{}的待办",
    "next in line": "按时限升级了{}",
}
_RIGHTS = {
    "rights request registered": "登记了{}",
    "rights request waiting": "确认了{}",
    "rights request done": "同意并办了{}",
    "rights request refused": "拒绝了{}",
    "rights request withdrawn": "撤回了{}",
    "erased on request": "按本人要求删除（{}）",
    "picture deleted at its sender's wish": "按本人要求删了照片（{}）",
    "own data offered": "取了自己信息的副本地址（{}）",
    "own data fetched": "下载了自己信息的副本（{}）",
    "own data handed out": "给当事人开了信息副本（{}）",
    "consent asked": "征求了同意（{}）",
}
_EXPORTS = {
    "cases exported": "导出了来信（{}）",
    "document exported": "导出了文件（{}）",
    "export address given": "取了导出的地址（{}）",
    "addresses voided": "作废了导出的地址（{}）",
    "statistics exported": "导出了统计（{}）",
    "year exported": "导出了年度报表（{}）",
    "closed duty entries exported": "导出了限专人看的履职记录（{}）",
    "closed file exported": "导出了限专人看的档案（{}）",
}
_DUTY = {
    "duty entries passed": "核对通过了履职记录 {}",
    "duty entries returned": "退回了履职记录 {}",
    "duty entry withdrawn": "作废了{}",
    "duty entry corrected": "更正了{}",
    "duty entry released": "放行了{}",
    "paper filed": "归档了{}",
    "paper removed": "移除了{}",
    "file gap waived": "免去了档案缺项（{}）",
    "file passed": "审过了档案（{}）",
    "file sent back": "退回了档案（{}）",
    "file addresses revoked": "作废了档案的地址（{} 个）",
    "points explained": "查了{}的积分",
    "points appeal answered": "答复了积分申诉（{}）",
    "points published": "公布了积分（{}）",
    "score rules added": "加了积分规则 {}",
    "reception noted": "登记了接待（{}）",
    "reception changed": "改了{}",
    "reception answered": "记下了{}的答复",
}
_PLANS = {
    "activity day added": "定了{}",
    "activity day confirmed": "确认了{}",
    "activity day lapsed": "{}没有人确认，作废",
    "activity day withdrawn": "撤下了{}",
    "activity day roster noted": "记了活动日名单（{}）",
    "activity day sites changed": "改了活动地点（{}）",
    "activity day topic changed": "改了{}的主题",
    "activity day moved": "改期了{}",
    "activity day postponed": "延期了{}",
    "activity day cancelled": "取消了{}",
    "activity report filed": "报了活动情况（{}）",
    "activity report corrected": "更正了活动情况（{}）",
    "attendance noted by staff": "替人签到（{}）",
    "substitute named": "找人替班（{}）",
    "roster swap asked": "请求换班（{}）",
    "roster swap agreed": "同意换班（{}）",
    "roster swap declined": "不同意换班（{}）",
    "duty time set": "排了班（{}）",
    "duty time taken away": "撤下了班（{}）",
    "leave noted": "登记了请假（{}）",
    "calendar address renewed": "换了日历地址（{}）",
    "live session drafted": "拟了{}",
    "live session approved": "同意了{}",
    "live session moved": "改期了{}",
    "live session cancelled": "取消了{}",
    "live session ended": "结束了{}",
    "live session resumed": "恢复了{}",
    "no watch figures": "没有取到{}的观看人数",
    "promise noted": "记下了承诺（{}）",
    "promise kept": "兑现了承诺（{}）",
    "question answered": "答了{}",
    "question case": "把{}转为来信",
    "question merged": "合并了{}",
    "question declined": "没有采用{}",
    "question withdrawn": "撤下了{}",
    "notice drafted": "写了{}",
    "notice submitted": "送审了{}",
    "notice approved": "同意发{}",
    "notice refused": "没有同意发{}",
    "notice recalled": "撤回了{}",
    "notice sent again": "补发了{}",
}
_RULES = {
    "rule changed": "改了规则 {}",
    "notice text changed": "改了通知用语（{}）",
    "topic model trained": "训练了主题模型（{}）",
    "topic model compared": "对比了主题模型（{}）",
    "topic model switched": "换了主题模型（{}）",
    "roster imported": "导入了名册（{}）",
    "phrase added": "加了常用的话（{}）",
    "phrase removed": "删了常用的话（{}）",
    "standards checked": "核对了“八有”（{}）",
    "public fields changed": "改了{}的公开项",
    "code renewed": "换了码（{}）",
    "code revoked": "停用了码（{}）",
    "code expires": "定了码的到期日（{}）",
    "administrator changed": "改了管理员（{}）",
    "data key backed up": "备份了数据密钥（{}）",
    "rotation began": "开始更换数据密钥（{}）",
    "rotation ended": "换完了数据密钥（{}）",
    "ledger verified": "核对了履职账本（{}）",
}
_VISITS = {
    "logged in": "登录",
    "logged out": "退出",
    "logged out everywhere": "退出了所有浏览器",
    "second person asked": "请第二个人同意（{}）",
    "second person agreed": "作为第二个人同意了（{}）",
    "second person refused": "作为第二个人没有同意（{}）",
    "second person lapsed": "没有人作第二个人，过期（{}）",
}
_ROUTING = {
    **{rule: "把{}，依据：" + name for rule, name in RULE_NAMES.items()},
    "corrected": "按当事人说的改了{}",
    "passed_on": "把{}",
    "assigned_by_officer": "指派了{}",
}
GROUPS: Mapping[str, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {
        "read": ("看个人内容", _READ),
        "cases": ("办来信", {**_CASES, **{rule: _ROUTING.get(rule, "改派了{}") for rule in REASONS}}),
        "rights": ("个人信息权利", _RIGHTS),
        "exports": ("导出", _EXPORTS),
        "duty": ("履职、接待、档案", _DUTY),
        "plans": ("活动、直播、通知", _PLANS),
        "rules": ("规则、名册、码、密钥", _RULES),
        "visits": ("登录、双人确认", _VISITS),
    }
)
BEGINNINGS: Mapping[str, tuple[str, ...]] = MappingProxyType({"cases": ("next in line: ",)})
_SENTENCES = {act: words for _, acts in GROUPS.values() for act, words in acts.items()}
_STEPS = {"officer": "联络员", "lead": "负责人", "centre": "服务中心", "representative": "代表"}
_ACTORS = {
    "constituent": "当事人",
    "scheduler": "系统定时",
    "bot": "系统",
    "import": "导入命令",
    "scores": "积分命令",
    "export": "导出命令",
    "keys": "密钥命令",
    "statistics": "统计命令",
}
_NOUNS = {
    "case": "事项",
    "cases": "件",
    "message": "消息",
    "attachment": "附件",
    "representative": "代表",
    "station": "联络站",
    "officer": "联络员",
    "request": "请求",
    "broadcast": "通知",
    "live": "直播",
    "promise": "承诺",
    "question": "提问",
    "day": "活动日",
    "constituent": "群众",
    "reception": "接待",
    "duty entry": "履职记录",
    "draft": "草稿",
    "paper": "材料",
    "gap": "缺项",
    "check": "核对",
    "inbox": "收件",
    "details": "处",
    "browsers": "个浏览器",
    "act": "双人事项",
    "service centre": "服务中心",
    "cases of a list": "件",
    "search through": "查找",
    "agreed by": "同意人",
    "asked by": "申请人",
    "with texts": "含原文",
    "texts": "含原文",
    "restricted": "含限专人看的",
    "all of": "全部",
    "wait": "待定",
    "new": "新",
    "none": "无",
    "to reach them": "要联系本人",
    "to find the place": "要找到地方",
    "to check it": "要核对情况",
    "for the department": "部门办理要用",
    "department": "部门",
    "to": "→",
    "->": "→",
    "of": "·",
    "as": "·",
    "at": "·",
    "from": "自",
    "with": "加",
    "without": "去掉",
    "and": "、",
    "lines": "行",
    "of figures": "条 ·",
    "of review": "条等核对的",
    "regions": "区域",
    "departments": "部门",
    "stations": "联络站",
    "staff": "工作人员",
    "grids": "网格",
    "representatives": "代表",
    "places": "地名",
    "rosters": "值班",
    "holidays": "假期",
    "terms": "届期",
    "activity_days": "活动日",
    "contact_links": "双联系",
    "duty": "履职记录",
    "duty-register": "履职登记表",
    "record-book": "履行职责记录本",
    "basic-form": "基本信息登记表",
    "reception-register": "接待登记表",
    "month-report": "月报",
    "year-report": "年报",
    "file": "履职档案",
    "case-texts": "带原文的来信登记",
    "faults": "处不符",
    "erase": "删除",
    "access": "查阅复制",
    "correct": "更正",
    "object": "停止使用",
    "relative": "近亲属申请",
    "guardian": "监护人申请",
    "quote": "引用原话",
    "share": "转交其他部门",
    "sens": "处理敏感信息",
    "phone": "电话号码",
    "identity": "身份证号",
    "card": "银行卡号",
    "name": "姓名",
}
_DAY = re.compile(r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?![\w-])")
_SPAN = re.compile(r"(?<=日)\.\.(?=\d)")
_CHANGED = re.compile(r"\+(\d+) ~(\d+)")
_NOUN = re.compile(
    r"(?<![\w.@-])(" + "|".join(re.escape(one) for one in sorted(_NOUNS, key=len, reverse=True)) + r")(?![\w.@-])"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A line for a reader: by whom (a name, or their userid), and the sentence without them."""

    who: str
    what: str

    @property
    def sentence(self) -> str:
        """The whole."""
        return f"{self.who}{self.what}。"


def tell(act: str, subject: str, name: str, actor: str) -> Told:
    """`name` is who `actor` is, empty where nobody of this district is known by it."""
    step = act.removeprefix("next in line: ")
    about = _said(subject)
    if step != act:
        return Told(name or _ACTORS.get(actor, actor), f"按时限升级了{about}，请{_STEPS.get(step, step)}来办")
    words = _SENTENCES.get(act, f"做了“{act}”（{{}}）").replace("{}", about, 1)
    return Told(name or _ACTORS.get(actor, actor), words)


def _said(subject: str) -> str:
    """What a line is about: its words in Chinese, days and counts as people write them."""
    said = _NOUN.sub(lambda found: _NOUNS[found[1]], subject)
    said = _SPAN.sub("至", _DAY.sub(_day, said))
    return _CHANGED.sub(r"新增 \1、变更 \2", said).replace(", ", "，")


def _day(found: re.Match[str]) -> str:
    year, month, day = map(int, found.groups())
    return f"{year}年{month}月{day}日"


def is_known(act: str) -> bool:
    """Whether there is a sentence for it."""
    return act in _SENTENCES or act.startswith("next in line: ")
