"""A name with one slip is found wherever the slip is: what is passed over as unlikely never was one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.assignment.district.names import NameTable, read
from bot.assignment.district.slips import Slips

LETTERS = "春江花月夜清风明港湾金桂苑阳光"
NAMES = st.lists(st.text(LETTERS, min_size=4, max_size=9), min_size=1, max_size=6, unique=True)


def slips_of(names: list[str]) -> Slips:
    numbers = np.arange(len(names), dtype=np.int32)
    return Slips(NameTable(names, numbers, numbers), numbers, sound_from=3, slip_from=4)


def found_in(slips: Slips, written: str) -> set[str]:
    text = f"在{written}那边"
    return {slip.name for slip in slips.find(read(text), [(1, 1 + len(written))])}


@given(NAMES, st.data())
def test_one_letter_wrong_missing_or_too_many_is_found_at_every_spot(names, data):
    slips = slips_of(names)
    name = data.draw(st.sampled_from(names))
    at = data.draw(st.integers(0, len(name) - 1))
    assert name in found_in(slips, f"{name[:at]}鑫{name[at + 1 :]}")
    assert name in found_in(slips, f"{name[:at]}鑫{name[at:]}")
    assert name in found_in(slips, name[:at] + name[at + 1 :])


@given(NAMES)
def test_all_letters_may_be_others_that_sound_the_same(names):
    slips = slips_of(names)
    said = str.maketrans("江花月清风明", "疆华越青锋鸣")
    for name in names:
        assert name in found_in(slips, name.translate(said))
