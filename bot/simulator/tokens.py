"""Access tokens (document 91039) and OAuth codes (documents 91022, 91023)."""

import secrets
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.simulator import codes
from bot.simulator.codes import ApiError

TOKEN_LIFE = timedelta(seconds=7200)
OAUTH_CODE_LIFE = timedelta(minutes=5)


class Tokens:
    """One token for the one (corp, secret); the same until it expires or is killed."""

    def __init__(self, clock: Clock, *, corp_id: str, secret: str) -> None:
        self._clock = clock
        self._corp_id = corp_id
        self._secret = secret
        self._current = ""
        self._expires_at = clock.now()
        self._expired: set[str] = set()

    def issue(self, corp_id: str, secret: str) -> tuple[str, int]:
        """The token and the seconds it has left."""
        if corp_id != self._corp_id:
            raise ApiError(codes.BAD_CORP_ID, "invalid corpid")
        if not secrets.compare_digest(secret.encode(), self._secret.encode()):
            raise ApiError(codes.BAD_SECRET, "invalid credential")
        self._retire()
        if not self._current:
            self._current = secrets.token_urlsafe(96)
            self._expires_at = self._clock.now() + TOKEN_LIFE
        return self._current, int((self._expires_at - self._clock.now()).total_seconds())

    def check(self, token: str) -> None:
        """ApiError 41001, 42001 or 40014 unless this is the living token."""
        if not token:
            raise ApiError(codes.NO_ACCESS_TOKEN, "access_token missing", violation="no_access_token")
        self._retire()
        if token in self._expired:
            raise ApiError(codes.EXPIRED_ACCESS_TOKEN, "access_token expired")
        if token != self._current:
            raise ApiError(codes.BAD_ACCESS_TOKEN, "invalid access_token")

    def age(self) -> None:
        """Let the token reach its end now (then 42001)."""
        self._expires_at = self._clock.now()

    def invalidate(self) -> None:
        """Kill the token early (then 40014)."""
        self._current = ""

    def _retire(self) -> None:
        if self._current and self._clock.now() >= self._expires_at:
            self._expired.add(self._current)
            self._current = ""


class OAuthCodes:
    """Codes of the log-in redirects: five minutes, once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._codes: dict[str, tuple[str, datetime]] = {}

    def issue(self, who: str) -> str:
        code = secrets.token_urlsafe(24)
        self._codes[code] = (who, self._clock.now() + OAUTH_CODE_LIFE)
        return code

    def take(self, code: str) -> str:
        """Who logged in with it; ApiError 40029 for a bad, used or old one."""
        who, expires_at = self._codes.pop(code, ("", self._clock.now()))
        if self._clock.now() >= expires_at:
            raise ApiError(codes.BAD_OAUTH_CODE, "invalid code")
        return who
