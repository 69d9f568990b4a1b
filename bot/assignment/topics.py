"""What a matter is about: a first net of words over the fifteen topics, until a trained model replaces it."""

from collections import Counter

from bot.assignment.inquiry import Reason
from bot.assignment.names import NameIndex

FALLBACK = "urban_rural_construction"  # the topic that most matters without a telling word turn out to be about

_WORDS = {
    "urban_rural_construction": """
        物业 物业费 业委会 业主 小区 电梯 加装电梯 停水 停电 停气 供水 供电 供暖 暖气 自来水 水压 燃气
        天然气 漏水 渗水 路灯 井盖 窨井盖 污水 下水道 管网 管道 排水 内涝 积水 违建 违章建筑 违章搭建 拆迁
        安置房 安置 老旧小区 公厕 停车位 车位 占道经营 占道 流动摊贩 垃圾 垃圾分类 垃圾桶 绿化 绿化带 外墙
        楼道 开发商 烂尾 烂尾楼 交房 房产证 公积金 住房公积金 公租房 廉租房 经济适用房 棚户区 棚改 旧城改造
        规划 施工 工程款 装修 房屋 危房 质量问题 楼盘 购房 商品房 公园 广场 健身器材 充电桩 飞线 消防通道
        门禁 屋顶 围墙 市政 人行道 城管 配套设施 房地产 维修基金 维修资金 阳台
    """,
    "environment": """
        噪音 噪声 扰民 太吵 油烟 异味 臭味 恶臭 臭气 刺鼻 焚烧 扬尘 粉尘 灰尘 黑臭 河道 污染 水污染 空气污染
        偷排 排污 废水 废气 废渣 垃圾站 垃圾场 垃圾填埋 垃圾焚烧 养殖污染 光污染 环保 环保局 化工厂 搅拌站
        水质 辐射 雾霾 黑烟 浓烟 砂石厂 环境污染 生态 饮用水源 水源 重金属 猪场 养猪场 养鸡场 采石场
    """,
    "transport": """
        公交 公交车 公交站 站台 班次 线路 地铁 红绿灯 信号灯 拥堵 堵车 斑马线 天桥 公路 国道 省道 高速 坑洼
        路面 破损 修路 货车 大货车 渣土车 违停 乱停车 路边停车 共享单车 校车 客运 客车 网约车 出租车 的士
        滴滴 的哥 打表 拒载 驾校 驾照 车牌 电动车 超载 限高 桥梁 路口 道路 交通 火车站 高铁 收费站 停车场
        运营 营运 车站 司机 乘客 公交公司 限行 限速 减速带 隧道 轻轨 快车
    """,
    "education_culture_sports": """
        入学 学区 学校 食堂 补课 校园霸凌 霸凌 教师 老师 幼儿园 小学 中学 初中 高中 高考 中考 大学 学院 学生
        学费 学位 招生 教育 教育局 培训班 培训机构 补习班 退学费 校长 班主任 教材 作业 毕业证 运动场 体育馆
        球场 游泳馆 图书馆 文化馆 博物馆 文物 孩子上学 课后服务 放学 家长 转学 学籍 实习 辅导 民办教师
        代课教师 教师资格 编制 职称 体育 文化 广播 电视台 课本 早恋 转校 校服 宿舍 军训
    """,
    "labor_social_security": """
        欠薪 拖欠工资 工资 讨薪 农民工 工伤 社保 社保卡 社会保险 断缴 养老保险 养老金 退休 退休金 失业
        失业金 劳动合同 劳动法 劳动局 劳动仲裁 灵活就业 医保 医保报销 医疗保险 加班 裁员 辞退 离职 五险
        五险一金 缴费年限 人社 下岗 就业 招聘 劳务 工龄 买断 待遇 津贴 补贴发放 人才 事业单位 公务员 试用期
        高温补贴 产假 年假 带薪 临时工 合同工 职业技能 安置费 生育保险 失地农民 社会保障 仲裁 双休
    """,
    "commerce_tourism": """
        假货 假冒 伪劣 缺斤短两 预付卡 退款 退货 食品安全 过期食品 超市 饭店 餐馆 酒店 民宿 景区 旅游 旅行社
        导游 门票 物价 涨价 乱收费 价格 快递 加油站 消费者 消费 商家 商户 商场 会员卡 健身房 美容 理发店
        网购 发票 传销 菜市场 农贸市场 市场 商铺 门面 烟草 酒吧 网吧 油价 充值 霸王条款 虚假宣传 欺诈 购物
        店铺 营业执照 无证经营 工商 工商局 客服 预付 维权 质监 质保 电商 三无产品 酒楼 景点 供货
    """,
    "health": """
        医院 挂号 就诊 看病 医生 护士 医患 疫苗 接种 卫生院 卫生所 诊所 救护车 精神病 精神障碍 生育 职业病
        体检 药店 药品 药价 手术 住院 医疗 医疗事故 误诊 传染病 疫情 核酸 口罩 卫生室 村医 乡村医生 计生
        计划生育 二胎 独生子女 社会抚养费 准生证 生育证 卫生局 急诊 病房 病人 医务 药房 献血 血站 中医 母婴
        孕妇 流产 超生 结扎 计生办 出生证 医药费 执业医师 月子中心 卫计委
    """,
    "rural_agriculture": """
        农田 水利 灌溉 水渠 农机 草场 种子 化肥 农药 土地流转 村集体 机耕道 养殖 养鱼 乡村道路 村道 滞销
        农产品 种植 庄稼 粮食 补贴款 农业补贴 农业 农民 农户 承包地 水库 大棚 村里 村组 村委 自来水进村 扶贫
        贫困户 精准扶贫 种粮 高标准农田 水塘 鱼塘 沟渠 牧民 牲畜 林场 果园 退耕还林 农村 收割 禽流感 生猪
    """,
    "land_resources": """
        征地 征收 宅基地 林权 采砂 采矿 矿山 违法占地 占用耕地 耕地 基本农田 不动产 不动产登记 地质灾害 滑坡
        塌方 土地证 土地使用权 国土 国土局 补偿款 征地补偿 确权 山林 土地 用地 矿区 地界 挖沙
    """,
    "civil_affairs": """
        低保 残疾人 残疾证 残联 养老院 敬老院 养老服务 居家养老 高龄津贴 高龄补贴 老年证 孤儿 留守儿童 殡葬
        公墓 墓地 火葬场 火化 救助 救济 五保户 退役军人 退伍军人 优抚 抚恤金 地名 路名 门牌 门牌号 婚姻登记
        结婚登记 离婚登记 困难家庭 特困 临时救助 民政 助餐 老年食堂 流浪 乞讨 社工 志愿者 慈善 捐款 社区换届
        烈士
    """,
    "politics_law": """
        治安 诈骗 被骗 赌博 户口 落户 户籍 身份证 居住证 交警 交警队 罚单 法院 检察院 消防 法律援助 派出所
        公安 公安局 报警 打架 小偷 偷窃 盗窃 被盗 黑社会 黑恶 判决 执行 律师 起诉 官司 监控 养狗 遛狗
        非法集资 吸毒 民警 调解 立案 开庭 烟花爆竹 家暴 肇事 强制执行 高利贷 车祸
    """,
    "party_government": """
        办事难 态度差 态度恶劣 窗口 政务公开 村务公开 信息公开 选举 换届 村干部 干部作风 不作为 乱作为 推诿
        踢皮球 办证 办事大厅 政务大厅 政务服务 行政审批 证明 盖章 党员 党费 党组织 入党 村支书 村主任 公示
        财务公开 形式主义 服务态度 机关 居委会 效率低
    """,
    "economy": """
        营商环境 融资 贷款 税费 税收 税务 个税 招商 招商引资 政策兑现 用工 用工荒 项目审批 企业 民营企业
        小微企业 个体户 银行 信用卡 利息 奖补 园区 产业园 扶持资金 投资 股份 国企 改制 破产 外贸 创业
        保险公司 理财 统计
    """,
    "science_it": """
        网络 信号 没信号 信号差 基站 宽带 电信 移动 联通 资费 流量 套餐 话费 手机号 携号转网 高新技术 高企
        专利 科技 网速 光纤 5g 机顶盒 有线电视 网站 系统 app 小程序 数据
    """,
    "discipline": """
        贪污 受贿 行贿 吃拿卡要 举报干部 腐败 以权谋私 挪用公款 私吞 侵吞 截留 收红包 红包 公款吃喝 公车私用
        优亲厚友 违纪 纪委 巡察 黑幕 保护伞 套取 冒领 徇私 徇私舞弊 权钱交易
    """,
}
TOPICS = tuple(_WORDS)

_INDEX = NameIndex((word, topic) for topic, words in _WORDS.items() for word in words.split())


def guess(text: str) -> tuple[str, Reason]:
    """The topic of a normalised text, or the fallback, which the reason then says."""
    return find(text) or (FALLBACK, Reason("topic_default", FALLBACK))


def find(text: str) -> tuple[str, Reason] | None:
    """The topic with the most and longest telling words in a normalised text, and the longest of them."""
    weights: Counter[str] = Counter()
    longest: dict[str, str] = {}
    for mention in _INDEX.find_all(text):
        for topic in mention.things:
            weights[topic] += len(mention.name)
            longest[topic] = max(longest.get(topic, ""), mention.name, key=len)
    if not weights:
        return None
    best = max(weights, key=lambda topic: (weights[topic], len(longest[topic]), -TOPICS.index(topic)))
    return best, Reason("topic_word", longest[best])
