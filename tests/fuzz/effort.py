"""How many examples a test of this folder tries: few in `make test`, many in `make fuzz`."""

import os

from hypothesis import HealthCheck, Phase, settings

_FIND = (Phase.explicit, Phase.reuse, Phase.generate)
TIMES = int(os.environ.get("LIANXIN_FUZZ", "1"))


def examples(few: int, *, shrinks: bool = True) -> settings:
    """So many in the default run and always the same, `LIANXIN_FUZZ` times as many fresh ones where that is set.

    What depends on all that was said before (`shrinks=False`) is told as it was found.
    """
    return settings(
        phases=(*_FIND, Phase.shrink) if shrinks else _FIND,
        max_examples=few * TIMES,
        deadline=None,
        derandomize=TIMES == 1,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
        ],
    )
