"""Why a matter went where it did, in sentences that a constituent, a representative and staff all understand."""

from collections.abc import Iterable
from dataclasses import dataclass

# {said}: what was said or the bare evidence; {name}: the name that a code stands for.
_SENTENCES = {
    "chosen": "您点选了{name}",
    "open_matter": "接着您还没办完的那件事，由{name}继续",
    "representative_code": "您扫的是{name}的码",
    "station_code": "您扫的是{name}的码",
    "received_at_desk": "{name}当面接待的",
    "code_unknown": "您扫的码已经停用",
    "code_revoked": "您扫的码已经停用",
    "code_expired": "您扫的码已经过期",
    "code_station": "先转给{name}",
    "representative_named": "您提到了“{said}”",
    "representative_described": "您说的“{said}”是{name}",
    "several_fit": "说的“{said}”不止一位",
    "nobody_fits": "没有找到“{said}”",
    "name_spelling": "您写的是“{said}”，读音或字形最近的就是这位",
    "place_spelling": "您写的是“{said}”，按最近的地名算",
    "place_short": "您写的是简称“{said}”",
    "station_refused": "您说不是{name}",
    "same_name": "叫“{said}”的代表不止一位",
    "station_named": "您提到了“{said}”",
    "same_station_name": "叫“{said}”的联络站不止一个",
    "location_in_grid": "您发的位置在{name}",
    "near_grid": "您发的位置紧挨着{name}",
    "outside_region": "您说的地方（{said}）不在本区",
    "place_named": "您提到“{said}”",
    "in_grid": "那里属于{name}",
    "relative_place": "您说的“{said}”，按您上次说的地方算",
    "same_place_name": "叫“{said}”的地方不止一处",
    "known_station": "您上次联系的是{name}",
    "service_centre": "还不知道在哪里，先由{name}接手",
    "no_station": "还没有登记联络站",
    "restricted": "这类来信只由代表联络服务中心的专人看",
    "representative_accused": "您说的事涉及{name}，所以不交给这位代表",
    "representative_away": "{name}请假了",
    "representative_refused": "您想换一位代表，不再交给{name}",
    "daily_cap": "{name}今天接的事已经很多",
    "grid_representative": "{name}联系这一片",
    "on_duty_now": "{name}现在值班",
    "station_representative": "{name}在这个联络站",
    "speciality_fits": "专长对得上（{topic}）",
    "theme_station": "{name}专门联系这一行，一起看",
    "closest_level": "先请离您最近的一级代表",
    "fewest_open_cases": "几位代表里这位手上的事最少",
    "officer_handles": "由联络站工作人员处理",
    "passed_on": "由前一位转来",
    "assigned_by_officer": "联络员指派",
    "corrected": "按您说的改了",
    "no_matter": "还没有说是什么事",
    "topic_word": "说的是“{said}”，归在“{topic}”",
    "topic_guess": "看内容归在“{topic}”",
    "topic_default": "没有看出是哪方面，先归在“{topic}”",
    "topic_chosen": "您选了“{topic}”",
    "danger": "话里说到“{said}”，按紧急情况处理",
    "boundary": "话里说到“{said}”，这类事另有规定的去处",
    "kind": "话里说到“{said}”",
    "urgent": "话里说到“{said}”，当天要看",
    "language": "这种文字请懂的人来看",
}
RULES = tuple(_SENTENCES)
# Which of them say, in one breath, how the owner was found; the last one that is there is told.
_TELLING = (
    "service_centre", "known_station", "relative_place", "station_representative", "on_duty_now",
    "grid_representative", "same_place_name", "place_named", "near_grid", "location_in_grid", "station_named",
    "representative_described", "representative_named", "station_code", "received_at_desk",
    "representative_code", "code_station", "chosen",
    "restricted", "corrected", "passed_on", "assigned_by_officer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Because:
    """One step of a decision with the names that its codes stand for."""

    rule: str
    said: str
    name: str = ""
    topic: str = ""

    def render(self) -> str:
        """One sentence without a full stop; an unknown rule says what it has, words that were taken back are left out."""
        words, said = _SENTENCES.get(self.rule, "{said}"), self.said or "……"
        return words.format(said=said, name=self.name or said, topic=self.topic or said)


def why(steps: Iterable[Because]) -> str:
    """The step that decided, in a few words; empty where there is none to tell."""
    steps = tuple(steps)
    rules = {step.rule: step for step in steps}
    telling = [rules[rule] for rule in _TELLING if rule in rules]
    if not telling:
        return ""
    fault = rules.get("code_revoked") or rules.get("code_expired")
    if telling[-1].rule == "code_station" and fault is not None:
        return f"{fault.render()}，{telling[-1].render()}"
    grid = rules.get("in_grid")
    if telling[-1].rule == "place_named" and grid is not None:
        return f"{telling[-1].render()}，{grid.render()}"
    return telling[-1].render()


# The rules that find an owner, as staff read of them.
RULE_NAMES = {
    "chosen": "群众点选",
    "open_matter": "接着没办完的事",
    "representative_code": "扫代表的码",
    "station_code": "扫联络站的码",
    "received_at_desk": "当面接待",
    "code_revoked": "扫停用的码",
    "code_expired": "扫过期的码",
    "representative_named": "说了代表的名字",
    "representative_described": "说了代表的特点",
    "station_named": "说了联络站的名字",
    "location_in_grid": "发了位置",
    "near_grid": "发的位置在网格边上",
    "place_named": "说了地名",
    "relative_place": "说“我们小区”一类",
    "same_place_name": "地名不止一处",
    "known_station": "上次联系的站",
    "service_centre": "不知道在哪里",
    "restricted": "专人看的来信",
    "unknown": "没有记下规则",
}
