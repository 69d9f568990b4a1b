"""Departments that handle what a station cannot, and what was handed over to them (转办)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, states
from storage.states import WORK_ORDER, OrderState, check
from storage.types import RowId

_STANDING = text("state IN ('open', 'replied')")


class Department(Base):
    """A department or unit that may be asked to handle a matter; one without a region works everywhere."""

    __tablename__ = "departments"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    region_code: Mapped[str | None] = mapped_column(ForeignKey("regions.code"), index=True)
    phone: Mapped[str] = mapped_column(default="")


class WorkOrder(Base):
    """A matter handed over to a department, until its reply was told, it came back, or it was withdrawn.

    What was written with it, and the reply, are notes of the case, so that they go when its words go.
    """

    __tablename__ = "work_orders"
    __table_args__ = (
        Index("ix_work_orders_case", "case_id", "id"),
        Index("ix_work_orders_standing", "due_at", sqlite_where=_STANDING, postgresql_where=_STANDING),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    state: Mapped[OrderState] = mapped_column(states(OrderState))
    handed_at: Mapped[datetime]
    handed_by: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime]  # the end of the local day by which the reply is asked for
    replied_at: Mapped[datetime | None]
    reply_ids: Mapped[list[str] | None]  # numbers of the notes that hold it: words first, then files
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(64))

    @property
    def is_standing(self) -> bool:
        """Whether something is still to come of it: a reply, or somebody's word on the reply."""
        return self.state in (OrderState.OPEN, OrderState.REPLIED)

    def is_late(self, now: datetime) -> bool:
        """Whether the department owes its reply since longer than it was asked for."""
        return self.state is OrderState.OPEN and self.due_at <= now

    def reply(self, notes: list[int], now: datetime) -> None:
        """The department's reply is here and waits for the owner's word; raise `StateRefused`."""
        self.state = check(WORK_ORDER, self.state, OrderState.REPLIED)
        self.replied_at, self.reply_ids = now, [str(one) for one in notes]

    def send_back(self, due_at: datetime) -> None:
        """The reply does not do: the department is asked again, by another day."""
        self.state = check(WORK_ORDER, self.state, OrderState.OPEN)
        self.replied_at, self.due_at = None, due_at

    def end(self, state: OrderState, by: str, now: datetime) -> None:
        """Told to the constituent, returned by the department, or withdrawn by us; raise `StateRefused`."""
        self.state = check(WORK_ORDER, self.state, state)
        self.ended_at, self.ended_by = now, by
