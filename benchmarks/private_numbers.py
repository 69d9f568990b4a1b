"""Made-up numbers that are right by their rules, written the many ways people write them. Never anybody's."""

import random
from collections.abc import Callable, Mapping

from stdnum import luhn
from stdnum.cn import ric

from bot.masking import Kind

_REGIONS = (
    "110101",
    "320206",
    "320281",
    "430102",
    "430121",
    "522401",
    "370832",
    "420381",
    "652301",
    "310115",
    "440106",
)
_MOBILE = (
    *("130", "131", "135", "138", "139", "145", "147", "150", "153", "158", "159", "166"),
    *("173", "176", "177", "180", "186", "188", "189", "191", "193", "198", "199"),
)
_LONG_AREAS = ("010", "020", "021", "025", "0510", "0731", "0371", "0755")
_AREAS = (*_LONG_AREAS, "0857", "0719", "0994", "0537")
_CARDS = (
    "622202",
    "621700",
    "622848",
    "621661",
    "622588",
    "436742",
    "955880",
    "621098",
    "623058",
    "518710",
    "451461",
)
_PLATES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def _digits(chance: random.Random, many: int) -> str:
    return "".join(chance.choices("0123456789", k=many))


def _grouped(digits: str, sizes: tuple[int, ...], mark: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(digits[at : at + size])
        at += size
    return mark.join(part for part in [*parts, digits[at:]] if part)


def _ways(chance: random.Random, digits: str, *groupings: tuple[int, ...]) -> str:
    """Mostly in one, at times full-width, at times in groups."""
    draw = chance.random()
    if draw < 0.6 or not groupings:
        return digits
    if draw < 0.68:
        return digits.translate(_WIDE)
    return _grouped(digits, chance.choice(groupings), chance.choice((" ", "-", "  ", " - ", "－", "\u3000")))


def identity(chance: random.Random) -> str:
    """18 digits with their check digit, or the 15 of before 1999."""
    born = f"{chance.randint(1935, 2018)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    if chance.random() < 0.15:
        return _ways(
            chance, chance.choice(_REGIONS) + f"{chance.randint(35, 90)}{born[4:]}{_digits(chance, 3)}", (6, 6, 3)
        )
    body = chance.choice(_REGIONS) + born + _digits(chance, 3)
    number = body + ric.calc_check_digit(f"{body}0")
    if number.endswith("X") and chance.random() < 0.4:
        number = f"{body}x"
    return _ways(chance, number, (6, 8, 4), (6, 4, 4, 4), (4, 4, 4, 4, 2), (3, 3, 4, 4, 4))


def mobile(chance: random.Random) -> str:
    """Eleven digits of a segment in use, at times with +86."""
    number = _ways(chance, chance.choice(_MOBILE) + _digits(chance, 8), (3, 4, 4), (3, 8), (4, 3, 4), (3, 3, 5))
    return chance.choice(("", "", "", "", "+86", "+86 ", "86-", "0086 ")) + number


def landline(chance: random.Random) -> str:
    """An area code and a subscriber's number."""
    area = chance.choice(_AREAS)
    local = chance.choice("2345678") + _digits(chance, 7 if area in _LONG_AREAS else 6)
    return chance.choice(
        (f"{area}-{local}", f"{area}{local}", f"({area}){local}", f"（{area}）{local}", f"{area} {local}")
    )


def bank_card(chance: random.Random) -> str:
    """16 or 19 digits with their check digit."""
    prefix = chance.choice(_CARDS)
    long = prefix[0] in "69" and chance.random() < 0.6
    body = prefix + _digits(chance, (18 if long else 15) - len(prefix))
    return _ways(chance, body + luhn.calc_check_digit(body), (4, 4, 4, 4), (6,))


def plate(chance: random.Random) -> str:
    """Five places, or six for new energy."""
    head = chance.choice(_PLATES) + chance.choice(_LETTERS)
    draw = chance.random()
    if draw < 0.3:
        tail = chance.choice("DF") + chance.choice("0123456789" + _LETTERS) + _digits(chance, 4)
    elif draw < 0.4:
        tail = _digits(chance, 5) + chance.choice("DF")
    else:
        tail = list(_digits(chance, 5))
        for place in chance.sample(range(5), chance.choice((0, 1, 1, 2))):
            tail[place] = chance.choice(_LETTERS)
        tail = "".join(tail)
    written = head + chance.choice(("", "", "·", " ", "-", "．", "•")) + tail
    return written.lower() if chance.random() < 0.15 else written


def travel(chance: random.Random) -> str:
    """A passport or a permit for Hong Kong and Macau."""
    return chance.choice(
        (f"E{_digits(chance, 8)}", f"E{chance.choice(_LETTERS)}{_digits(chance, 7)}", f"G{_digits(chance, 8)}",
         f"C{_digits(chance, 8)}", f"W{_digits(chance, 8)}", f"H{_digits(chance, 8)}")
    )  # fmt: skip


def _numeral(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))


