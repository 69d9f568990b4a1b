"""What WeCom's refusals mean for us: the type of the error says what to do next.

The code table is data, so that it can be read and tested as a table. Sources: the global error code list
(document 90313) and the 微信客服 codes (document 90313, 95xxx).
"""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

RATE_LIMIT_PAUSE_SECONDS = 60.0  # minute limits block for 60 s (document 90312)
MEDIA_EXPIRED, RESPONSE_CODE_SPENT, BAD_MSG_TOKEN, MEDIA_TOO_LARGE = 40007, 60140, 95007, 830002
TOO_MANY_AT_ONCE = 45033
TOKEN_CODES = frozenset({40001, 40014, 41001, 42001})


class WeComError(Exception):
    """A call that WeCom did not carry out.

    `errmsg` may contain our IP address and is never matched on, so it stays out of the text of the error.
    """

    def __init__(self, api: str, errcode: int | None = None, errmsg: str = "") -> None:
        super().__init__(api, errcode)
        self.api = api
        self.errcode = errcode
        self.errmsg = errmsg

    def __str__(self) -> str:
        return f"{self.api}: {'no usable answer' if self.errcode is None else self.errcode}"


class Temporary(WeComError):
    """Try again later. `ambiguous`: the request may have been carried out all the same."""

    def __init__(
        self,
        api: str,
        errcode: int | None = None,
        errmsg: str = "",
        *,
        retry_after_seconds: float | None = None,
        ambiguous: bool = False,
    ) -> None:
        super().__init__(api, errcode, errmsg)
        self.retry_after_seconds = retry_after_seconds
        self.ambiguous = ambiguous


class Waiting(WeComError):
    """Nothing may be said until the constituent writes again or the session comes back to us."""


class Permanent(WeComError):
    """Will never go through as it is: drop it, the reason is the code."""


class MediaExpired(Permanent):
    """The media id is older than three days or unknown: upload the file again."""


class MediaTooLarge(Permanent):
    """The file is larger than the caller wanted to hold."""


class Unreachable(Permanent):
    """The recipient does not exist, left, or is out of the app's sight."""


class Unknown(Permanent):
    """A code that is not in the table: not retried, logged, worth a look."""


class ConfigFault(WeComError):
    """Something in the admin console, the settings or the licence is wrong: tell staff."""


class Kind(Enum):
    """What to do about a code."""

    RETRY = auto()
    RATE_LIMITED = auto()
    WAIT = auto()
    DROP = auto()
    REUPLOAD = auto()
    UNREACHABLE = auto()
    TELL_STAFF = auto()


_CODES: dict[Kind, tuple[int, ...]] = {
    Kind.RETRY: (
        *(-1, 6000, TOO_MANY_AT_ONCE),  # busy, conflicting change, too many calls at once
        *(41063, 41094, 41096),  # mass message still going out, reminded too often, welcome being sent
        *(95007, 846609),  # callback token too old (the next callback brings one), bot socket half dead
    ),
    Kind.RATE_LIMITED: (45009,),
    Kind.WAIT: (
        *(95001, 95002),  # over five messages, over 48 hours
        *(95013, 95018, 95031),  # session ended, session not ours, nothing asked within 48 hours
    ),
    Kind.REUPLOAD: (MEDIA_EXPIRED,),
    Kind.UNREACHABLE: (
        *(40003, 46004, 60111, 81013),  # unknown member, all recipients invalid
        *(50002, 60011, 60021),  # outside the app's visibility
        *(40096, 84061),  # bad external_userid, no contact any more
    ),
    Kind.DROP: (
        *(40008, 40033, 40035, 40058, 40063, 44004),  # parameters
        *(40029, 84014, 84015),  # log-in code or ticket spent
        *(40031, 40032, 82001, 82002, 82003),  # recipient lists
        *(40036, 40037, 42014, 60140),  # template, task id, response_code
        *(40066, 60003, 60123, 40068, 81011),  # departments and tags
        *(40093, 42012),  # page signatures
        *(41050, 41051, 41048, 41093),  # welcome too late or done, mass message without customers or cancelled
        *(44001, 45001, 45002, 45007, 45008, 45029, 830002),  # sizes
        *(92006, 92007, 92008),  # living
        846608,  # bot stream expired
        *(95005, 95006, 95026, 95027),  # account caps and names
        *(95008, 95009, 95022, 95030),  # menu, location and message types
        *(95014, 95016, 95019),  # not a servicer, transition not allowed, servicer stopped
    ),
    Kind.TELL_STAFF: (
        *(40001, 40013, 40014, 41001, 42001),  # secret, corp id, a token refused although it is fresh
        *(40056, 41011, 301002, 50003, 48002),  # the app: id, not ours, switched off, not permitted
        *(43004, 43009, 43012, 41054),  # not bound, not verified, no callback address, member not activated
        *(50001, 60020, 301042, 60030),  # trusted domain, trusted addresses, servicers out of sight
        *(301007, 701008, 701071, 701099),  # corp banned, licences
        *(93000, 93004, 93008),  # webhook gone or switched off
        *(95000, 95004, 95003),  # kf account unknown, unverified cap
        *(95011, 95012, 95015, 95017, 95023, 95032),  # kf switches and rights
    ),
}
KIND_OF: Mapping[int, Kind] = MappingProxyType({code: kind for kind, codes in _CODES.items() for code in codes})
"""Every code of the protocol notes (sections 2.3 and 4.9) and what it means for us."""

_TYPES: dict[Kind, type[WeComError]] = {
    Kind.RETRY: Temporary,
    Kind.WAIT: Waiting,
    Kind.DROP: Permanent,
    Kind.REUPLOAD: MediaExpired,
    Kind.UNREACHABLE: Unreachable,
    Kind.TELL_STAFF: ConfigFault,
}


def classify(api: str, errcode: int, errmsg: str = "") -> WeComError:
    """The error for a non-zero code; a code that is not in the table is `Unknown`."""
    kind = KIND_OF.get(errcode)
    if kind is None:
        return Unknown(api, errcode, errmsg)
    if kind is Kind.RATE_LIMITED:
        return Temporary(api, errcode, errmsg, retry_after_seconds=RATE_LIMIT_PAUSE_SECONDS)
    return _TYPES[kind](api, errcode, errmsg)
