"""Notices of where a petition goes that did not reach their sender."""

from bot.scheduler.job import Job
from bot.services import petition_notices

JOB = Job("plan petition notices", 60.0, petition_notices.plan)
