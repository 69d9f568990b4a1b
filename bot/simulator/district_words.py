"""The words that the sample district is made of. All of it is invented; any likeness to a real place is chance."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _spelled(text: str) -> dict[str, str]:
    """Characters with their pinyin."""
    return dict(pair.split(":") for pair in text.split())


TOWNS = (
    # code, name, short name, is a street (its people send deliberation representatives, not a town congress)
    ("JQ", "锦桥街道", "锦桥", True),
    ("LD", "柳荡街道", "柳荡", True),
    ("BL", "白鹭街道", "白鹭", True),
    ("NT", "南塘街道", "南塘", True),
    ("QH", "青禾镇", "青禾", False),
    ("SB", "石埠镇", "石埠", False),
    ("SH", "双槐镇", "双槐", False),
)

COMMUNITY_FIRST = "梅兰竹菊桃杏荷枫柏松春秋金玉永和平兴福瑞祥凤龙鹤青长新明清安"
COMMUNITY_SECOND = "园湖桥塘浜巷墩圩港泾湾岸渡亭舍坝溪里洲坊"
ESTATE_FIRST = _words(
    "阳光 锦绣 翠湖 金色 幸福 和谐 丽景 香樟 紫荆 碧水 书香 未来 时代 明珠 星河 御景 望湖 滨江 东方 世纪 "
    "天鹅 桂花 海棠 玫瑰 银杏 盛世 永泰 嘉和 康宁 绿洲 清华苑 水岸 云庭 万象 都市"
)
ESTATE_SECOND = _words("花园 家园 新村 佳苑 公寓 名邸 雅居 华庭 水岸 新城 一村 二村 三村 小区")
ROAD_FIRST = _words(
    "人民 解放 建设 文化 向阳 和平 振兴 学院 运河 工农 新华 胜利 青年 健康 惠农 堤岸 锦绣 凤翔 白鹭 柳荡 石埠 "
    "双槐 南塘 青禾 锦桥 教育 环湖 兴业 创新 科技 梅园 竹苑 秋实 春晖 长安 永乐 望江 渔港 粮库 老街"
)
ROAD_SECOND = _words("路 街 大道 东路 西路 南路 北路 中路 巷 弄")
VILLAGE_SECOND = _words("家巷 家浜 家塘 家湾 家桥 家头 家宕 家圩")
FACILITIES = (
    # (what it is called after its community or town, how people shorten it)
    ("农贸市场", "菜场"),
    ("卫生服务站", "卫生站"),
    ("幼儿园", ""),
    ("实验小学", "实小"),
    ("初级中学", "初中"),
    ("文化广场", "广场"),
    ("老年活动中心", "老年活动室"),
    ("便民服务中心", "便民中心"),
    ("口袋公园", ""),
    ("公交首末站", "公交总站"),
)

SURNAMES = _spelled(
    "王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 黄:huang 赵:zhao 吴:wu 周:zhou 徐:xu 孙:sun 马:ma 朱:zhu "
    "胡:hu 郭:guo 何:he 高:gao 林:lin 罗:luo 郑:zheng 梁:liang 谢:xie 宋:song 唐:tang 许:xu 韩:han 冯:feng "
    "邓:deng 曹:cao 彭:peng 曾:zeng 肖:xiao 田:tian 董:dong 潘:pan 袁:yuan 蔡:cai 蒋:jiang 余:yu 于:yu 杜:du "
    "叶:ye 程:cheng 魏:wei 苏:su 吕:lv 丁:ding 任:ren 沈:shen 姚:yao 卢:lu 钱:qian 陆:lu 顾:gu 邵:shao 华:hua "
    "尤:you 过:guo 秦:qin 戴:dai 浦:pu"
)
GIVEN = _spelled(
    "伟:wei 芳:fang 娜:na 敏:min 静:jing 丽:li 强:qiang 磊:lei 军:jun 洋:yang 勇:yong 艳:yan 杰:jie 娟:juan "
    "涛:tao 明:ming 超:chao 秀:xiu 霞:xia 平:ping 刚:gang 桂:gui 英:ying 华:hua 建:jian 国:guo 文:wen 玉:yu "
    "兰:lan 红:hong 梅:mei 志:zhi 海:hai 春:chun 雪:xue 琴:qin 云:yun 峰:feng 斌:bin 鑫:xin 波:bo 辉:hui 宁:ning "
    "晓:xiao 东:dong 健:jian 荣:rong 根:gen 林:lin 生:sheng 凤:feng 珍:zhen 莉:li 莹:ying 浩:hao 宇:yu 欣:xin "
    "怡:yi 佳:jia 俊:jun 博:bo 晨:chen 慧:hui 蓉:rong 阿:a 金:jin 福:fu 祥:xiang 庆:qing 清:qing 新:xin"
)

# nobody in the sample district is called like someone whom everybody knows
NAMES_IN_THE_NEWS = _words("李强 马云 周强 张军 王勇 李宁 刘欢 高峰 胡春华 张国清 丁雪祥 林志玲 郭明 王宁 李鑫")
POINT_SITES = _words("农贸市场 工业园 卫生服务站 物流园 商业广场 养老服务中心 老街 创业园 果园 码头")

TRADES = (
    # unit (after a community), post, specialities
    ("社区居委会", "党委书记、主任", "urban_rural_construction;物业;老旧小区改造"),
    ("卫生院", "院长", "health;家庭医生"),
    ("实验小学", "校长", "education_culture_sports;课后服务"),
    ("中学", "教师", "education_culture_sports;心理健康"),
    ("律师事务所", "律师", "politics_law;法律援助;劳动合同"),
    ("机械制造有限公司", "高级技工", "labor_social_security;技能人才"),
    ("物流有限公司", "总经理", "transport;物流;货车通行"),
    ("水产专业合作社", "理事长", "rural_agriculture;养殖;农产品销售"),
    ("粮油家庭农场", "农场主", "rural_agriculture;高标准农田;灌溉"),
    ("养老服务中心", "主任", "civil_affairs;养老;助餐"),
    ("环境科技有限公司", "工程师", "environment;污水管网;河道"),
    ("公交公司", "驾驶员", "transport;公交线路"),
    ("电子科技有限公司", "董事长", "economy;science_it;用工"),
    ("餐饮管理有限公司", "厨师长", "commerce_tourism;食品安全;油烟"),
    ("物业服务有限公司", "项目经理", "urban_rural_construction;电梯;停车"),
    ("农业技术推广站", "农艺师", "rural_agriculture;种子化肥"),
    ("文化馆", "馆员", "education_culture_sports;群众文化"),
    ("环卫所", "班组长", "urban_rural_construction;垃圾分类"),
    ("供电所", "所长", "urban_rural_construction;供电"),
    ("退役军人服务站", "站长", "civil_affairs;优抚"),
    ("银行支行", "行长", "economy;小微企业融资"),
    ("网络通信营业厅", "经理", "science_it;宽带;信号"),
)

NICKNAMES = (
    # external_userid, nickname in WeChat, what to try
    ("wmLxDemo0001ChunFengLiLiuShu", "春风里的柳树", "{estate}门口的路灯坏了好几天，晚上看不清路"),
    ("wmLxDemo0002LaoZhouBuYin", "老周不饮酒", "村里的机耕路被压坏了，拖拉机进不了田"),
    ("wmLxDemo0003DuoDuoMaMa", "朵朵妈妈", "{school}门口没有斑马线，孩子过马路很危险"),
    ("wmLxDemo0004GongJiaoMi", "赶公交的小米", "早高峰公交等半小时，能不能加一班车"),
    ("wmLxDemo0005WangShiFu", "王师傅送水", "送水进不了小区，不知道该找谁"),
    ("wmLxDemo0006LanTian", "蓝天白云", "家门口的河发黑有臭味，我拍了照片"),
    ("wmLxDemo0007YinLing", "银铃奶奶", "想问问附近有没有老年助餐点"),
    ("wmLxDemo0008AFei", "阿飞在路上", "想找{namesake}代表反映停车难"),
)
