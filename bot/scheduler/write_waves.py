"""What many are to hear is written down as reminders, some at a time."""

from bot.scheduler.job import Job
from bot.services.reminders import waves

JOB = Job("write waves", 1.0, waves.write, again=True)
