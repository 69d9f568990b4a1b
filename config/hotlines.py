"""The telephone numbers that the bot may name, as data.

Source: the national short numbers are general knowledge, so marked in the domain notes; 12356 follows the 2025
notice of the National Health Commission (one line nationwide, each city at least 18 hours a day). Station and
county duty numbers are data of the office, not here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hotline:
    """A number, its name, and in a few words what it is for."""

    number: str
    name: str
    about: str


_ALL = (
    Hotline("110", "报警电话", "人身受到威胁、正在发生的违法犯罪、走失"),
    Hotline("119", "消防救援", "火灾、燃气泄漏、被困、坍塌、落水"),
    Hotline("120", "医疗急救", "急病、受伤、中毒"),
    Hotline("122", "交通事故报警", "道路交通事故"),
    Hotline("12110", "短信报警", "不方便出声时发短信报警"),
    Hotline("12121", "气象服务", "天气与预警"),
    Hotline("12305", "邮政申诉", "邮政与快递服务的申诉"),
    Hotline("12309", "检察服务", "检察院的控告、申诉、案件查询"),
    Hotline("12315", "市场监管投诉举报", "消费纠纷、假冒伪劣、食品安全"),
    Hotline("12318", "文化市场举报", "网吧、娱乐场所、演出"),
    Hotline("12328", "交通运输服务", "公路、客运、出租车"),
    Hotline("12333", "人力资源和社会保障", "社保、就业、欠薪、工伤"),
    Hotline("12337", "政法干警违纪违法举报", "政法系统人员违纪违法与涉黑涉恶"),
    Hotline("12338", "妇女维权", "妇女权益、家庭暴力"),
    Hotline("12339", "国家安全举报", "危害国家安全的可疑情况"),
    Hotline("12345", "政务服务便民热线", "政务咨询、求助、投诉、建议"),
    Hotline("12348", "公共法律服务", "法律咨询、法律援助、调解"),
    Hotline("12350", "安全生产举报", "安全生产隐患与事故"),
    Hotline("12355", "青少年服务", "未成年人的心理与权益"),
    Hotline("12356", "心理援助", "心理困扰与危机，每天至少十八小时有人接听"),
    Hotline("12366", "纳税服务", "税费咨询与投诉"),
    Hotline("12368", "法院诉讼服务", "立案、审判、执行的查询与反映"),
    Hotline("12369", "生态环境举报", "污染与破坏生态"),
    Hotline("12377", "网络违法信息举报", "网上违法与不良信息"),
    Hotline("12381", "工业和信息化举报", "涉诈信息举报"),
    Hotline("12385", "残疾人服务", "残疾人的求助与权益"),
    Hotline("12388", "纪检监察举报", "党员干部和公职人员违纪违法"),
    Hotline("12393", "医疗保障服务", "医保参保、报销"),
    Hotline("95598", "供电服务", "停电、电线掉落、用电故障"),
    Hotline("96110", "反诈专线", "正在遭遇或刚刚遭遇电信网络诈骗"),
)

HOTLINES: dict[str, Hotline] = {line.number: line for line in _ALL}
