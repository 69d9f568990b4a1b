"""People who write, and representatives who answer as soon as they see the whole matter on their phones."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.people import Member
from benchmarks.soak.proof import MARK, NUMBER, Answered, Written
from bot.simulator.world import Simulator

FURTHER = 0.3  # lines that somebody writes at once after the first, on average
_WHAT = (
    "路灯",
    "井盖",
    "花坛",
    "健身器材",
    "公交站牌",
    "人行道",
    "雨水口",
    "护栏",
    "绿化带",
    "垃圾桶",
    "路面",
    "指示牌",
)
_HOW = (
    "坏了三天",
    "一直没有修好",
    "晚上看不清",
    "老人走路不方便",
    "上周就报过",
    "推婴儿车不好过",
    "越来越旧",
    "没有人管",
)


def read_places(district: Path) -> list[str]:
    """Names that people of the sample district say."""
    with (district / "places.csv").open(encoding="utf-8") as file:
        return [row["name"] for row in csv.DictReader(file)]


@dataclass(slots=True)
class Person:
    """A constituent with one matter, and how far it is."""

    who: str
    owner: Member
    written: list[Written]
    unseen: set[str]  # marks that are not on the owner's phone yet
    number: str = ""  # of their case, once the owner has seen it; a long update has it in its first part only
    answer: Answered | None = None
    answered_at: int = 0  # revision of the simulator
    is_done: bool = False


@dataclass(slots=True)
class Crowd:
    """Everyone who writes in one act; names of different acts begin differently."""

    sim: Simulator
    act: str
    owners: Sequence[Member]
    places: Sequence[str]
    draw: Random
    further: float = FURTHER
    name_of: Callable[[int], str] = lambda _number: ""  # who writes; a new person where it says nothing
    before_writing: Callable[[str], None] = lambda _mark: None
    before_answering: Callable[[str], None] = lambda _mark: None
    people: list[Person] = field(default_factory=list)
    answers_lost: set[str] = field(default_factory=set)  # WeCom gave the callback up
    _by_mark: dict[str, Person] = field(default_factory=dict)
    _waiting: dict[str, Person] = field(default_factory=dict)
    _read_up_to: int = 0
    _serial: int = 0

    @property
    def written(self) -> int:
        """How many messages there were."""
        return self._serial

    @property
    def under_way(self) -> int:
        """How many have no answer yet."""
        return len(self._waiting)

    async def write(self) -> Person:
        """The next person comes in by a code and writes; some write once more before anybody answers."""
        number = len(self.people)
        who = self.name_of(number) or f"wm{self.act}{number:06d}"
        owner = self.owners[number % len(self.owners)]
        self.sim.add_constituent(who, f"群众{number}")
        person = Person(who, owner, [], set())
        self.people.append(person)
        self._waiting[who] = person
        await self.sim.enter(who, "rep", owner.code)
        for _ in range(1 + self._further_lines()):
            await self._say(person)
        return person

    def _further_lines(self) -> int:
        """As many as asked for, on average: none or one where that is below one, else up to twice as many."""
        whole = int(self.further)
        return (self.draw.random() < self.further - whole) + (self.draw.randint(0, 2 * whole) if whole else 0)

    async def _say(self, person: Person) -> None:
        self._serial += 1
        mark = f"{self.act}{self._serial}"
        self.before_writing(mark)
        words = f"⟦{mark}⟧{self.draw.choice(self.places)}的{self.draw.choice(_WHAT)}{self.draw.choice(_HOW)}"
        person.unseen.add(mark)
        self._by_mark[mark] = person
        msgid = await self.sim.says(person.who, words)
        person.written.append(Written(mark, person.who, msgid, person.owner.userid))

    async def look(self) -> None:
        """Read what is new on the phones of those who owe or await something; answer what is complete."""
        up_to = self.sim.world.pulse.revision
        for owner in {person.owner.userid: person.owner for person in self._waiting.values()}.values():
            for line in self.sim.world.members[owner.userid].chat.since(self._read_up_to):
                if line.who == "bot":
                    await self._read(owner, line.text)
        for person in list(self._waiting.values()):
            if person.answer is not None:
                self._look_at(person, person.answer)
        self._read_up_to = up_to

    async def _read(self, owner: Member, text: str) -> None:
        number = NUMBER.search(text)
        for mark in MARK.findall(text):
            person = self._by_mark.get(mark)
            if person is None or person.owner is not owner:
                continue
            person.number = person.number or (number.group() if number else "")
            person.unseen.discard(mark)
            if not person.unseen and person.number and person.answer is None:
                await self._answer(person, person.number)

    async def _answer(self, person: Person, number: str) -> None:
        person.answer = Answered(f"{person.written[0].mark}a", person.who, number)
        person.answered_at = self.sim.world.pulse.revision
        self.before_answering(person.answer.mark)
        words = f"#{number[-6:]} ⟦{person.answer.mark}⟧已经联系有关单位，明天上午派人去看。"
        await self.sim.member_says(person.owner.userid, words)

    def _look_at(self, person: Person, answer: Answered) -> None:
        chat = self.sim.world.constituents[person.who].chat
        heard = any(answer.mark in line.text for line in chat.since(person.answered_at) if line.who == "bot")
        person.is_done = heard or answer.mark in self.answers_lost
        if person.is_done:
            self.give_up(person)

    def give_up(self, person: Person) -> None:
        """Nobody waits for this one any more."""
        self._waiting.pop(person.who, None)

    def note_lost_callbacks(self) -> None:
        """An answer that WeCom could not hand over in all its attempts: the bot need not have it."""
        for callback in self.sim.sender.lost:
            self.answers_lost.update(MARK.findall(str(callback.fields.get("Content", ""))))

    def all_written(self) -> Iterator[Written]:
        """Every message."""
        for person in self.people:
            yield from person.written

    def all_given_up(self) -> Iterator[Answered]:
        """Every answer that WeCom gave up."""
        for person in self.people:
            if person.answer is not None and person.answer.mark in self.answers_lost:
                yield person.answer

    def all_answered(self) -> Iterator[Answered]:
        """Every answer that WeCom handed over."""
        for person in self.people:
            if person.answer is not None and person.answer.mark not in self.answers_lost:
                yield person.answer
