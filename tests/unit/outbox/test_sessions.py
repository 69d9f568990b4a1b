"""What is asked of WeCom about a session, against a client that answers as it is told."""

from dataclasses import dataclass, field

import pytest

from bot.notices.content import END, LOOK, PERSON, SessionCall, Text
from bot.outbox import sessions
from bot.outbox.sessions import SessionForbids
from bot.services.session_calls import SessionChange
from bot.wecom.client import SessionState
from bot.wecom.errors import ConfigFault, Permanent, Temporary, Waiting
from bot.wecom.kf import Servicers

WHO = ("wk1", "wm1")


@dataclass
class Client:
    """WeCom, as far as sessions go."""

    state: int = 1
    servicer: str = ""
    receiving: tuple[str, ...] = ()
    departments: bool = False
    refuses: dict[tuple[int, str], Exception] = field(default_factory=dict)
    send_error: Exception | None = None
    look_error: Exception | None = None
    list_error: Exception | None = None

    async def kf_state(self, *_who: str) -> SessionState:
        if self.look_error:
            raise self.look_error
        return SessionState(self.state, self.servicer)

    async def kf_servicers(self, _open_kfid: str) -> Servicers:
        if self.list_error:
            raise self.list_error
        return Servicers(self.receiving, self.departments)

    async def kf_transfer(self, _kf: str, _who: str, state: int, servicer: str = "") -> str:
        if (state, servicer) in self.refuses:
            raise self.refuses[state, servicer]
        self.state, self.servicer = state, servicer
        return f"code{state}"

    async def kf_send(self, _payload: object) -> str:
        if self.send_error:
            raise self.send_error
        return "msg"


STOPPED = Permanent("kf/service_state/trans", 95019)


@pytest.mark.parametrize(
    ("client", "call", "change"),
    [
        (Client(3, "li"), SessionCall(LOOK), SessionChange(3, "li")),
        (Client(receiving=("Li",)), SessionCall(PERSON, ("wu", "li")), SessionChange(3, "Li", "code3")),
        (
            Client(receiving=("wu", "li"), refuses={(3, "wu"): STOPPED}),
            SessionCall(PERSON, ("wu", "li")),
            SessionChange(3, "li", "code3"),
        ),
        (Client(receiving=("xu",)), SessionCall(PERSON, ("li",), pool=True), SessionChange(2, "", "code2")),
        (Client(departments=True), SessionCall(PERSON, ("li",), pool=True), SessionChange(2, "", "code2")),
        (Client(receiving=("xu",)), SessionCall(PERSON, ("li",)), SessionChange(1)),
        (Client(), SessionCall(PERSON, ("li",), pool=True), SessionChange(1)),
        (
            Client(list_error=ConfigFault("kf/servicer/list", 60030)),
            SessionCall(PERSON, pool=True),
            SessionChange(1),
        ),
        (Client(3, "li", receiving=("wu",)), SessionCall(PERSON, ("wu",)), SessionChange(3, "li")),
        (Client(4, receiving=("wu",)), SessionCall(PERSON, ("wu",)), SessionChange(4)),
        (Client(3, "li"), SessionCall(END), SessionChange(4, "", "code4")),
        (Client(2), SessionCall(END), SessionChange(4, "", "code4")),
        (Client(1), SessionCall(END), SessionChange(1)),
        (Client(3, "li", refuses={(4, ""): Permanent("trans", 95016)}), SessionCall(END), SessionChange(3, "li")),
    ],
)
async def test_what_becomes_of_a_call(client: Client, call: SessionCall, change: SessionChange) -> None:
    assert await sessions.carry_out(client, WHO, call) == change
    again = await sessions.carry_out(client, WHO, call)
    assert (again.state, again.servicer) == (change.state, change.servicer), "twice is once"


async def test_only_a_call_about_a_session_is_one() -> None:
    with pytest.raises(TypeError):
        await sessions.carry_out(Client(), WHO, Text("您好"))


async def test_a_failing_network_is_tried_again() -> None:
    lost = Temporary("kf/servicer/list")
    with pytest.raises(Temporary):
        await sessions.carry_out(Client(list_error=lost), WHO, SessionCall(PERSON, ("li",)))


@pytest.mark.parametrize(("errcode", "state"), [(95018, 3), (95018, 4), (95013, 4), (95013, 0)])
async def test_what_forbids_sending_is_asked_for(errcode: int, state: int) -> None:
    client = Client(state, send_error=Waiting("kf/send_msg", errcode))
    with pytest.raises(SessionForbids) as told:
        await sessions.say(client, WHO, {})
    assert (told.value.errcode, told.value.change.state) == (errcode, state)


async def test_a_session_that_is_ours_after_all_is_tried_again_soon() -> None:
    client = Client(1, send_error=Waiting("kf/send_msg", 95018))
    with pytest.raises(Temporary) as told:
        await sessions.say(client, WHO, {})
    assert told.value.retry_after_seconds == 5


@pytest.mark.parametrize("errcode", [95001, 95002, 95031])
async def test_the_count_and_the_window_need_no_look(errcode: int) -> None:
    client = Client(send_error=Waiting("kf/send_msg", errcode), look_error=AssertionError("nobody asked"))
    with pytest.raises(Waiting) as told:
        await sessions.say(client, WHO, {})
    assert not isinstance(told.value, SessionForbids)


async def test_where_the_state_cannot_be_had_the_first_error_stands() -> None:
    refused = Waiting("kf/send_msg", 95018)
    with pytest.raises(Waiting) as told:
        await sessions.say(Client(send_error=refused, look_error=Temporary("get")), WHO, {})
    assert told.value is refused
