"""Cases whose answer is late go to the next in line."""

from bot.scheduler.job import Job
from bot.services import escalating

JOB = Job("run clocks", 5.0, escalating.advance_due, again=True)
