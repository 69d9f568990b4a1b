"""Words of notices that the service centre changes: read once a version, checked, put back to their defaults."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.notices.wordings import WORDINGS, faults_of
from bot.services import people
from bot.services.context import Context
from bot.services.people import Member
from storage import audit, notice_texts

log = logging.getLogger(__name__)
_HISTORY = 20
CHANGED = "这句话刚刚被别人改过，没有保存。请看过现在的再改。"
_NONE: Mapping[str, str] = MappingProxyType({})


class TextRefused(Exception):
    """It was not changed; `faults` say why."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("text refused")
        self.faults = faults


class WordingCache:
    """Reads the sentences anew when one was changed; what cannot be used is left out: its default counts."""

    def __init__(self) -> None:
        self._version, self._texts = "", _NONE

    async def get(self, session: AsyncSession, version: str) -> Mapping[str, str]:
        """The centre's own sentences as of this version."""
        if version != self._version:
            self._texts = _NONE if not version else await _usable(session)
            self._version = version
        return self._texts


async def _usable(session: AsyncSession) -> Mapping[str, str]:
    found = await notice_texts.current(session)
    bad = unusable({key: one.text for key, one in found.items()})
    for key in bad:
        log.warning("a notice's own words cannot be used", extra={"notice": key})
    return MappingProxyType({key: one.text for key, one in found.items() if one.text and key not in bad})


def unusable(texts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Those sentences of the database that are not said, with what is wrong with each."""
    known = {key: text for key, text in texts.items() if text and key in WORDINGS}
    return {key: faults for key, text in known.items() if (faults := faults_of(key, text))}


@dataclass(frozen=True, slots=True)
class TextRow:
    """A sentence as it stands: `own` is the centre's, empty where the default counts."""

    key: str
    own: str
    version: int
    changed_at: datetime | None
    changed_by: str
    faults: tuple[str, ...]

    @property
    def text(self) -> str:
        """What is said."""
        return self.own if self.own and not self.faults else WORDINGS[self.key].default


@dataclass(frozen=True, slots=True)
class TextChange:
    """One version of a sentence; an empty text is the default again."""

    version: int
    text: str
    at: datetime
    by: str


async def listed(context: Context) -> dict[str, TextRow]:
    """Every sentence that may be changed."""
    found = await notice_texts.current(context.session)
    bad = unusable({key: one.text for key, one in found.items()})
    rows = {}
    for key in WORDINGS:
        one = found.get(key)
        by = people.name_of(context, one.changed_by) if one else ""
        own, version, at = (one.text, one.version, one.changed_at) if one else ("", 0, None)
        rows[key] = TextRow(key, own, version, at, by, bad.get(key, ()))
    return rows


async def unused(context: Context) -> tuple[str, ...]:
    """The names of those sentences of the centre's that are not said, because something is wrong with them."""
    found = await notice_texts.current(context.session)
    return tuple(WORDINGS[key].name for key in unusable({key: one.text for key, one in found.items()}))


async def history(context: Context, key: str) -> tuple[TextChange, ...]:
    """What it was, the newest first."""
    found = await notice_texts.history(context.session, key, _HISTORY)
    return tuple(
        TextChange(one.version, one.text, one.changed_at, people.name_of(context, one.changed_by)) for one in found
    )


async def change(context: Context, member: Member, key: str, was: int, text: str) -> None:
    """From now on this is said; an empty text is the default again. `was` is the version that the writer saw.

    Raises `TextRefused`.
    """
    row = (await listed(context))[key]
    text = "" if text.strip() == WORDINGS[key].default else text.strip()
    if row.version != was:
        raise TextRefused((CHANGED,))
    if text and (faults := faults_of(key, text)):
        raise TextRefused(faults)
    if text == row.own:
        return
    try:
        async with context.session.begin_nested():
            await notice_texts.put(context.session, key, was + 1, text, context.now, member.userid)
    except IntegrityError as error:
        raise TextRefused((CHANGED,)) from error
    what = f"{key}: version {was + 1}" if text else f"{key}: default"
    audit.add_line(context.session, actor=member.userid, act="notice text changed", subject=what, at=context.now)
