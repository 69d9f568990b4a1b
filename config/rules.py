"""Defaults of the rules that staff tune; the database holds what they changed. Units are in the names."""

from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Rules:
    """Every figure that staff may change, with its unit in its name."""

    first_answer_hours: float = 24
    update_quiet_seconds: float = 10
    update_longest_seconds: float = 60
    kf_messages_per_turn: int = 5  # WeCom document 94677
    kf_window_hours: float = 48  # WeCom document 94677
    welcome_seconds: float = 20  # WeCom document 95122
    member_messages_per_minute: int = 30  # WeCom document 90312; the excess is dropped without a word
    member_messages_per_hour: int = 1000  # WeCom document 90312
    # WeCom: 200 times the accounts of the corp a day (document 90312), here of 1,000; 0 is no limit.
    app_messages_per_day: int = 200_000  # a message to so many members counts so often
    app_messages_kept_share: float = 0.2  # of these, which reminders and notices leave to people
    handling_attempts: int = 5
    sending_hours: float = 72
    listed_cases: int = 5
    cases_per_day: int = 0  # at most so many to one representative, then the next one or the officer; 0 is no cap
    alert_repeat_seconds: float = 180  # an emergency is told again until somebody confirms
    asked_hours: float = 24  # an answer to a question completes the first message for so long
    held_hours: float = 48  # words that the bot answered by itself may still be handed to a person
    most_changes: int = 3  # of representative by the constituent; then a person decides
    most_transfers: int = 2  # by owners; then the service centre rules
    petition_notice_days: int = 15  # Regulations on Petition Work, Art. 23
    cluster_alert_people: int = 5
    cluster_alert_days: float = 30
    quiet_hours: str = "21:00-08:00"  # local; reminders, escalations and notices wait, matters and answers never
    working_hours: str = "00:00-24:00"  # local; which hours of a working day count, such as 09:00-18:00
    activity_ladder: tuple[str, ...] = (  # before an activity day; how a step is written: bot/calendars/ladders.py
        "roster_open T-14d@09:00 officers",
        "roster_fixed T-7d@09:00 officers+representatives",
        "announced T-3d@09:00 officers+representatives+subscribers",
        "day_before T-1d@18:00 officers+representatives+subscribers",
        "morning T-0d@08:00 officers+representatives+subscribers",
    )
    live_ladder: tuple[str, ...] = (  # before a live session
        "announced T-3d@09:00 officers+representatives+subscribers",
        "day_before T-1d@18:00 representatives+subscribers",
        "hour_before T-1h representatives+subscribers",
        "minutes_before T-10m representatives+subscribers",
    )
    live_early_minutes: float = 15  # before the start of a live session its link begins to work
    live_over_minutes: float = 30  # after its planned end one that nobody ended counts as over
    live_publish_days: int = 7  # after its end the answers that wait for their askers are no longer waited for
    live_archive_days: int = 30  # after its end
    report_ladder: tuple[str, ...] = ("report_due T+3w@09:00 officers",)  # after an activity day
    activity_hours: str = "09:00-11:30"  # local; of a day that says nothing else
    activity_ahead_days: int = 60  # how far ahead the days of the rules are written down
    activity_confirm_days: int = 15  # before a day that nobody confirmed, when staff are asked once more
    check_in_early_minutes: float = 60  # before the start
    late_minutes: float = 10  # after the start; whoever checks in later is late
    report_lead_days: int = 2  # working days after the report was due, until the lead hears of it
    report_centre_days: int = 4  # the same for the service centre
    report_nag_days: int = 20  # the same until nobody is reminded any more
    activity_archive_days: int = 30  # after a day was closed
    activity_days_a_year: int = 2  # that each representative should come to; staff see who has not
    # The eight haves (八有) of a home or station, as Liangxi District of Wuxi names them (CRI Online, 7 May 2022).
    station_standards: tuple[str, ...] = (
        "活动阵地",
        "统一标识",
        "规章制度",
        "工作计划",
        "台账记录",
        "学习资料",
        "办公设施",
        "线上平台",
    )
    station_check_days: int = 31  # after somebody looked, when a station should be looked at again
    follow_up_days: tuple[int, ...] = (7, 14)
    dormant_days: float = 7  # of silence after a question to the constituent
    escalation_hours: float = 24  # of working time, for each rung: officer, then lead
    petition_ladder_days: tuple[int, ...] = (5, 1)  # before the day by which a petitioner must be told
    department_days: int = 5  # working days for a department's reply where nobody says another day (domain A9)
    department_ladder_days: tuple[int, ...] = (1,)  # working days before that day; after it every working day
    person_hours: float = 4  # of working time, within which whoever asked for a person is contacted
    person_wait_minutes: float = 10  # nobody came to a chat that was to go to a person; then it comes back
    person_idle_hours: float = 4  # after the last word in a chat that a person has; then it comes back
    notice_repeat_hours: float = 24  # the same words to mostly the same people within this are questioned
    notice_held_days: float = 7  # a notice waits so long for a constituent's next message
    nudge_hours: float = 24  # of working time; then those who have not confirmed a notice hear of it once
    notice_watch_hours: float = 72  # after that nudge; then the watch is over
    notice_draft_days: float = 14  # then a notice that nobody agreed to is void
    unsent_alarm_minutes: float = 5  # an answer that waits longer to leave sets off the alarm
    unopened_days: int = 5  # working days after its card left; then staff hear that a representative tapped nothing

    duty_kinds: dict[str, Any] = field(default_factory=dict, hash=False)  # changes of config.duty_kinds, by code
    score_rules: str = ""  # the rule set by which points are counted, such as jiangbei@1; empty: no points
    duty_confirm_days: int = 7  # a representative says whether what was written for them is so; then staff hear
    duty_ask_days: tuple[int, ...] = (3, 6)  # after it was recorded they are asked once more, besides that evening
    duty_contacts_a_year: int = 2  # two-way contact: on so many days a year with voters
    duty_voters_a_year: int = 10  # and so many of them
    duty_receptions_a_year: int = 2  # at a station
    duty_sections: dict[str, Any] = field(default_factory=dict, hash=False)  # changes of config.duty_sections
    duty_checklists: dict[str, Any] = field(default_factory=dict, hash=False)  # changes of config.duty_checklists
    liaison_representatives: int = 5  # whom a member of the standing committee links (domain A1, 9)
    liaison_contacts_a_year: int = 2  # with each of them, and with each voter
    liaison_nudge_days: tuple[str, ...] = ("10-01",)  # local MM-DD; whoever is behind then hears of it once
    term_first_year: int = 2022  # a term of office where no other is said: it begins with this year
    term_years: int = 5  # and lasts so long; the next follows
    file_check_from: str = "11-01"  # local MM-DD on which the yearly check of the files is opened (domain E8)
    session_idle_hours: float = 8  # a log-in of a browser that nobody used for so long is over
    session_days: float = 3  # and every log-in after this
    file_link_days: int = 7  # how long a private address of a file is good

    privacy_version: str = "2026-11"  # of the notice; another one is told to everybody once more
    rights_days: int = 15  # within which a request about one's own data is decided (domain E9; GB/T 35273: 30)
    keep_logs_days: int = 180  # Cybersecurity Law: network logs six months at least
    keep_backups_days: int = 90
    keep_words_days: int = 730  # after a matter was closed: what was written in it
    keep_petition_words_days: int = 1825  # the same of what is in the register of petitions
    keep_media_days: int = 365  # after a matter was closed: its pictures and files
    keep_held_days: int = 3  # words the bot answered by itself; see `held_hours`
    keep_inbox_days: int = 30
    keep_outbox_days: int = 180
    keep_audit_days: int = 1095
    keep_links_days: int = 1

    @classmethod
    def tuned(cls, changed: dict[str, Any]) -> Self:
        """The defaults with what staff changed; names that are no rule are ignored. Lists become tuples."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: _frozen(value) for name, value in changed.items() if name in known})


def _frozen(value: Any) -> Any:
    """A list out of the database as the tuple that the default is."""
    return tuple(value) if isinstance(value, list) else value
