"""Matters that only a few may read for the sake of somebody weak: harm to a child, violence at home.

The safety rules find what happens now; this finds what is told of as well: last week's blows, a year of bullying.
Who reads it is a matter of the lane alone; hurry, topic and number to call stay what they are. Law on the
Protection of Minors, Art. 4 (the child's privacy), Art. 11 (harm is reported); Anti-Domestic Violence Law, Art. 5
(privacy of those concerned), Art. 13.
"""

import re
from dataclasses import dataclass

from bot.assignment.matter.words_signs import HIT
from bot.assignment.wording import clause_around, cut, plain, sentences

MINOR, VIOLENCE_AT_HOME = "minor", "violence_at_home"
# The dangers of `words_safety.KINDS` that happen to somebody of these.
BY_DANGER = {"child_harm": MINOR, "violence_at_home": VIOLENCE_AT_HOME}
READ = 4_000  # characters of a message that are looked at

_CHILD = (
    "(?:孩子|小孩子?|娃娃?|女儿|儿子|幼儿|学生|女童|男童|儿童|小朋友|宝宝|未成年人?|小女孩|小男孩|女孩|男孩|侄女|侄子"
    "|外孙女?|孙子|孙女|少女|少年|初中生|小学生|高中生)"
)
_HARMED = (
    "(?:打(?!了?[^,。]{0,4}(?:针|疫苗|电话))(?:伤|骂|了|成|得|耳光|哭|怕|脸|死|残|(?=[,。!]|$))|殴打|毒打|暴打|群殴|围殴|揍|踹|掐|扇耳光|扇巴掌|虐待|体罚|霸凌|欺凌|欺负|凌辱|侮辱|猥亵|性侵"
    "|性骚扰|强奸|奸污|侵犯|侵害|拐卖|拐走|遗弃|关小黑屋|烫伤|针扎|勒索|脱(?:衣服|裤子))"
)
_SEXUAL = "(?:猥亵|性侵|强奸|奸污|性骚扰|侵犯|虐待|虐打|毒打|拐卖|遗弃|体罚|霸凌|欺凌|殴打|打骂)"
_SPOUSE = (
    "(?:老公|丈夫|前夫|前妻|男朋友|男友|前男友|老婆|妻子|爱人|婆婆|公公|女婿|儿媳妇?|家公|家婆|我爸爸?|我妈妈?|我父亲|我母亲"
    "|爸爸|父亲|继父|后爸|继母|后妈|养父|儿子|哥哥|弟弟|大伯子?|家里人|家人)"
)
_AGAIN = "(?:又|经常|常常|长期|一直|天天|每天|总是?|老是|多次|动不动就?|喝(?:醉|多|了)[^,。]{0,3}就?|还|动手|酒后)"
_SELF = "(?:我|妈|她|他妈|老人|媳妇|老婆|孩子|人)"
_SIGNS = (
    (
        MINOR,
        re.compile(
            rf"{_CHILD}[^。]{{0,14}}(?:被|遭|受|遭受|遭到|受到)[^,。]{{0,12}}{_HARMED}"
            rf"|(?:被|遭|遭到)[^,。]{{0,10}}(?:老师|同学|教练|继父|后妈|养父|亲戚|保姆|校长)[^,。]{{0,6}}{_SEXUAL}"
            rf"|{_SEXUAL}(?:了|过)?[^,。的]{{0,6}}{_CHILD}"
            rf"|(?:打|殴打|扇|踢|掐|揍)(?:了)?(?:我|我家|我的|别人家?|几个|多名){{0,2}}(?:的)?(?:孩子|小孩|女儿|儿子|学生|幼儿)"
            r"|校园(?:霸凌|欺凌|暴力)|虐童|(?:用|雇|招|当|做|骗去做)[^,。]{0,4}童工|未成年(?:人|少女)?[^,。]{0,8}(?:怀孕|陪酒|卖淫|被)"
            rf"|{_CHILD}[^,。]{{0,6}}(?:身上|脸上|腿上)[^,。]{{0,6}}(?:伤|淤青|青紫|掐痕|针眼)"
            r"|(?:留守|困境|失依)儿童[^,。]{0,12}(?:没人管|无人(?:照|管|监护)|没人照)|孩子[^。]{0,14}(?:没人管|无人照[看管])[^。]{0,8}(?:饿|哭|流浪|病)|无人监护|监护人失职"
        ),
    ),
    (
        VIOLENCE_AT_HOME,
        re.compile(
            rf"家暴|家庭暴力|人身安全保护令"
            rf"|(?:被|遭|让)(?:我)?{_SPOUSE}[^,。]{{0,6}}(?:{HIT}|赶出|囚禁|关在|虐待|威胁|恐吓)"
            rf"|{_SPOUSE}[^,。]{{0,6}}{_AGAIN}[^,。]{{0,4}}(?:{HIT}|虐待|威胁|恐吓)[^,。]{{0,3}}{_SELF}"
            rf"|{_SPOUSE}(?:把|对)(?:我|妈|她|老人)[^,。]{{0,8}}(?:{HIT}|家暴|施暴|拳打脚踢|赶出|关在)"
            rf"|(?:虐待|遗弃)(?:老人|父母|老母|老父|妻子|老婆)"
        ),
    ),
)
_CUES = re.compile(
    "[打揍踹掐踢扇砸砍捅勒扎捶虐辱奸猥拐烫暴凌]|欺负|性侵|骚扰|侵犯|侵害|遗弃|黑屋|童工|未成年|监护|儿童|保护令|威胁|恐吓|囚禁|身上|脸上|腿上|关在|赶出"
)
# Spoken of in general, taught, prevented, or of goods and places: nobody is harmed in it.
_IN_GENERAL = re.compile(
    "反(?:对)?家庭?暴|反(?:校园)?(?:欺凌|霸凌)|预防|防止|防范|杜绝|避免|宣传|讲座|培训|普法|教育活动|建议[^,。]{0,8}(?:开设|加强|开展|设立)"
    "|容易|可能(?:会)?(?:被)?|万一|会不会|如果|要是|担心|怕(?:孩子)?|电影|电视|小说|新闻里"
)
_NOBODY = re.compile("没有?(?:被|遭|受)?(?:过)?$|从(?:没|未)$|不(?:会|是|曾|能|要|许|准|得)?$|禁止$|严禁$")
_NO_PERSON = re.compile(
    "侵犯(?:了)?[^,。]{0,8}(?:权|利益|隐私)|欺负(?:老百姓|外地|业主|消费者)|打(?:了)?(?:学生|孩子)?(?:电话|折|的)|侵害[^,。]{0,6}(?:权|利益)"
)


@dataclass(frozen=True, slots=True)
class Protected:
    """Whom a matter is about (`minor`, `violence_at_home`), and the words that say so."""

    lane: str
    evidence: str


def find(text: str) -> Protected | None:
    """What a raw message tells of harm to a child or at home, at any time; None where it speaks of neither.

    Looks at the first `READ` characters, sentence by sentence, in time linear in them.
    """
    told = [one.text for one in sentences(plain(text[:READ])) if _CUES.search(one.text)]
    for lane, sign in _SIGNS:
        for sentence in told:
            for found in sign.finditer(sentence):
                if _is_meant(sentence, found):
                    return Protected(lane, cut(found.group()))
    return None


def _is_meant(text: str, found: re.Match[str]) -> bool:
    clause = clause_around(text, found.start())
    if _NO_PERSON.search(text, found.start(), min(len(text), found.end() + 8)):
        return False
    before = text[clause.start : found.start()]
    return not (_NOBODY.search(before) or _IN_GENERAL.search(clause.text))
