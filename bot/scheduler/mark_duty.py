"""Whom duty entries name and which words they have is found, so that quotas and checklists can be counted."""

from bot.scheduler.job import Job
from bot.services.duty_file import marking

JOB = Job("mark duty", 60.0, marking.mark, again=True)
