"""What was held for a constituent's next message is noted as dropped when it is of no use any more."""

from bot.scheduler.job import Job
from bot.services.reminders import holding

JOB = Job("drop held reminders", 60.0, holding.drop_late, again=True)
