"""Provinces and prefectures by name, to notice that somebody writes about another part of the country."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.assignment.facts import Station
from bot.assignment.text import normalise

_NAMES = frozenset(
    """
    北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州
    云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门
    石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾
    吕梁 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安盟 锡林郭勒 阿拉善
    沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛 长春 四平 辽源 通化 白山 松原 白城
    延边 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭
    南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州
    舟山 台州 丽水 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城
    福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶
    济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽
    郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源
    武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门 神农架
    长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西
    广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮
    南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口 三亚 三沙 儋州
    成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山
    贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山
    西双版纳 大理 德宏 怒江 迪庆 拉萨 日喀则 昌都 林芝 山南 那曲 阿里 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林
    安康 商洛 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南 西宁 海东 海北 黄南 果洛
    玉树 海西 银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏
    喀什 和田 伊犁 塔城 阿勒泰 石河子
    """.split()  # noqa: SIM905  a list of words is read as words
)
_ORDINARY_WORDS = frozenset(
    {"朝阳", "中山", "来宾", "白银", "大同", "鞍山", "天门", "和田", "日照", "阿里", "海北"}
)
_LONGEST = max(map(len, _NAMES))
_RANK = "省|市|自治区|特别行政区|自治州|地区|盟"
# Each begins with a letter, and so is passed over where the text has none of these letters.
_WRITER_IS = re.compile(
    r"人在|住在|家在|现在在|我在|们在|我是|们是|来自|坐标|位于|地址是?:?|现居|,在|。在|!在|\?在|;在"
)
_WITH_RANK = re.compile(rf"(?<=[\u4e00-\u9fff])(?:{_RANK})(?!场|民|里|政|容|区里|委|长|面)")
# What makes the name of a city the name of something in every other city, or tells where the writer is not.
_NAMED_AFTER = re.compile(
    r"[省市]?[东西南北中一二三四五六]{0,2}(?:路|街|巷|大道|大街|弄|道|里弄|新村|村|小区|花园|苑|家园|社区|广场|大厦|商城|城|饭店|"
    r"餐厅|宾馆|酒店|医院|银行|小学|中学|学校|大学|公园|桥|站|牌|烤|火锅|小吃|菜|面馆|拉面|话|户口|医保|社保|籍|方面|的?公司)"
)
_HOME_WORDS = re.compile(
    r"打工|上班|工作|务工|出差|读书|上学|念书|老家|家里|村里|户口|户籍|医保|社保|异地|回来|回家|回村|回乡|刚从|转回|原来|以前|"
    r"我们小区|我们村|我家|父母|爸妈|老人在"
)


@dataclass(frozen=True, slots=True)
class HomeRegions:
    """Which provinces and prefectures are the office's own, and the names of its smaller regions."""

    wide: frozenset[str]
    small: frozenset[str]


def home_regions(stations: Iterable[Station], regions: Iterable[str]) -> HomeRegions:
    """By the names of the office's regions, and by the names and addresses of its stations."""
    bare = {re.sub(rf"(?:{_RANK}|新区|区|县|街道|镇|乡)$", "", name) for name in regions}
    wide = {name for name in bare if name in _NAMES}
    for station in stations:
        for text in (station.address, station.name):
            wide.update(_ranked(normalise(text[:24])))
    return HomeRegions(frozenset(wide), frozenset(name for name in bare if len(name) >= 2))


def find_elsewhere(text: str, home: HomeRegions) -> str | None:
    """The province or prefecture that a normalised text says its writer is in, where that is not the office's own.

    A road called after a city is not that city, and who works far away and writes about home is at home.
    """
    for name, end in _writers_regions(text):
        follows = {text[end : end + length] for length in (2, 3, 4)} | {
            text[end + 1 : end + 3],
            text[end + 1 : end + 4],
        }
        if name in home.wide or follows & home.small or _HOME_WORDS.search(text):
            return None
        return name
    return None


def region_of_address(address: str, home: HomeRegions) -> str | None:
    """The province or prefecture that a normalised address begins with, where that is not the office's own."""
    found = _at(address, 0)
    return None if found is None or found in home.wide else found


def _writers_regions(text: str) -> Iterable[tuple[str, int]]:
    for start in _starts(text):
        name = _at(text, start)
        if name is None:
            continue
        end = start + len(name)
        bare_start = start == 0
        ranked = text.startswith(("市", "省", "自治"), end)
        if _NAMED_AFTER.match(text, end) or ((name in _ORDINARY_WORDS or bare_start) and not ranked):
            continue
        yield name, end


def _starts(text: str) -> Iterable[int]:
    """Where a writer may name the region they are in: at the beginning, and behind the words that say so."""
    first = _WRITER_IS.match(text)
    start = first.end() if first else int(text.startswith("在"))
    yield start
    yield from (cue.end() for cue in _WRITER_IS.finditer(text, start))


def _at(text: str, start: int) -> str | None:
    lengths = range(_LONGEST, 1, -1)
    return next((name for length in lengths if (name := text[start : start + length]) in _NAMES), None)


def _ranked(text: str) -> Iterable[str]:
    """Names that are followed by their rank: 无锡市, 江苏省."""
    for rank in _WITH_RANK.finditer(text):
        for length in range(2, _LONGEST + 1):
            if text[max(0, rank.start() - length) : rank.start()] in _NAMES:
                yield text[rank.start() - length : rank.start()]
