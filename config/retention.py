"""How long each kind of thing is kept: the rule that says so, the least that is lawful or needed, and why.

Staff change the days (`rules set keep_…`), never below the least. Kinds of the `house` are not in the program's
hands: whoever keeps logs and back-ups is told the days.
"""

from dataclasses import dataclass

PROGRAM, HOUSE = "program", "house"
MOST_DAYS = 36_500.0


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind: its name, the rule with its days, the least of them, who acts, and why it is kept so long."""

    name: str
    rule: str
    least_days: int
    by: str
    why: str


KINDS = (
    Kept(
        "held_words", "keep_held_days", 1, PROGRAM, "words the bot answered by itself, until a person may be asked"
    ),
    Kept("media", "keep_media_days", 30, PROGRAM, "pictures and files of settled matters; PIPL Art. 19"),
    Kept(
        "words",
        "keep_words_days",
        90,
        PROGRAM,
        "words of settled matters; PIPL Art. 19, petition review 30+30 days",
    ),
    Kept("petition_words", "keep_petition_words_days", 365, PROGRAM, "register of petitions, Regulations Art. 23"),
    Kept("questions", "keep_words_days", 90, PROGRAM, "questions to live sessions that have their end"),
    Kept("receptions", "keep_words_days", 90, PROGRAM, "what was noted of people received at a desk"),
    Kept("people", "keep_words_days", 90, PROGRAM, "whoever has nothing here any more and has not written since"),
    Kept("inbox", "keep_inbox_days", 7, PROGRAM, "keys of what came in; WeCom gives three days of messages again"),
    Kept("outbox", "keep_outbox_days", 30, PROGRAM, "words of what was said, kept where it may be said again"),
    Kept("audit", "keep_audit_days", 180, PROGRAM, "who did what; Cybersecurity Law: logs six months at least"),
    Kept("links", "keep_links_days", 1, PROGRAM, "addresses of one's own data that are over"),
    Kept("logs", "keep_logs_days", 180, HOUSE, "network logs; Cybersecurity Law: six months at least"),
    Kept("backups", "keep_backups_days", 7, HOUSE, "copies of the database and the attachments"),
)
LEAST = {kind.rule: max(one.least_days for one in KINDS if one.rule == kind.rule) for kind in KINDS}
