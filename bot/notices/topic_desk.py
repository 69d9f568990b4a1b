"""What the page of the topic model says."""

from collections.abc import Mapping
from types import MappingProxyType

STARTED = "已开始训练，要几分钟，机器忙时更久。可以离开本页，回来再看。"
RUNS = "正在训练，一次只训练一个。"
SWITCHED = "已换用。下一条来信起按新的模型判断主题。"
BACK = "已换回。下一条来信起按原来的模型判断主题。"
CHANGED = "模型刚刚变过，没有换。请看过现在的情况再换。"
NO_CANDIDATE = "还没有可以对比的候选模型。"
FAILED: Mapping[str, str] = MappingProxyType(
    {
        "busy": "没有训练：另一个进程正在训练。",
        "none": "没有训练：还没有可用的更正案件。",
        "broken": "训练没有完成，原来的模型照常使用。请稍后再试；仍不行，请看运行日志。",
    }
)
