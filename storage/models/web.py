"""Who comes in by a browser: log-ins that are under way, sessions, and who has which case open just now."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class LoginAttempt(Base):
    """A log-in that was sent to WeCom; only the digest of its state is kept, and it is taken once."""

    __tablename__ = "login_attempts"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    next_path: Mapped[str] = mapped_column(String(512))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class WebSession(Base):
    """A browser that is logged in; only the digest of its token is kept. Ended sessions have no row."""

    __tablename__ = "web_sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    userid: Mapped[str] = mapped_column(String(64), index=True)  # in small letters
    standing: Mapped[str] = mapped_column(String(256))  # who they were at log-in; another one ends the session
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # to a few minutes
    expires_at: Mapped[datetime] = mapped_column(index=True)


class CaseLooker(Base):
    """A member who has a case open in a browser; forgotten soon after the page is closed."""

    __tablename__ = "case_lookers"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    userid: Mapped[str] = mapped_column(String(64), primary_key=True)  # in small letters
    seen_at: Mapped[datetime] = mapped_column(index=True)
