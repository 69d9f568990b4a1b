"""Who was told what about their data, in which wording (PIPL, Art. 17)."""

from bot.notices.privacy_line import PrivacyLine
from bot.services.context import Context
from storage import privacy_consents
from storage.models import Constituent
from storage.privacy_consents import NOTICE


def line(context: Context, *, renewed: bool = False) -> PrivacyLine:
    """The notice as it stands, for whoever may not have had it."""
    return PrivacyLine(context.privacy_url, context.rules.keep_words_days, renewed)


async def take(context: Context, constituent: Constituent) -> PrivacyLine | None:
    """The notice, where they have not had this wording: whoever asks says it in the same message."""
    if constituent.notice_version == context.rules.privacy_version:
        return None
    renewed = constituent.notified_at is not None
    await note_given(context, constituent)
    return line(context, renewed=renewed)


async def note_given(context: Context, constituent: Constituent, *, source: str = "chat", by: str = "") -> None:
    """They have it now, in this wording; on record once for each."""
    version = context.rules.privacy_version
    if constituent.notice_version == version:
        return
    is_first = constituent.notice_version is None and constituent.notified_at is None
    constituent.notified_at = constituent.notified_at or context.now
    constituent.notice_version = version
    if is_first:  # nothing can stand yet: whoever writes for the first time is not looked up
        privacy_consents.add(context.session, constituent.id, NOTICE, version, context.now, source, by)
        return
    await privacy_consents.give(
        context.session, constituent.id, NOTICE, version, context.now, source=source, noted_by=by
    )


async def note_not_given(context: Context, constituent: Constituent) -> None:
    """The greeting that carried it did not arrive: the next answer carries it."""
    constituent.notified_at = constituent.notice_version = None
    await privacy_consents.end(context.session, constituent.id, NOTICE, context.now)
