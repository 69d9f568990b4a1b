"""What the templates of the paper forms may name, in the words of the office (domain A8).

A shape says which fields there are; a `Many` is gone through by a loop of the template.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Many:
    """A list: what each of it has. It is read as a stream, so a template goes through it once."""

    what: str
    fields: "Shape"


Shape = Mapping[str, "str | Many"]


@dataclass(frozen=True, slots=True)
class Form:
    """One paper form. `file` is the name of its template; `subject` says whose it is."""

    name: str
    title: str
    subject: str  # representative, station
    shape: Shape

    @property
    def file(self) -> str:
        """The template's name in a folder of templates."""
        return f"{self.title}.docx"


_WHOSE: Shape = {
    "姓名": "姓名",
    "编号": "代表编号",
    "层级": "区级代表、镇级代表……",
    "单位": "工作单位（本人公开的）",
    "职务": "职务（本人公开的）",
    "专长": "专长（本人公开的）",
    "电话": "联系电话（本人公开的）",
    "站点": "所属联络站（本人公开的）",
    "选区": "所联系的网格",
}
_DUTY: Shape = {
    "序号": "从 1 起",
    "登记号": "履职记录的编号",
    "日期": "2026-11-20",
    "时间": "09:30，只知道日期时为空",
    "类别": "走访、接待……",
    "地点": "地点（联络站）",
    "内容": "内容；记录本一页写不下的在“附页”里",
    "附页": "一页写不下的部分，没有时为空",
    "人数": "见面人数，没有时为空",
    "意见": "意见条数，没有时为空",
    "建议": "建议条数，没有时为空",
    "事项": "事项编号",
    "送达": "已送达、未送达",
    "佐证": "佐证件数，没有时为空",
    "记录": "谁记的：系统、本人、工作人员、纸质补录",
    "确认": "本人确认：已确认、未确认",
    "审核": "通过、退回，没有审核时为空",
    "更正": "更正了哪一条，没有时为空",
}
_PERIOD: Shape = {"期间": "2026-01-01 至 2026-12-31", "总数": "一共多少条"}
_REPRESENTATIVES: Shape = {
    **_PERIOD,
    "各位代表": Many("代表", {**_WHOSE, "条数": "这位代表有多少条", "履职": Many("履职记录", _DUTY)}),
}
_RECEPTION: Shape = {
    "序号": "从 1 起",
    "编号": "接待登记的编号",
    "日期": "2026-11-20",
    "时间": "09:30",
    "站点": "联络站",
    "地址": "联络站地址",
    "接待代表": "接待代表姓名",
    "层级": "接待代表的层级",
    "人数": "来访人数",
    "事项": "反映的事项；一页写不下的在“附页”里",
    "附页": "一页写不下的部分，没有时为空",
    "分类": "事项分类",
    "意见": "意见条数",
    "建议": "建议条数",
    "当场答复": "当场已答复，没有时为空",
    "事项编号": "立案转办后的编号，没有时为空",
    "转办": "转给了谁，没有时为空",
    "期限": "答复期限，没有时为空",
    "结果": "办理到哪一步，没有时为空",
    "反馈": "反馈日期和方式，没有时为空",
    "记录人": "谁记的",
}
FORMS: Mapping[str, Form] = MappingProxyType(
    {
        form.name: form
        for form in (
            Form("duty-register", "履职登记表", "representative", _REPRESENTATIVES),
            Form("record-book", "履行职责记录本", "representative", _REPRESENTATIVES),
            Form(
                "basic-form",
                "基本信息登记表",
                "representative",
                {"总数": "一共多少位", "各位代表": Many("代表", _WHOSE)},
            ),
            Form(
                "reception-register",
                "接待登记表",
                "station",
                {**_PERIOD, "各次接待": Many("接待", _RECEPTION)},
            ),
        )
    }
)
