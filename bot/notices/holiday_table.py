"""The year's holiday arrangement is not known yet: staff are told what to do, and by when it matters."""

from dataclasses import dataclass

from bot.notices.content import Text


@dataclass(frozen=True, slots=True)
class HolidaysUnknown:
    """To the service centre and the administrators, once a week from December on; `ahead` before the year begins."""

    year: int
    ahead: bool

    def render(self) -> Text:
        """What is missing, what holds meanwhile, how it is mended."""
        first = (
            f"{self.year} 年的放假和调休安排还没有导入。"
            if self.ahead
            else f"今年（{self.year} 年）的放假和调休安排一直没有导入。"
        )
        return Text(
            f"{first}在这之前，办理期限和活动日只按法定节假日推算，调休上班的周末当作休息日，可能差一两天。\n"
            "国务院办公厅的通知一般在十一月公布。请管理员照通知把放假和调休上班的日子写进 holidays.csv，"
            "运行：python -m bot import 文件夹。导入后所有期限自动重算，也不再提醒。"
        )
