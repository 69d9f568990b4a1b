"""What is due to be said is said, in small commits; what is not of use any more is noted."""

from bot.scheduler.job import Job
from bot.services.reminders import firing

JOB = Job("fire reminders", 1.0, firing.fire, again=True)
