"""Pictures that may show an identity paper: their sender is offered once to have them deleted.

Nothing is kept for it: which pictures are meant is told each time from what was said beside them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.masking import papers
from bot.notices import identity_papers as notices
from bot.services.context import Context
from storage import cases
from storage.crypto import ContentKey
from storage.keys import find_key
from storage.models import Case, Message

BESIDE = timedelta(minutes=10)  # what was said within it of a picture is said of it
_PICTURES = frozenset({"image", "file"})


class Said(Protocol):
    """What is being kept in a case: words, or a picture by its kind and name."""

    @property
    def platform_id(self) -> str | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def said_at(self) -> datetime: ...
    @property
    def file_name(self) -> str: ...


async def find_offer(context: Context, case: Case, saying: Said) -> str:
    """The line that offers to delete a picture, when this is the first to say that there is such a one."""
    is_picture = saying.kind in _PICTURES
    spoken_of = "" if is_picture else papers.shown_beside(saying.text)
    if not is_picture and not spoken_of:
        return ""  # most messages: nothing has to be read for them
    key = await find_key(context.session, context.vault, case.key_id)
    if key is None:
        return ""
    await context.session.flush()
    said = [
        one
        for one in await _own(context, case)
        if one.platform_id != saying.platform_id and _is_beside(one, saying)
    ]
    if is_picture:
        shown = papers.named(saying.file_name) or _said_of(key, said)
    elif any(one.kind in _PICTURES for one in said) and not _said_of(key, said):
        shown = spoken_of
    else:
        shown = ""
    return notices.offer(shown) if shown else ""


async def pictures_of_papers(context: Context, case: Case) -> list[Message]:
    """The pictures of a case that may show a paper, by what was said beside them or by their names."""
    key = await find_key(context.session, context.vault, case.key_id)
    if key is None or case.erased_at is not None:
        return []
    said = await _own(context, case)
    files = await cases.attachments_of(context.session, said)
    names = {one.message_id: key.open_text(one.name_sealed) if one.name_sealed else "" for one in files}
    return [
        one
        for one in said
        if one.kind in _PICTURES
        and (
            papers.named(names.get(one.id, ""))
            or _said_of(key, [other for other in said if _is_beside(other, one)])
        )
    ]


async def _own(context: Context, case: Case) -> list[Message]:
    """What the constituent said in a case and did not take back."""
    said = await cases.messages_of(context.session, case.id)
    return [one for one in said if one.author == "constituent" and one.recalled_at is None]


def _is_beside(one: Message, other: Message | Said) -> bool:
    return abs(one.said_at - other.said_at) <= BESIDE


def _said_of(key: ContentKey, said: Sequence[Message]) -> str:
    """Which paper these words speak of; empty where none does."""
    texts = [key.open_text(one.text_sealed) for one in said if one.text_sealed and one.kind not in _PICTURES]
    return next((shown for text in texts if (shown := papers.shown_beside(text))), "")
