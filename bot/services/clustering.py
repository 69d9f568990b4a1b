"""Many people, one matter: which open cases a new one is about the same thing as, and how many people raise it.

Identities are never merged: each case keeps its owner, clock and answer, and only carries its cluster's number.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.assignment.likeness import similar
from bot.assignment.likeness.similar import Match, Signature
from bot.services.context import Context
from bot.services.likeness import LOOK_BACK
from storage import clusters
from storage.clusters import Compared, KeptSignature, Tally
from storage.crypto import Unreadable
from storage.keys import find_key
from storage.models import Case

log = logging.getLogger(__name__)
NEVER_LINKED = frozenset({"spam", "unclear", "privacy_request", "praise", "service_query"})
COUNTED_ANEW = 50  # people; a larger crowd is counted on, or each of a thousand would count the thousand again
CHUNK = 500  # signatures read at once
LOOKED_AT_AGAIN = 100  # of those that are read a second time, so many for each case that is noted
_CAUGHT_UP = "clusters: caught up"
_MOST_TRIED = 6  # matters that may turn out closed or gone before the search is given up


@dataclass(frozen=True, slots=True)
class Crowd:
    """Distinct people with one matter, and when the first and the last of them raised it."""

    people: int
    first_at: datetime
    last_at: datetime
    begins_alert: bool = False  # once a cluster: now staff should hear of it


@dataclass(frozen=True, slots=True)
class _Like:
    """A matter that was verified to be open and to be what the index remembers."""

    match: Match
    compared: Compared


async def note(context: Context, case: Case, text: str, *, place: str = "", placed: bool = True) -> Crowd | None:
    """Link a case that was just made to those about the same thing, and remember it for the next ones.

    `place` is the official name of the place it is about, where it was recognised; `placed`: the message itself led
    to its station, which else says nothing of where it is. None when nobody else raised the matter, and for cases
    that are never linked: restricted ones and those that ask for nothing.
    """
    if case.restricted or case.kind in NEVER_LINKED:
        return None
    key = await find_key(context.session, context.vault, case.key_id)
    signature = similar.signature(
        text,
        place=place,
        grid=case.grid_code,
        station=case.station_code if placed else None,
        topic=case.topic,
    )
    if key is None or signature.is_empty:
        return None
    context.likeness.forget(case.id)  # whoever had this number was rolled back
    await catch_up(context)
    like = await _find_like(context, case, signature)
    sealed = key.seal(signature.dump())
    clusters.add_signature(context.session, case.id, sealed)
    context.likeness.remember(case.id, clusters.mark_of(sealed), signature, case.opened_at)
    if like is None:
        return None
    return await _link(context, case, like)


async def catch_up(context: Context) -> None:
    """Once a unit of work, read the signatures that others wrote, or all of the last 60 days after a start.

    What is read a second time, in case something committed late, is read a few cases at each call.
    """
    if _CAUGHT_UP in context.session.info:
        return
    context.session.info[_CAUGHT_UP] = True
    known = context.likeness.begin_reading(context.now)
    after = await _read(context, known, CHUNK)
    while after is not None:
        await asyncio.sleep(0)
        after = await _read(context, after, CHUNK)
    if context.likeness.again < known:
        context.likeness.have_read_again(await _read(context, context.likeness.again, LOOKED_AT_AGAIN), known)


async def _read(context: Context, after: int, most: int) -> int | None:
    """Read so many at most; after which case to go on, None where there are no more."""
    opened_since = context.now - similar.APART
    kept = await clusters.signatures_since(context.session, after, most, opened_since=opened_since)
    for one in kept:
        _remember(context, one)
    return kept[-1].case_id if len(kept) == most else None


def _remember(context: Context, kept: KeptSignature) -> None:
    likeness = context.likeness
    likeness.last_case_id = max(likeness.last_case_id, kept.case_id)
    if kept.wrapped is None or likeness.knows(kept.case_id, kept.mark):
        return
    try:
        signature = Signature.load(context.vault.unwrap(kept.wrapped).open(kept.sealed))
    except (Unreadable, ValueError):
        log.warning("signature unreadable", extra={"case_id": kept.case_id})
        return
    likeness.remember(kept.case_id, kept.mark, signature, kept.opened_at, kept.cluster_id)


async def _find_like(context: Context, case: Case, signature: Signature) -> _Like | None:
    """The most alike matter that is still open and is what the index takes it for."""
    matches = context.likeness.index.likely(signature, case.opened_at)[:_MOST_TRIED]
    if matches:  # perhaps one of this unit of work; and what joins it to the case is written past its object
        await context.session.flush()
    for match in matches:
        compared = await clusters.find_compared(context.session, match.case_id)
        if compared is None or not context.likeness.knows(match.case_id, compared.mark):
            _doubt(context, match, is_there=compared is not None)
            continue
        if compared.cluster_id is not None or await clusters.claim_unclustered(context.session, match.case_id):
            return _Like(match, compared)
    return None


def _doubt(context: Context, match: Match, *, is_there: bool) -> None:
    """Forget what is closed or was rolled back; what is young may belong to a commit that is still under way."""
    if is_there:
        context.likeness.read_again(match.case_id)
    elif context.now - match.said_at > LOOK_BACK:
        context.likeness.forget(match.case_id)


async def _link(context: Context, case: Case, like: _Like) -> Crowd | None:
    cluster_id = like.compared.cluster_id
    if cluster_id is None:
        tally = await clusters.open_cluster(context.session, case, like.match.case_id, like.compared)
        _note_group(context, case, like, tally.id)
        return _crowd(tally, begins_alert=await _alert(context, tally, _lately(context, case, like.compared)))
    await clusters.join(context.session, case, cluster_id)
    _note_group(context, case, like, cluster_id)
    claimed = await clusters.claim_cluster(context.session, cluster_id)
    if claimed is None:  # another process is at it and counts this case when its next one comes
        return _crowd(await clusters.find(context.session, cluster_id))
    if claimed.alerted_at is not None and claimed.people >= COUNTED_ANEW:
        return _crowd(await clusters.add_to_count(context.session, claimed, case))
    return await _count_anew(context, claimed)


def _note_group(context: Context, case: Case, like: _Like, cluster_id: int) -> None:
    for case_id in (like.match.case_id, case.id):
        context.likeness.index.note_group(case_id, cluster_id)
    log.info("case linked", extra={"case_id": case.id, "cluster": cluster_id, "score": round(like.match.score, 2)})


async def _count_anew(context: Context, cluster: Tally) -> Crowd | None:
    """Count a cluster's people from its cases."""
    counted = await clusters.count(context.session, cluster.id, _alert_since(context))
    if counted is None:
        return _crowd(cluster)
    tally = await clusters.note_count(context.session, cluster, counted)
    return _crowd(tally, begins_alert=await _alert(context, tally, counted.lately))


