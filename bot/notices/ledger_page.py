"""The words of the page that shows the heads of the duty ledger."""

HEADING = "履职账本每日摘要"
INTRODUCTION = (
    "这里公布每天结束时履职账本最后一行的摘要。摘要里没有任何人的姓名和内容。",
    "把它保存下来，以后就能请代表联络服务中心用命令“verify --against 文件”当面核验：在这一天之前登记的内容有没有被改动过。",
)
EMPTY = "还没有可以公布的摘要，账本从第一条履职记录登记后的第二天起公布。"
COLUMNS = ("日期", "账本", "行号", "摘要")
SAVE = "保存为文本文件"
