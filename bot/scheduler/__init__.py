"""What happens because time passed. A job is one file and one line here; it writes rows and calls nobody."""

from bot.scheduler import (
    alert_again,
    drop_held_reminders,
    file_live_sessions,
    fire_reminders,
    flush_updates,
    follow_activity_days,
    follow_live_sessions,
    free_stuck_rows,
    list_overdue,
    plan_follow_ups,
    plan_petition_notices,
    recount_clocks,
    rest_unheard,
    run_clocks,
    send_notices,
    watch_notices,
    watch_silence,
)
from bot.scheduler.job import Job

# What plans reminders comes before what says them.
JOBS: tuple[Job, ...] = (
    flush_updates.JOB,
    alert_again.JOB,
    free_stuck_rows.JOB,
    recount_clocks.JOB,
    rest_unheard.JOB,
    run_clocks.JOB,
    list_overdue.JOB,
    watch_silence.JOB,
    plan_follow_ups.JOB,
    plan_petition_notices.JOB,
    follow_live_sessions.JOB,
    file_live_sessions.JOB,
    follow_activity_days.JOB,
    send_notices.JOB,
    fire_reminders.JOB,
    drop_held_reminders.JOB,
    watch_notices.JOB,
)