def _alert_since(context: Context) -> datetime:
    return context.now - timedelta(days=context.rules.cluster_alert_days)


def _lately(context: Context, case: Case, other: Compared) -> int:
    """Of the people of two cases those whose case is young enough to count for an alert."""
    both = ((case.constituent_id, case.opened_at), (other.constituent_id, other.opened_at))
    return len({who for who, opened_at in both if opened_at >= _alert_since(context)})


async def _alert(context: Context, cluster: Tally, lately: int) -> bool:
    """Whether staff should hear of it now."""
    enough = lately >= context.rules.cluster_alert_people
    return enough and await clusters.note_alert(context.session, cluster, context.now)


def _crowd(cluster: Tally | None, *, begins_alert: bool = False) -> Crowd | None:
    if cluster is None or cluster.people < 2:
        return None
    return Crowd(cluster.people, cluster.first_at, cluster.last_at, begins_alert)


async def crowd_of(context: Context, case: Case) -> Crowd | None:
    """How many people raise what this case is about; None when they are alone with it."""
    if case.cluster_id is None:
        return None
    return _crowd(await clusters.find(context.session, case.cluster_id))


async def forget(context: Context, case_id: int) -> None:
    """Nothing is compared with this case any more, and what it was compared by is deleted."""
    await clusters.forget_signature(context.session, case_id)
    context.likeness.forget(case_id)
