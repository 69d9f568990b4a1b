"""Chats with a person are looked at now and then: one that nobody took, or left alone, comes back to the bot."""

from bot.scheduler.job import Job
from bot.services import giving_back

JOB = Job("look at sessions", 20.0, giving_back.look_after)
