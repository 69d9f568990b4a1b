"""删除照片: pictures that may show an identity paper go for good at their sender's word."""

from bot.notices import identity_papers as notices
from bot.notices.content import Content
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.privacy import papers, taking_back
from storage import audit, cases

_LOOKED_AT = 3  # of their latest matters


async def drop(context: Context, caller: Caller) -> Content:
    """删除照片: the pictures that may show a paper go for good, of the latest matter that has some."""
    for case in await cases.of_constituent(context.session, caller.constituent.id, _LOOKED_AT):
        pictures = await papers.pictures_of_papers(context, case)
        for message in pictures:
            await taking_back.forget_message(context, case, message)
            audit.add_line(
                context.session,
                actor="constituent",
                act="picture deleted at its sender's wish",
                subject=f"case {case.number}, message {message.id}",
                at=context.now,
            )
        if pictures:
            return notices.PicturesDeleted(case.number, len(pictures)).render()
    return notices.NoPicture().render()
