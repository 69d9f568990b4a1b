"""What happens because time passed. A job is one file and one line here; it writes rows and calls nobody."""

from bot.scheduler import alert_again, flush_updates, free_stuck_rows
from bot.scheduler.job import Job

JOBS: tuple[Job, ...] = (flush_updates.JOB, alert_again.JOB, free_stuck_rows.JOB)