_DOORS = (
    *("{b}栋{u}单元{r}室", "{b}号楼{u}单元{r}", "{b}幢{r}室", "{b}栋{r}", "{b}-{u}-{r}", "{b}号楼{r}房"),
    *("{letter}座{r}室", "{spoken}", "{b}栋{u}单元{f}楼东户", "{b} 栋 {u} 单元 {r} 室", "{b}#{u}单元{r}"),
    *("{b}号楼{u}单元{f}层{r}室", "{b}号楼{u}单元{wide}室"),
)


def address(chance: random.Random) -> str:
    """The door of a home in an estate."""
    block, unit, floor = chance.randint(1, 48), chance.randint(1, 6), chance.randint(1, 33)
    room = f"{floor}{chance.randint(1, 6):02}"
    spoken = f"{_numeral(chance.randint(2, 9))}栋{_numeral(unit)}单元{_numeral(int(room))}室"
    return chance.choice(_DOORS).format(
        b=block, u=unit, f=floor, r=room, spoken=spoken, letter=chance.choice("ABC"), wide=room.translate(_WIDE)
    )


MADE: Mapping[Kind, Callable[[random.Random], str]] = {
    Kind.IDENTITY: identity,
    Kind.MOBILE: mobile,
    Kind.LANDLINE: landline,
    Kind.BANK_CARD: bank_card,
    Kind.PLATE: plate,
    Kind.TRAVEL: travel,
    Kind.ADDRESS: address,
}
SAID: Mapping[Kind, tuple[str, ...]] = {
    Kind.IDENTITY: (
        "身份证号{}",
        "身份证号码：{}",
        "我的证件号码是{}",
        "张某（{}）",
        "老人{}一直没办下来",
        "王某{}",
    ),
    Kind.MOBILE: (
        "电话{}",
        "请打我手机：{}",
        "联系方式 {}",
        "号码是{}",
        "李女士{}",
        "({})",
        "tel:{}",
        "微信同号{}谢谢",
    ),
    Kind.LANDLINE: ("家里电话{}", "座机：{}", "可以打{}找他", "李某{}", "老板的店{}没人接"),
    Kind.BANK_CARD: ("卡号{}", "工资打到{}这张卡", "他让我把钱转到{}", "建行 {}", "银行卡号：{}", "（{}）"),
    Kind.PLATE: ("车牌{}", "有一辆{}的白色轿车", "{}天天停在消防通道", "车牌号：{}", "车主（{}）"),
    Kind.TRAVEL: ("护照号{}", "护照号码：{}", "港澳通行证{}", "通行证号 {}", "护照（{}）"),
    Kind.ADDRESS: (
        "我住阳光花园{}",
        "碧桂园{}的业主",
        "和平小区{}，楼上漏水",
        "张某住锦绣家园{}",
        "地址：万科城{}",
    ),
}
