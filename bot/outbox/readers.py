"""Who may see is asked once more as a notification leaves: parts and lanes change while it waits."""

import logging
from collections.abc import Mapping, Sequence

from bot.services import lanes, people
from bot.services.context import Context
from storage import cases
from storage.models import Case
from storage.outbox import Channel
from storage.sending import Pending

log = logging.getLogger(__name__)
GONE = "nobody left who may see it"
_READ_BY_MEMBERS = frozenset({Channel.APP, Channel.CARD_UPDATE})


async def find_restricted(context: Context, rows: Sequence[Pending]) -> Mapping[int, Case]:
    """The restricted cases that these rows speak of; asked of the database only where a row has a case."""
    ids = {row.case_id for row in rows if row.case_id is not None and row.channel in _READ_BY_MEMBERS}
    return {case.id: case for case in await cases.restricted_of(context.session, ids)} if ids else {}


def find_left(context: Context, row: Pending, restricted: Mapping[int, Case]) -> Sequence[str]:
    """The recipients of a row without whoever may not see its case any more.

    Also from one that is in doubt: that somebody hears it twice is the lesser harm.
    """
    if row.case_id is None or row.channel not in _READ_BY_MEMBERS:
        return row.recipients
    case = restricted.get(row.case_id)
    left = [userid for userid in row.recipients if _may_hear(context, userid, case)]
    if len(left) < len(row.recipients):
        log.warning(
            "kept from those who may not see it any more",
            extra={"outbox_id": row.id, "kept": len(row.recipients) - len(left)},
        )
    return left


def _may_hear(context: Context, userid: str, case: Case | None) -> bool:
    if not people.identify_member(context, userid).is_known:
        return False
    return case is None or lanes.may_see(context, userid, case)
