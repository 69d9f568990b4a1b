"""What needs two people: asked for by a command, done by one, or left undecided for a day."""

from bot.scheduler.job import Job
from bot.services.two_person import telling

JOB = Job("tell second person", 30.0, telling.tell)
