"""Activity days are planned from their rules and go their way from the roster to the report."""

from bot.scheduler.job import Job
from bot.services.activity_days import following

JOB = Job("follow activity days", 30.0, following.follow, again=True)
