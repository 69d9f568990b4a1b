"""An emergency is told again until someone confirms, at any hour."""

from bot.scheduler.job import Job
from bot.services import emergencies

JOB = Job("alert again", 5.0, emergencies.alert_again)
