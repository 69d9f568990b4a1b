"""Each day files with gaps are looked at again: what was filled, what is complete."""

from bot.scheduler.job import Job
from bot.services.duty_file import checking

JOB = Job("look at files", 600.0, checking.look_again, again=True)
