"""On the morning after a term of office the service centre hears that the files are to be bound."""

from bot.scheduler.job import Job
from bot.services.duty_file import ending

JOB = Job("end terms", 900.0, ending.tell)
