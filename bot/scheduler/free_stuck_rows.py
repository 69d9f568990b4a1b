"""Rows whose pump died are given back when their lease is over."""

import logging

from bot.scheduler.job import Job
from bot.services.context import Context
from storage import outbox, sending

log = logging.getLogger(__name__)


async def free(context: Context) -> int:
    """They may have been sent, so they are tried again in doubt, under the same id.

    A row that leaves with another ends with it also where that one was ended by somebody else than a pump.
    """
    freed = await outbox.free_stuck(context.session, context.now)
    await sending.end_with_another(context.session)
    if freed:
        log.warning("stuck rows were freed", extra={"rows": freed})
    return freed


JOB = Job("free stuck rows", 5.0, free)
