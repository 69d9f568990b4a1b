"""On the days of the rule, whoever is behind with the year's duties hears of it once."""

from bot.scheduler.job import Job
from bot.services.duty_file import nudging

JOB = Job("nudge behind", 300.0, nudging.plan, again=True)
