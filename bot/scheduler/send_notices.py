"""Notices whose time has come are handed to the outbox, a few rows a commit."""

from bot.scheduler.job import Job
from bot.services.broadcasts import sending

JOB = Job("send notices", 1.0, sending.send_due)
