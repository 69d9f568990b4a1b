"""A calendar or a rule that changed makes clocks run to other times."""

from bot.scheduler.job import Job
from bot.services import recounting

JOB = Job("recount clocks", 10.0, recounting.recount, again=True)
