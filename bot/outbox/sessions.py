"""Whose turn a chat is: asked of WeCom rather than guessed, given to a person, taken back (document 94669)."""

import logging

from bot.notices.content import END, PERSON, SessionCall
from bot.services.session_calls import ENDED, HUMAN, OURS, WAITING, SessionChange
from bot.wecom.client import SessionState, WeComClient
from bot.wecom.errors import ConfigFault, Permanent, Temporary, Waiting, WeComError
from bot.wecom.kf import Servicers
from bot.wecom.payloads import Payload

log = logging.getLogger(__name__)
NOT_OURS, SESSION_ENDED = 95018, 95013  # document 90313
_AGAIN_SECONDS = 5.0


class SessionForbids(Waiting):
    """Nothing may be said because of the session's state, which was asked for at once."""

    def __init__(self, api: str, errcode: int | None, state: SessionState) -> None:
        super().__init__(api, errcode)
        self.change = SessionChange(state.state, state.servicer)


async def say(client: WeComClient, who: tuple[str, str], payload: Payload) -> str:
    """Send to a constituent; where the session's state forbids it, the error says which state that is.

    A session that is ours all the same has just come back: tried again.
    """
    try:
        return await client.kf_send(payload)
    except Waiting as error:
        if error.errcode not in (NOT_OURS, SESSION_ENDED):
            raise
        try:
            state = await client.kf_state(*who)
        except WeComError:
            log.warning("session cannot be looked at", extra={"open_kfid": who[0]})
            raise error from None
        if state.state in OURS and error.errcode == NOT_OURS:
            raise Temporary(error.api, error.errcode, retry_after_seconds=_AGAIN_SECONDS) from error
        raise SessionForbids(error.api, error.errcode, state) from error


async def carry_out(client: WeComClient, who: tuple[str, str], call: object) -> SessionChange:
    """Look first, so that doing it twice is doing it once."""
    if not isinstance(call, SessionCall):
        raise TypeError("only a call about a session changes a session")
    state = await client.kf_state(*who)
    found = SessionChange(state.state, state.servicer)
    if call.act == PERSON and state.state in OURS:
        return await _bring_person(client, who, call) or found
    if call.act == END and state.state in (WAITING, HUMAN):
        return await _end(client, who)
    return found


async def _end(client: WeComClient, who: tuple[str, str]) -> SessionChange:
    """Over; where a servicer was quicker, as it stands now."""
    try:
        return SessionChange(ENDED, "", await client.kf_transfer(*who, ENDED) or "")
    except (Permanent, Waiting):
        state = await client.kf_state(*who)
        return SessionChange(state.state, state.servicer)


async def _bring_person(client: WeComClient, who: tuple[str, str], call: SessionCall) -> SessionChange | None:
    """None where nobody receives sessions."""
    try:
        servicers = await client.kf_servicers(who[0])
    except (Permanent, ConfigFault) as error:
        log.warning("servicers cannot be asked for", extra={"open_kfid": who[0], "errcode": error.errcode})
        return None
    for userid in _wanted(call, servicers):
        if (code := await _try(client, who, HUMAN, userid)) is not None:
            return SessionChange(HUMAN, userid, code)
    if call.pool and servicers.any and (code := await _try(client, who, WAITING, "")) is not None:
        return SessionChange(WAITING, "", code)
    return None


def _wanted(call: SessionCall, servicers: Servicers) -> list[str]:
    """Those who should have it and receive sessions, as WeCom writes them."""
    receiving = {userid.lower(): userid for userid in servicers.receiving}
    return [receiving[userid.lower()] for userid in call.servicers if userid.lower() in receiving]


async def _try(client: WeComClient, who: tuple[str, str], state: int, userid: str) -> str | None:
    """The code for a message on it; None where WeCom does not allow it: not active, or stopped since."""
    try:
        return await client.kf_transfer(*who, state, userid) or ""
    except (Permanent, Waiting, ConfigFault) as error:
        log.warning("session cannot be given", extra={"open_kfid": who[0], "errcode": error.errcode})
        return None
