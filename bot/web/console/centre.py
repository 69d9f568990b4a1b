"""The pages of the service centre: people and places, rules, rights, audit, health."""

from collections.abc import Callable

from aiohttp import web

from bot.services.office import Office
from bot.web.console import audit, health, places, rights, rules, texts, topics
from bot.web.console.errands import Errands
from bot.web.console.frame import Frame
from bot.web.metrics import InProcess


def add_routes(
    app: web.Application, office: Office, frame: Frame, faults: Callable[[], list[str]], counted: InProcess
) -> None:
    """`faults` and `counted` are of this process, as /readyz and /metrics tell them."""
    errands = Errands(app)
    places.add_routes(app, office, frame)
    topics.add_routes(app, office, frame, errands)
    rules.add_routes(app, office, frame)
    texts.add_routes(app, office, frame)
    rights.add_routes(app, office, frame)
    audit.add_routes(app, office, frame)
    health.add_routes(app, office, frame, faults, counted, errands)
