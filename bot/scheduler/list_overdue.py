"""Every working day the service centre hears once what is still without an answer."""

from bot.scheduler.job import Job
from bot.services import escalating

JOB = Job("list overdue", 60.0, escalating.notify_centre_list)
