"""the calendar: activity days, live sessions, reminders, subscriptions, swaps; clocks on cases"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "job_marks",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_marks")),
    )
    op.create_table(
        "silent_matters",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("row_id", _ROW_ID, nullable=False),
        sa.Column("found_at", _INSTANT, nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("settled_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silent_matters")),
        sa.UniqueConstraint("kind", "row_id", name=op.f("uq_silent_matters_kind")),
    )
    op.create_table(
        "activity_days",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("region_code", sa.String(length=64), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("start", sa.String(length=5), nullable=False),
        sa.Column("end", sa.String(length=5), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "confirmed",
                "roster_open",
                "roster_fixed",
                "announced",
                "reminded",
                "open",
                "closed",
                "counted",
                "reported",
                "archived",
                "postponed",
                "cancelled",
                name="activitystate",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("confirmed_at", _INSTANT, nullable=True),
        sa.Column("confirmed_by", sa.String(length=64), nullable=True),
        sa.Column("announced_at", _INSTANT, nullable=True),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.Column("report_due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_activity_days_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_days")),
        sa.UniqueConstraint("region_code", "planned_on", name=op.f("uq_activity_days_region_code")),
    )
    op.create_index("ix_activity_days_state", "activity_days", ["state", "on_date"])
    op.create_table(
        "activity_sites",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("day_id", _ROW_ID, nullable=False),
        sa.Column("station_code", sa.String(length=64), nullable=False),
        sa.Column("received", sa.Integer(), nullable=True),
        sa.Column("opinions", sa.Integer(), nullable=True),
        sa.Column("proposals", sa.Integer(), nullable=True),
        sa.Column("report_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", _ROW_ID, nullable=True),
        sa.Column("reported_at", _INSTANT, nullable=True),
        sa.Column("reported_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["day_id"], ["activity_days.id"], name=op.f("fk_activity_sites_day_id")),
        sa.ForeignKeyConstraint(["key_id"], ["content_keys.id"], name=op.f("fk_activity_sites_key_id")),
        sa.ForeignKeyConstraint(["station_code"], ["stations.code"], name=op.f("fk_activity_sites_station_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_sites")),
        sa.UniqueConstraint("day_id", "station_code", name=op.f("uq_activity_sites_day_id")),
    )
    op.create_index(op.f("ix_activity_sites_station_code"), "activity_sites", ["station_code"])
    op.create_table(
        "live_sessions",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("station_code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.Column("anchor_userid", sa.String(length=64), nullable=True),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "approved",
                "announced",
                "collecting",
                "reminded",
                "live",
                "ended",
                "sorted",
                "claimed",
                "published",
                "followed_up",
                "archived",
                "cancelled",
                name="livestate",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=8), nullable=False),
        sa.Column("join_url", sa.String(), nullable=False),
        sa.Column("living_id", sa.String(length=128), nullable=True),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("reviewer", sa.String(length=64), nullable=True),
        sa.Column("approved_at", _INSTANT, nullable=True),
        sa.Column("announced_at", _INSTANT, nullable=True),
        sa.Column("started_at", _INSTANT, nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=True),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("mics", sa.Integer(), nullable=True),
        sa.Column("watch_seconds", sa.Integer(), nullable=True),
        sa.Column("figures_due_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["station_code"], ["stations.code"], name=op.f("fk_live_sessions_station_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_sessions")),
        sa.UniqueConstraint("code", name=op.f("uq_live_sessions_code")),
        sa.UniqueConstraint("living_id", name=op.f("uq_live_sessions_living_id")),
    )
    op.create_index("ix_live_sessions_state", "live_sessions", ["state", "starts_at"])
    op.create_index(op.f("ix_live_sessions_station_code"), "live_sessions", ["station_code"])
    op.create_table(
        "attendances",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("day_id", _ROW_ID, nullable=False),
        sa.Column("station_code", sa.String(length=64), nullable=False),
        sa.Column("representative_code", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "accepted",
                "declined",
                "replaced",
                "present",
                "late",
                "absent",
                name="attendancestate",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("stands_in_for", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=True),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.Column("arrived_at", _INSTANT, nullable=True),
        sa.Column("left_at", _INSTANT, nullable=True),
        sa.Column("mode", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(["day_id"], ["activity_days.id"], name=op.f("fk_attendances_day_id")),
        sa.ForeignKeyConstraint(
            ["representative_code"], ["representatives.code"], name=op.f("fk_attendances_representative_code")
        ),
        sa.ForeignKeyConstraint(["station_code"], ["stations.code"], name=op.f("fk_attendances_station_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint("day_id", "representative_code", name=op.f("uq_attendances_day_id")),
    )
    op.create_index("ix_attendances_representative", "attendances", ["representative_code", "day_id"])
    op.create_index(op.f("ix_attendances_station_code"), "attendances", ["station_code"])
    op.create_table(
        "calendar_addresses",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("representative_code", sa.String(length=64), nullable=False),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["representative_code"],
            ["representatives.code"],
            name=op.f("fk_calendar_addresses_representative_code"),
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_calendar_addresses")),
    )
    op.create_index(
        "uq_calendar_addresses_valid",
        "calendar_addresses",
        ["representative_code"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "live_promises",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("session_id", _ROW_ID, nullable=False),
        sa.Column("key_id", _ROW_ID, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("noted_at", _INSTANT, nullable=False),
        sa.Column("noted_by", sa.String(length=64), nullable=False),
        sa.Column("kept_at", _INSTANT, nullable=True),
        sa.Column("kept_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["content_keys.id"], name=op.f("fk_live_promises_key_id")),
        sa.ForeignKeyConstraint(["session_id"], ["live_sessions.id"], name=op.f("fk_live_promises_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_promises")),
    )
    op.create_index(op.f("ix_live_promises_due_on"), "live_promises", ["due_on"])
    op.create_index(op.f("ix_live_promises_session_id"), "live_promises", ["session_id"])
    op.create_table(
        "roster_swaps",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("station_code", sa.String(length=64), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("start", sa.String(length=5), nullable=False),
        sa.Column("from_code", sa.String(length=64), nullable=False),
        sa.Column("to_code", sa.String(length=64), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("agreed_at", _INSTANT, nullable=True),
        sa.Column("declined_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["from_code"], ["representatives.code"], name=op.f("fk_roster_swaps_from_code")),
        sa.ForeignKeyConstraint(["station_code"], ["stations.code"], name=op.f("fk_roster_swaps_station_code")),
        sa.ForeignKeyConstraint(["to_code"], ["representatives.code"], name=op.f("fk_roster_swaps_to_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_swaps")),
    )
    op.create_index("ix_roster_swaps_on_date", "roster_swaps", ["on_date"])
    op.create_index("ix_roster_swaps_station", "roster_swaps", ["station_code", "on_date"])
    op.create_index("ix_roster_swaps_from", "roster_swaps", ["from_code", "on_date"])
    op.create_index("ix_roster_swaps_to", "roster_swaps", ["to_code", "on_date"])
    op.create_index("ix_roster_slots_representative", "roster_slots", ["representative_code"])
    op.create_table(
        "subscriptions",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("conversation_id", _ROW_ID, nullable=False),
        sa.Column("station_code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_subscriptions_conversation_id")
        ),
        sa.ForeignKeyConstraint(["station_code"], ["stations.code"], name=op.f("fk_subscriptions_station_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint(
            "conversation_id", "station_code", "kind", name=op.f("uq_subscriptions_conversation_id")
        ),
    )
    op.create_index("ix_subscriptions_station", "subscriptions", ["station_code", "kind"])
    op.create_table(
        "live_questions",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("session_id", _ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("constituent_id", _ROW_ID, nullable=False),
        sa.Column("conversation_id", _ROW_ID, nullable=False),
        sa.Column("key_id", _ROW_ID, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("platform_id", sa.String(length=128), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "answered",
                "case",
                "merged",
                "declined",
                "withdrawn",
                name="questionstate",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("merged_into_id", _ROW_ID, nullable=True),
        sa.Column("case_id", _ROW_ID, nullable=True),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_at", _INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("answer_row_id", _ROW_ID, nullable=True),
        sa.Column("told_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["answer_row_id"], ["outbox.id"], name=op.f("fk_live_questions_answer_row_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_live_questions_case_id")),
        sa.ForeignKeyConstraint(
            ["constituent_id"], ["constituents.id"], name=op.f("fk_live_questions_constituent_id")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_live_questions_conversation_id")
        ),
        sa.ForeignKeyConstraint(["key_id"], ["content_keys.id"], name=op.f("fk_live_questions_key_id")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["live_questions.id"], name=op.f("fk_live_questions_merged_into_id")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["live_sessions.id"], name=op.f("fk_live_questions_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_questions")),
        sa.UniqueConstraint("platform_id", name=op.f("uq_live_questions_platform_id")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_live_questions_session_id")),
    )
    op.create_index(op.f("ix_live_questions_constituent_id"), "live_questions", ["constituent_id"])
    op.create_index("ix_live_questions_conversation", "live_questions", ["conversation_id"])
    op.create_table(
        "receptions",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("station_code", sa.String(length=64), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("occurred_at", _INSTANT, nullable=False),
        sa.Column("day_id", _ROW_ID, nullable=True),
        sa.Column("representative_code", sa.String(length=64), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("opinions", sa.Integer(), nullable=False),
        sa.Column("proposals", sa.Integer(), nullable=False),
        sa.Column("key_id", _ROW_ID, nullable=True),
        sa.Column("matter_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("case_id", _ROW_ID, nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("noted_by", sa.String(length=64), nullable=False),
        sa.Column("noted_at", _INSTANT, nullable=False),
        sa.Column("source_key", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_receptions_case_id")),
        sa.ForeignKeyConstraint(["day_id"], ["activity_days.id"], name=op.f("fk_receptions_day_id")),
        sa.ForeignKeyConstraint(["key_id"], ["content_keys.id"], name=op.f("fk_receptions_key_id")),
        sa.ForeignKeyConstraint(
            ["representative_code"], ["representatives.code"], name=op.f("fk_receptions_representative_code")
        ),
        sa.ForeignKeyConstraint(["station_code"], ["stations.code"], name=op.f("fk_receptions_station_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receptions")),
        sa.UniqueConstraint("source_key", name=op.f("uq_receptions_source_key")),
    )
    op.create_index(op.f("ix_receptions_case_id"), "receptions", ["case_id"])
    op.create_index(op.f("ix_receptions_day_id"), "receptions", ["day_id"])
    op.create_index(op.f("ix_receptions_representative_code"), "receptions", ["representative_code"])
    op.create_index("ix_receptions_station", "receptions", ["station_code", "occurred_on"])
    op.create_table(
        "reminders",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=160), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("useful_until", _INSTANT, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "held",
                "void",
                "dropped",
                name="reminderstate",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("fired_at", _INSTANT, nullable=True),
        sa.Column("outbox_id", _ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_reminders_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("subject", "edition", "step", "recipient", name=op.f("uq_reminders_subject")),
    )
    op.create_index(
        "ix_reminders_due",
        "reminders",
        ["due_at", "id"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_reminders_held",
        "reminders",
        ["useful_until"],
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "ix_reminders_dropped",
        "reminders",
        ["due_at"],
        sqlite_where=sa.text("state = 'dropped'"),
        postgresql_where=sa.text("state = 'dropped'"),
    )
    op.create_index(
        "ix_reminders_unsaid",
        "reminders",
        ["recipient"],
        sqlite_where=sa.text("state IN ('waiting', 'held')"),
        postgresql_where=sa.text("state IN ('waiting', 'held')"),
    )
    op.create_index("ix_reminders_outbox", "reminders", ["outbox_id"])
    op.add_column("cases", sa.Column("clock_step", sa.String(length=16), nullable=True))
    op.add_column("cases", sa.Column("clock_from", _INSTANT, nullable=True))
    op.add_column("cases", sa.Column("clock_hours", sa.Double(), nullable=True))
    op.add_column("cases", sa.Column("clock_due_at", _INSTANT, nullable=True))
    op.add_column("cases", sa.Column("promised_at", _INSTANT, nullable=True))
    op.add_column("cases", sa.Column("round_since", _INSTANT, nullable=True))
    op.add_column("cases", sa.Column("waiting_since", _INSTANT, nullable=True))
    op.add_column("cases", sa.Column("dormant_at", _INSTANT, nullable=True))
    op.add_column("cases", sa.Column("day_id", _ROW_ID, nullable=True))
    op.create_index("ix_cases_clock_due_at", "cases", ["clock_due_at"])
    op.create_index(
        "ix_outbox_conversation",
        "outbox",
        ["conversation_id", "id"],
        sqlite_where=sa.text("conversation_id IS NOT NULL"),
        postgresql_where=sa.text("conversation_id IS NOT NULL"),
    )
    op.create_index("ix_cases_waiting_since", "cases", ["waiting_since"])

    # Cases that wait for an answer have a clock from now on; theirs runs as it was promised.
    op.execute(
        "UPDATE cases SET clock_from = due_at, clock_hours = 0, clock_due_at = due_at, promised_at = due_at,"
        " clock_step = CASE WHEN restricted THEN 'centre' WHEN representative_code IS NULL THEN 'officer'"
        " ELSE 'representative' END"
        " WHERE state IN ('assigned', 'accepted', 'reopened')"
    )
