"""What departments owe: before the day and on every working day after it."""

from bot.scheduler.job import Job
from bot.services import work_order_reminders

JOB = Job("plan work orders", 60.0, work_order_reminders.plan)
