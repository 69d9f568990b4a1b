"""Keeps the collector of reference cycles from standing in the way of answers.

It walks everything that lives in the process when it looks at its oldest generation: a tenth of a second with a
district's roster and the traffic of a busy minute. Hardly anything is ever found there, so while people are served
that is done a few times a day, and what is then alive is not walked again. The younger generations cost a
millisecond at most and are looked at, but not after every few messages.
"""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager

TIDY_SECONDS = 6 * 3600.0
_NEVER = 1_000_000_000
_YOUNG = 5_000  # objects more than before: those of some fifty messages


@contextmanager
def unwatched() -> Iterator[None]:
    """Look for no cycles, and never walk what is brought in at a start: that took an eighth of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def calm() -> Iterator[None]:
    """Tidy now; until the end the oldest generation is looked at only by `tidy`."""
    young, middle, old = gc.get_threshold()
    tidy()
    gc.set_threshold(_YOUNG, middle, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)


def tidy() -> None:
    """Throw away what nobody can reach; what lives now is taken to live on."""
    gc.collect()
    gc.freeze()


async def run() -> None:
    """Tidy now and then until cancelled."""
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        tidy()
