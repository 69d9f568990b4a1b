"""Whoever was at an activity day, hosted a session, received people or met has a duty entry."""

from bot.scheduler.job import Job
from bot.services.duty import making

JOB = Job("write duty", 60.0, making.make)
