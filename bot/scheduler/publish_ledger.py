"""The heads of the duty ledger are noted each midnight and told to the auditor each morning."""

from bot.scheduler.job import Job
from bot.services.duty import publishing

JOB = Job("publish ledger", 60.0, publishing.publish)
