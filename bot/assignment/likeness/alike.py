"""When two messages have so much in common that they are about one thing.

What both say is split into stretches of neighbouring pairs. A stretch made of rare pairs is taken for a name (of an
estate, a company, a road). One name is not enough, for two matters may be at one place; one matter is not enough,
for it may be at two places; a long letter needs more than a short one, for long letters share more by chance.
Figures are natural logarithms of how rare something is; tuned in docs/decisions/0016.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Figures: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

APART = timedelta(days=60)  # matters farther apart are not the same
GRID_APART = timedelta(days=14)  # without a name or a place, in one grid
GENERIC_APART = timedelta(hours=48)  # without a name or a place, at one station

_LONG_NAME = 14.0  # what a name says at least that is taken for the matter itself, where neither names a usual one
_SECOND = 6.5  # what another stretch must say, where no usual matter shows that both mean the same
_SECOND_OTHER = 8.5  # the same where both name usual matters, and none in common
_MATTER = 9.0  # what it says that both name the same usual matters and no other
_PLACE, _GRID, _STATION = 14.0, 10.0, 6.5  # what the same place says, instead of a name
_NEED, _NEED_LONG, _SHORT = 17.0, 0.22, 30.0
_NEED_BRIEF = 0.2  # of what a message below `_SHORT` says less
_OTHER_TOPIC = 1.2


class Ground(IntEnum):
    """How the places of two messages stand to each other."""

    APART = 0  # two known places, or grids
    UNKNOWN = 1
    STATION = 2
    GRID = 3
    PLACE = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring pairs that both messages have."""

    says: float
    is_name: bool


@dataclass(frozen=True, slots=True)
class Common:
    """What two messages have in common."""

    stretches: tuple[Stretch, ...]
    whole: float  # what the lesser of the two says in all
    matters: float  # usual matters that both name, of what they name: from 0 for none to 1 for all
    other_matters: bool  # both name some, and none in common
    no_matters: bool  # neither names any
    ground: Ground
    same_topic: bool  # or unknown
    apart_seconds: float


def at_most(
    said: Figures, best: Figures, named: Flags, whole: Figures, same_place: Flags, same_matter: Flags
) -> Figures:
    """No likeness is greater: of messages whose stretches say so much together and at best, and have a name."""
    need = _NEED + np.where(whole > _SHORT, _NEED_LONG, _NEED_BRIEF) * (whole - _SHORT)
    where = np.where(same_place, _PLACE, np.where(named, 0.0, np.where(same_matter, _GRID, -np.inf)))
    matter = np.where(same_matter, _MATTER, np.where(best >= _SECOND, 0.0, -np.inf))
    most: Figures = (where + said + matter) / need
    return most


def likeness(common: Common) -> float:
    """1.0 or more where they are about the same thing."""
    if common.ground is Ground.APART or common.apart_seconds > APART.total_seconds():
        return 0.0
    named = max((one.says for one in common.stretches if one.is_name), default=0.0)
    says = [one.says for one in common.stretches]
    if common.ground is Ground.PLACE:
        where = _PLACE
    elif named:
        where = named
        says.remove(named)
    else:
        where = _nameless(common)
    if not where or not _same_matter(common, says, named):
        return 0.0
    return (where + sum(says) + _MATTER * common.matters) / _need(common)


def _nameless(common: Common) -> float:
    """What grid and station say of complaints that name no place: only on usual matters, and near in time."""
    if not common.matters or not common.same_topic:
        return 0.0
    if common.ground is Ground.GRID and common.apart_seconds <= GRID_APART.total_seconds():
        return _GRID
    if common.ground >= Ground.STATION and common.apart_seconds <= GENERIC_APART.total_seconds():
        return _STATION
    return 0.0


def _same_matter(common: Common, says: list[float], named: float) -> bool:
    if common.matters or (common.no_matters and named >= _LONG_NAME):
        return True
    return max(says, default=0.0) >= (_SECOND_OTHER if common.other_matters else _SECOND)


def _need(common: Common) -> float:
    longer = common.whole - _SHORT
    need = _NEED + (_NEED_LONG if longer > 0 else _NEED_BRIEF) * longer
    return need if common.same_topic else need * _OTHER_TOPIC
