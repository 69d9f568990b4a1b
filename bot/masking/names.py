"""Names of minors: a name beside a word for a child, or beside an age below eighteen.

Law on the Protection of Minors, Art. 4 and 103: what a child could be recognised by is not passed on. A name alone
is nobody's in particular; it counts where the text itself says that it is a child's. Found once, it is hidden
wherever it stands in the text.
"""

import re
from collections.abc import Iterator

from bot.masking.kinds import Kind, Span

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金"
    "陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢骆岳齐梅莫庄辛管祝"
    "左涂谷祁舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
)
_HAN = "[\u4e00-\u9fff]"
_NAME = rf"(?:欧阳|上官|司马|诸葛|皇甫|尉迟|公孙|慕容|司徒|夏侯|[{_SURNAMES}])(?!某){_HAN}{{1,2}}"
_CHILD = (
    "(?:孩子|小孩|儿子|女儿|娃|侄女|侄子|侄儿|外甥女?|外孙女?|孙子|孙女|(?<!大)(?<!大学)学生|小朋友|女童|男童|女孩|男孩|幼儿|儿童|未成年人|弟弟|妹妹|养女|养子"
    "|大宝|二宝)"
)
_BELOW_EIGHTEEN = "(?:[0-9]|1[0-7]|[一二两三四五六七八九]|十[一二三四五六七]?)"
_AGE = rf"(?:今年|现年|年仅|刚满|刚|才|只有|不到|未满|男|女|[,，、\s(（])*{_BELOW_EIGHTEEN}(?:周?岁|个月大)"
_MARKS = r"[,，、\s(（]"
_AT_SCHOOL = (
    rf"(?:(?:{_MARKS}|是|现|就)*[在是读于上]+{_HAN}{{0,10}}?(?:小学|幼儿园|初中|中学)"
    rf"|(?:{_MARKS}|是|现|在|就|读|上)*(?:[0-9一二三四五六七八九]年级|[小中大]班|初[一二三](?!中)|高[一二三](?!中)))"
)
_ENDS = (
    r"(?=[,，。;；、:：!！?？\s)）(（]|$|今年|现年|在|就读|被|遭|上|读|说|是|从|因|放学|不|没|患|得了"
    rf"|{_BELOW_EIGHTEEN}岁)"
)
_CALLED = re.compile(
    rf"{_CHILD}(?:的)?(?:名?叫做?|名字[是叫]|名为|姓名[是为]?[:：]?)\s*[“\"]?({_NAME}){_ENDS}"  # 孩子叫李一鸣
    rf"|{_CHILD}[:：\s]?({_NAME})(?={_AGE}|{_AT_SCHOOL})"  # 我儿子李一鸣今年九岁, 学生王小雨三年级
    rf"|(?<!{_HAN})({_NAME})(?={_AGE})"  # 王小雨（女，9岁）
    rf"|(?<!{_HAN})({_NAME})小朋友"
)
_CUES = re.compile(rf"岁|小朋友|个月大|{_CHILD}[^。]{{0,12}}(?:[叫名]|年级|[在是读于上]|[小中大]班|初|高)")
_NO_NAMES = re.compile(
    "孙[子女辈]|周[末围边岁一二三四五六日]|高[一二三中考兴烧度级小大血]|万[一元多]|安[全排置静]|严重|成[绩年长功]|方[便面式]|包[括含]"
    "|关[于系心在]|常[常年]|任[何课教]|文[化明]|白[天色血]|石[头油]|车[辆祸子]|房[子屋]|单[位亲]|管[理教]|强[制行迫]|向[上学]"
    "|左[右边]|解[决释]|游[泳戏玩]|金[额]|时[候]|边上|和他|石膏|于[是]|古[怪]"
)
_GROWN = re.compile(
    rf"{_MARKS}*(?:今年|现年|已经?|男|女|{_MARKS})*(?:1[89]|[2-9][0-9]|[二三四五六七八九]十)[一二三四五六七八九]?岁"
)


def may_have_some(text: str) -> bool:
    """Whether a text says anything by which a name could be a child's; quick."""
    return _CUES.search(text) is not None


def find(text: str) -> Iterator[Span]:
    """The names of minors in a text, each wherever it stands, in order of their first mention."""
    seen: set[str] = set()
    for found in _CALLED.finditer(text):
        name = next((one for one in found.groups() if one), "")
        if not name or name in seen or _NO_NAMES.match(name) or _GROWN.match(text, found.end()):
            continue
        seen.add(name)
        for same in re.finditer(re.escape(name), text):
            yield Span(same.start(), same.end(), Kind.MINOR_NAME)
