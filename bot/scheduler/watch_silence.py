"""Every night it is proved that no message ended in silence; in the morning the service centre has a list."""

from bot.scheduler.job import Job
from bot.services import silence

JOB = Job("watch silence", 5.0, silence.watch, again=True)
