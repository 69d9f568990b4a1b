"""Notices come to their end: all sent, nudged once, closed."""

from bot.scheduler.job import Job
from bot.services.broadcasts import receipts

JOB = Job("watch notices", 5.0, receipts.watch)
