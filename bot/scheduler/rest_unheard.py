"""Cases whose constituent was asked and has said nothing for long rest."""

from bot.scheduler.job import Job
from bot.services import asking

JOB = Job("rest unheard", 60.0, asking.rest_unheard, again=True)
