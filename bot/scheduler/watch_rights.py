"""Requests about one's own data are decided in time: staff hear before they are due."""

from bot.scheduler.job import Job
from bot.services.privacy import deciding

JOB = Job("watch rights", 300.0, deciding.watch)
