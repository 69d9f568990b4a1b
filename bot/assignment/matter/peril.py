"""The second net for dangers: no single phrase names them, but all together they say that someone is in peril now.

A short message that tells of a body or a threatening thing, of someone to whom it happens, and of now or of a call
for rescue, is an emergency whatever words it uses. Each group counts once; letters are not read here.
"""

import re

from bot.assignment.matter import words_danger_context as context
from bot.assignment.wording import cut

LONGEST = 260  # characters; what is longer is told, not cried
_CRY = 100  # characters up to which less is enough
_STORY = 160  # characters from which more is asked for

_RESCUE = re.compile(
    "快[^,。]{0,4}(?:叫|来|派|通知|救|拦|报|封|疏散|发|想办法|断电)|(?:赶紧|赶快|马上|立即|立刻|请|求|紧急)[^,。]{0,6}(?:派|叫人|来人|报警|通知|联系救援|找人|上去看|封路|撬门|转告|转发|救|拦|疏散|断电|停水|关阀)|派[^,。]{0,3}(?:人来|救|消防|部队|冲锋舟|直升机|车来)|救援|冲锋舟|千斤顶|怎么拦|拦住|(?:不会|不敢|不让|帮我|求你们|要)[^,。]{0,4}报警|不让[^,。]{0,4}120|求救|封路|告诉我(?:妈|爸|家|孩子)|消防[^,。]{0,4}(?:没到|快|来)|家里人|人手不够|叫人来"
)
_NOW = re.compile(
    "正(?!常|式|规|义|确|是|好)|刚才?(?:又|还)?|现在|还在|今晚|马上|眼看|越来越|越[^,。]{1,3}越|手机(?:只剩|就在|快|马上|还)|电量|没电|信号|位置|地址是|分钟|已经|在喊|喊了|听得到|看得到|拍窗|发抖|手[^,。]{0,3}在抖|天(?:快)?黑|怕他|他们出门|往[^,。]{1,10}(?:跑|方向|冲)|有人说话|还(?:有一?口?气|能说话|活着)|一口气|一点气|敲不开|打不通|关机|没人接|进不去|推不开|停不下来|叫不听|还不知道|还没|求求|!!|快|在(?:往|渗|滑|响|抖|哭|喊|冒|漏|进水|涨)"
)
_BODY = re.compile(
    "躺(?:在|着)|倒(?:在|地)|(?:人|他|她|爸|妈|老人|孩子)[^,。]{0,6}倒(?:了|下)|没声|没反应|迷糊|不醒|昏|抽(?:过去|搐|风)|流血|出血|砸破|砸自己|滑倒|摔(?:断|倒|破|伤)|动不了|起泡|冻僵|口气|点气|嘴唇|发抖|冷汗|呕吐|没(?:有)?(?:浮|捞|爬)?上来|冲走|淹|下沉|往下冲|埋|掉(?:进|下去|了?下来|到|下)|夹(?:住|着|在)|绞|卷进|轮子下|堵(?:着|在|住)[^,。]{0,6}门|锁(?:在|着)[^,。]{0,3}里|关在|拽|绑着|被拐|同归于尽|了断|绳子|撑不下去|下辈子|对不起|药吃|吃了[^,。]{0,6}药|卸[^,。]{0,4}(?:腿|手)|出不来|迷路|走失|没回来|倒挂|按不住|插着管|往水里走|跟了|被卷|烧(?:了|伤|着)|烫手|扑|蛰|没气|没知觉|翻白|往上翻|窒息|发紫|发黑的血|一个倒一个|开始有点困|困着|卡在|漂来"
)
_THREAT = re.compile(
    "火烧|着火|引燃|浓烟|起烟|烟子|煤气|毒气|刺鼻|在漏|钢管|砖头|刀|坝|洪水|涨水|泄洪|水库|塌|裂了|裂开|往下掉|往下滚|滚|井|江|河面|江边|河边|鱼塘|池下|护栏外|楼顶|天台|轨道|刹车失灵|侧翻|翻(?:到|了|进)|机器|扶梯|过山车|透水|管涌|后山|坡|隧道|积水|冒白烟|铁塔|渗水|精神病|马蜂|进水|洪|漫坝|停电了|零下|三十八度|[四4][十0]度|陌生人|骗子|赎|不给就|枪|炸|面包车|拐|扑|人贩|贷款公司|追债|绑|毒|电线|悬崖|高空|山上|孤儿"
)
_GRAVE = re.compile(
    "透水|漫坝|决口|管涌|坝[^,。]{0,4}(?:渗|裂|冒)|刹车失灵|(?:在|到)(?:轨道|铁轨)上|洪水|泄洪|山洪|泥石流|引燃|浓烟|起烟|护栏外|(?:楼板|天花板|墙|房梁|山石|石头|桥面?|路面|房子)[^,。]{0,6}(?:裂|往下掉|往下滚|响|塌)|进水很快|水[^,。]{0,6}(?:到|齐|没过)(?:胸|脖|腰|房顶|车顶|窗)|下沉|侧翻|绑匪|洗黑钱|赎金|出冷汗|毒气|火海|倒塌|雪崩|沉船|脱轨|失控"
)
_WHO = re.compile(
    "有人|人在|里面|里屋|孩子|小孩|小女孩|娃|老人|老太太|婆婆|爷爷|奶奶|女的|男的|女生|工友|乘客|学生|女工|同伴|我们[^,。]{0,6}个人|[\\d两三四五六七八九十几好]+(?:来|多)?个(?:人|户|孩子)|好多人|上面的人|我爸|我妈|我弟|我女儿|我儿子|居民|村里人|我一个|邻居|三百多户|司机|流浪|我和|校车|公交车|一车|家里没有别人|护工|我们租户|整栋|全组|大人|人迷|人倒|人的|连人|我(?:在|掉|被|撑)|自己"
)
_WORDLESS_FAREWELL = re.compile(
    "下辈子|(?:绳子|药|遗照|后事|东西)[^,。]{0,6}(?:准备|收拾|买|写)好|今晚[^,。]{0,8}(?:了断|结束|走了|解脱)|撑不下去了[^。]{0,10}(?:了断|结束|走|再见)|药吃了?一半|告诉我(?:妈|爸|孩子)[^。]{0,20}|没有人会记得|不会再(?:麻烦|打扰|拖累)|不拖累|别再有人像我"
)
_TOLD = re.compile(
    "怕有人|怕人|担心|容易|隐患|风险|差点|差一点|险些|没有?护栏|没有?围栏|长期|一直|开裂|基础|违规|建议|希望(?:.{0,12}(?:增设|安装|加强|部门|领导))|投诉|赔|补偿|保险|报销|合同|政策|申请|规定|招标|以后|从来|多年|每天|每次|每年|经常|常常|天天|一到|几次|好几回|上个?月|去年|前年|昨天|前天|上周|半年|[一二三四五六七八九十两几\\d]+(?:个月|年)(?!级|级)|当时|后来|那天|曾|之前|会不会|万一|如果|要是|怎么处理|谁负责|责任|整改|物业|局|领导|能不能(?!派|来|叫|快)|什么时候|为什么|凭什么|到底|请问|咨询|请教|政府|部门|监管|公示|通报|举报|反映|工资|收费|罚款|门诊|出院|手术|住院|班主任"
)
_KINDS = (
    ("self_harm", re.compile("了断|下辈子|绳子|撑不下去|药吃|砸自己|往水里走|楼顶|同归于尽|不想")),
    ("fire", re.compile("火烧|着火|引燃|浓烟|起烟|烟子|烧了")),
    ("fraud", re.compile("骗子|洗黑钱|转账|公安局”|“公安")),
    ("gas", re.compile("煤气|毒气|刺鼻|油罐|白烟")),
    ("drowning", re.compile("江|河|水里|鱼塘|皮艇|渡船|淹|冲走|浮|洪水|涨水|泄洪|坝|水库|管涌|进水|积水|透水|沉")),
    ("collapse", re.compile("塌|裂|埋|滑|往下掉|滚|铁塔|歪")),
    ("crime", re.compile("刀|钢管|拐|绑|堵|拽|跟了|面包车|不让|陌生人|枪|报警|传销")),
    (
        "trapped",
        re.compile("夹|卡|锁|困|井|掉进|掉下|轨道|护栏|倒挂|过山车|扶梯|迷路|绞|轮子|出不来|推不开|刹车|千斤顶|翻"),
    ),
    ("missing", re.compile("走失|没回来|失踪|找不到")),
)


