"""From December on staff are asked for the holidays of the next year, until they are known."""

from bot.scheduler.job import Job
from bot.services import holiday_table

JOB = Job("watch holiday table", 600.0, holiday_table.watch)
