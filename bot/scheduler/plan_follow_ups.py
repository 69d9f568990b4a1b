"""Whoever has waited for a week is asked whether an answer came."""

from bot.scheduler.job import Job
from bot.services import follow_ups

JOB = Job("plan follow-ups", 60.0, follow_ups.plan, again=True)
