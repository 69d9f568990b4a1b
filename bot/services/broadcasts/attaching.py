"""A picture or file that goes with a notice to members."""

from dataclasses import dataclass

from bot.services.broadcasts.roles import BroadcastRefused
from bot.services.context import Context
from storage.files import AttachmentFiles
from storage.keys import get_key
from storage.models import Attachment, Broadcast
from storage.states import AttachmentState

LEAST_BYTES = 6  # WeCom document 90253: more than five
MOST_BYTES = {"image": 10 * 2**20, "video": 10 * 2**20, "file": 20 * 2**20}
_KINDS = {"image/jpeg": "image", "image/png": "image", "video/mp4": "video"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or file as it was given; `content_type` may be empty."""

    name: str
    content_type: str
    content: bytes


async def attach(context: Context, broadcast: Broadcast, files: AttachmentFiles, picture: Picture) -> Attachment:
    """Keep it, encrypted under the notice's key; raise `BroadcastRefused` where WeCom would not take it."""
    if broadcast.audience.startswith("subscribers:"):
        raise BroadcastRefused("for members")
    kind = _KINDS.get(picture.content_type, "file")
    if not LEAST_BYTES <= len(picture.content) <= MOST_BYTES[kind]:
        raise BroadcastRefused("bad file", is_=len(picture.content), most=MOST_BYTES[kind])
    key = await get_key(context.session, context.vault, broadcast.key_id)
    row = Attachment(
        message_id=None,
        key_id=broadcast.key_id,
        kind=kind,
        media_id="",
        name_sealed=key.seal_text(picture.name),
        content_type=picture.content_type,
        size=len(picture.content),
        state=AttachmentState.STORED,
        attempt=0,
        due_at=context.now,
    )
    context.session.add(row)
    await context.session.flush()
    files.write(row.id, key, picture.content)
    broadcast.attachment_id = row.id
    return row
