"""Passed files are published, published ones of a year that is over are sealed."""

from bot.scheduler.job import Job
from bot.services.duty_file import reviewing

JOB = Job("follow files", 600.0, reviewing.follow, again=True)
