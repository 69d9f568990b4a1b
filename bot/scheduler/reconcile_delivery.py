"""At night what we believe was delivered is compared with what WeCom reports; in the morning staff have a list."""

from bot.scheduler.job import Job
from bot.services.watching import reconciling

JOB = Job("reconcile delivery", 20.0, reconciling.reconcile, again=True)
