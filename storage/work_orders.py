"""Departments, and what was handed over to them: whom there is to ask, what stands, what is due."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Case, Department, WorkOrder
from storage.states import OrderState

_STANDING = (OrderState.OPEN, OrderState.REPLIED)


async def departments_of(session: AsyncSession, region_codes: Collection[str]) -> Sequence[Department]:
    """The departments of these regions and those that work everywhere, by name."""
    here = or_(Department.region_code.is_(None), Department.region_code.in_(region_codes))
    return (await session.scalars(select(Department).where(here).order_by(Department.name, Department.code))).all()


async def names_of(session: AsyncSession, codes: Collection[str]) -> dict[str, str]:
    """What departments are called, by their codes."""
    found = await session.execute(select(Department.code, Department.name).where(Department.code.in_(codes)))
    return {str(code): str(name) for code, name in found}


def add(
    session: AsyncSession, *, case_id: int, department_code: str, by: str, at: datetime, due_at: datetime
) -> WorkOrder:
    """A matter handed over, with the instant by which the reply is asked for."""
    order = WorkOrder(
        case_id=case_id,
        department_code=department_code,
        state=OrderState.OPEN,
        handed_at=at,
        handed_by=by,
        due_at=due_at,
    )
    session.add(order)
    return order


async def find(session: AsyncSession, order_id: int) -> WorkOrder | None:
    """One of them by its number, locked against a colleague who does something with it in the same instant."""
    return await session.get(WorkOrder, order_id, with_for_update=True)


async def of_case(session: AsyncSession, case_id: int) -> Sequence[WorkOrder]:
    """Everything of a case that was handed over, in order."""
    query = select(WorkOrder).where(WorkOrder.case_id == case_id).order_by(WorkOrder.id)
    return (await session.scalars(query)).all()


async def due_before(session: AsyncSession, until: datetime, limit: int = 500) -> list[tuple[WorkOrder, Case]]:
    """What departments owe by then, of cases that are not closed; the most pressing first."""
    found = await session.execute(
        select(WorkOrder, Case)
        .join(Case, Case.id == WorkOrder.case_id)
        .where(WorkOrder.state == OrderState.OPEN, WorkOrder.due_at <= until, Case.closed_at.is_(None))
        .order_by(WorkOrder.due_at)
        .limit(limit)
    )
    return [(order, case) for order, case in found]


async def withdraw_all(session: AsyncSession, case_id: int, by: str, now: datetime) -> None:
    """Nothing more is asked of any department in a case."""
    await session.execute(
        update(WorkOrder)
        .where(WorkOrder.case_id == case_id, WorkOrder.state.in_(_STANDING))
        .values(state=OrderState.WITHDRAWN, ended_at=now, ended_by=by)
        .execution_options(synchronize_session="fetch")
    )
