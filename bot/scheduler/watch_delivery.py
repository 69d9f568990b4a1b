"""Answers that do not leave and refusals of WeCom are told to staff, and when it is over."""

from bot.scheduler.job import Job
from bot.services.watching import alarms

JOB = Job("watch delivery", 30.0, alarms.watch)
