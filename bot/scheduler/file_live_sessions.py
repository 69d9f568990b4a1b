"""Sorted live sessions come to their end: every answer delivered, every case of them answered, filed away."""

from bot.scheduler.job import Job
from bot.services.live import following

JOB = Job("file live sessions", 300.0, following.file_away)
