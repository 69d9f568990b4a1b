"""Words on the pages of a representative."""

from collections.abc import Mapping
from types import MappingProxyType

WAYS = (("/r", "今天"), ("/r/visit", "记走访"), ("/r/duty", "我的履职"), ("/r/code", "我的码"))
DONE: Mapping[str, str] = MappingProxyType(
    {
        "visit": "已登记，等工作人员核对。",
        "confirmed": "已确认。",
        "corrected": "已更正，原来的记录保留备查。",
    }
)
WRONG: Mapping[str, str] = MappingProxyType(
    {
        "key": "这张表放得太久了，请刷新后再记一次。",
        "kind": "请选一种履职类型。",
        "people": "人数要在 1 到 5000 之间。",
        "place": "请写在哪里。",
        "day": "日期要写今天或以前的一天。",
        "long": "写得太长了：地点 60 字以内，内容 1000 字以内。",
        "not_found": "没有找到这条记录，或者不能由您更正。",
        "nothing": "没有看出要改什么。请这样写：人数5 地点牡丹园。",
        "gone": "这次更正已经过期，请重新写一次。",
        "picture": "这张图片打不开，请换一张 JPG 或 PNG。",
        "size": "这张图片太大了，请缩小后再发。",
        "program": "程序文件不能收，请换成图片或文档。",
    }
)
PEOPLE = (1, 2, 3, 5, 10)