def find(text: str) -> tuple[str, str] | None:
    """Kind of danger and the words of it, for a cleaned text in which no sign was found."""
    if len(text) > LONGEST:
        return None
    farewell = _WORDLESS_FAREWELL.search(text)
    if farewell is None and _is_told(text):
        return None
    body, threat = _BODY.search(text), _THREAT.search(text)
    if body is None and threat is None:
        return None
    if farewell:
        return "self_harm", cut(farewell.group())
    if _score(text, body, threat) < _enough(len(text)):
        return None
    evidence = body or threat
    return (_kind(text), cut(evidence.group())) if evidence else None


def _score(text: str, body: re.Match[str] | None, threat: re.Match[str] | None) -> int:
    weighed = (
        (2, body),
        (1, threat),
        (2, _GRAVE.search(text)),
        (2, _RESCUE.search(text)),
        (1, _NOW.search(text)),
        (1, _WHO.search(text)),
    )
    return sum(weight for weight, found in weighed if found)


def _enough(length: int) -> int:
    if length <= _CRY:
        return 4
    return 5 if length <= _STORY else 6


def _is_told(text: str) -> bool:
    if context.TOLD.search(text) or context.CLAIMED.search(text):
        return True
    if _TOLD.search(text) and not _RESCUE.search(text):
        return True
    return context.OVER.search(text) is not None


def _kind(text: str) -> str:
    return next((kind for kind, sign in _KINDS if sign.search(text)), "medical")
