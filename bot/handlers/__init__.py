"""One file a conversation topic. Routers are asked in this order; the fallbacks are last."""

from bot.handlers import (
    corrections,
    entering,
    matters,
    member_answers,
    member_help,
    member_taps,
    member_words,
    progress,
    reports,
    settling,
)

ROUTERS = (
    entering.router,
    reports.router,
    progress.router,
    settling.router,
    corrections.router,
    matters.router,
    member_taps.router,
    member_words.router,
    member_answers.router,
    member_help.router,
)
