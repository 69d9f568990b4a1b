"""直播 for those who run sessions: which there are, what waits for them."""

from bot.notices.live_staff import Overview, SessionLine
from bot.services.context import Context
from bot.services.live import claiming, facts, finding, following, promises
from bot.services.people import Member
from storage import live as stored
from storage.models import LiveSession
from storage.states import QuestionState

MOST = 5


async def overview(context: Context, member: Member) -> Overview:
    """One's own sessions; the open questions of the first, which is the one that needs them most."""
    mine = await finding.of_member(context, member)
    shown = mine[:MOST]
    figures = await stored.count_questions(context.session, [live.id for live in shown])
    lines = tuple([await _line(context, live, figures[live.id]) for live in shown])
    questions = await claiming.lines_of(context, shown[0]) if shown else ()
    waiting = tuple(one for one in questions if one.fate == QuestionState.WAITING)
    return Overview(lines, waiting, await promises.open_lines(context, mine))


async def _line(context: Context, live: LiveSession, figures: dict[QuestionState, int]) -> SessionLine:
    held = len(await following.undelivered(context, live)) if live.state in following.SORTED else 0
    return SessionLine(
        facts.describe(context, live),
        live.state.value,
        sum(figures.values()),
        figures.get(QuestionState.WAITING, 0),
        held,
    )
