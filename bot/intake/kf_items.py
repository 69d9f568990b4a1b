"""From an item of a 微信客服 page to the message that handlers see."""

import logging
from collections.abc import Mapping

from bot.dispatch import messages
from bot.dispatch.messages import Incoming
from bot.wecom.kf import KfEntered, KfItem, KfMessage, KfRecalled, KfSendFailed, KfSessionChanged

log = logging.getLogger(__name__)
FROM_CONSTITUENT, FROM_SERVICER = 3, 5  # `origin`, document 94670
SESSION_ENDED = 3  # `change_type`, document 94670


def incoming_of(item: KfItem, open_kfid: str, nicknames: Mapping[str, str]) -> Incoming | None:
    """None for what only a log line is due to."""
    match item:
        case KfMessage() if item.origin == FROM_CONSTITUENT:
            return messages.ConstituentMessage(
                key=item.msgid,
                open_kfid=open_kfid,
                external_userid=item.external_userid,
                nickname=nicknames.get(item.external_userid, ""),
                kind=item.kind,
                text=item.text or (item.address if item.kind == "location" else ""),
                menu_id=item.menu_id,
                media_id=item.media_id,
                latitude=item.latitude,
                longitude=item.longitude,
                place=item.name,
                sent_at=item.sent_at,
            )
        case KfMessage() if item.origin == FROM_SERVICER:
            return messages.ServicerMessage(
                key=item.msgid,
                open_kfid=open_kfid,
                external_userid=item.external_userid,
                servicer_userid=item.servicer_userid,
                kind=item.kind,
                text=item.text or (item.address if item.kind == "location" else ""),
                media_id=item.media_id,
                sent_at=item.sent_at,
            )
        case KfEntered():
            return messages.ConstituentEntered(
                key=item.msgid,
                open_kfid=open_kfid,
                external_userid=item.external_userid,
                nickname=nicknames.get(item.external_userid, ""),
                scene=item.scene,
                scene_param=item.scene_param,
                welcome_code=item.welcome_code,
                sent_at=item.sent_at,
            )
        case KfSendFailed():
            return messages.DeliveryFailed(
                item.msgid, open_kfid, item.external_userid, item.fail_msgid, item.fail_type
            )
        case KfRecalled():
            return messages.MessageRecalled(item.msgid, open_kfid, item.external_userid, item.recall_msgid)
        case KfSessionChanged():
            return messages.SessionChanged(
                item.msgid,
                open_kfid,
                item.external_userid,
                item.new_servicer,
                item.change_type == SESSION_ENDED,
                item.msg_code,
                item.sent_at,
            )
        case _:
            log.info("item needs nothing of us", extra={"open_kfid": open_kfid, "item": type(item).__name__})
            return None
