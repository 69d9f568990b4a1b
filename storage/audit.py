"""The audit: who changed what, as a line a person can read; ids only, never content."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import AuditLine


def add_line(session: AsyncSession, *, actor: str, act: str, subject: str, at: datetime) -> None:
    """Write it in the commit of the change. `actor` is a userid or the name of a command."""
    session.add(AuditLine(at=at, actor=actor[:64], act=act[:64], subject=subject[:128]))
