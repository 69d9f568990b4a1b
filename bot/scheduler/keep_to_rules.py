"""Each night what was kept long enough goes, some rows a commit."""

from bot.scheduler.job import Job
from bot.services.privacy import retaining

JOB = Job("keep to rules", 60.0, retaining.keep_to_rules, again=True)
