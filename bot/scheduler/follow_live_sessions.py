"""Live sessions go on by themselves: announced, reminded, begun, ended, nagged about."""

from bot.scheduler.job import Job
from bot.services.live import following

JOB = Job("follow live sessions", 10.0, following.follow)
