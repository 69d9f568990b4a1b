"""The yearly check of the files is opened on its day, one list to each representative."""

from bot.scheduler.job import Job
from bot.services.duty_file import checking

JOB = Job("check files", 300.0, checking.open_all, again=True)
