"""/console/rules/topics: the topic model, trained from corrected cases, compared, switched and switched back."""

from aiohttp import web

from bot.notices import topic_desk as words
from bot.services.console import topic_desk, topic_shelf
from bot.services.console.topic_desk import Comparison, Progress
from bot.services.console.topic_shelf import SwitchRefused, TopicFiles
from bot.services.office import Office
from bot.web.console.errands import Errands
from bot.web.console.frame import Frame, go, missing
from bot.web.gate import VISITOR
from config.settings import SHIPPED_MODEL

TRAINING = "topic training"
_PATH = "/console/rules/topics"


def add_routes(app: web.Application, office: Office, frame: Frame, errands: Errands) -> None:
    """Titles are opened by a change alone, which is on record."""
    progress = Progress()

    def files() -> TopicFiles:
        found = topic_shelf.files_of(office.model)
        if found is None:
            raise missing()
        return found

    async def show(request: web.Request) -> web.Response:
        said = {"switched": words.SWITCHED, "back": words.BACK, "started": words.STARTED, "runs": words.RUNS}
        return await render(request, said=said.get(request.query.get("saved", ""), ""))

    async def render(
        request: web.Request, status: int = 200, said: str = "", wrong: str = "", found: Comparison | None = None
    ) -> web.Response:
        async with office.database.read() as session:
            configured = office.model.path != SHIPPED_MODEL
            page = await topic_desk.look(await office.open(session), files(), configured)
        failed = "" if errands.is_running(TRAINING) else words.FAILED.get(progress.failed, "")
        return frame.page(
            request,
            "topics.html",
            status,
            page=page,
            said=said,
            wrong=wrong or failed,
            found=found,
            training=errands.is_running(TRAINING),
            progress=progress,
        )

    async def change(request: web.Request) -> web.Response:
        form = await request.post()
        act, seen = str(form.get("act", "")), str(form.get("seen", ""))
        if act == "train":
            work = topic_desk.train(office, request[VISITOR].member, files(), progress)
            return go(f"{_PATH}?saved={'started' if errands.start(TRAINING, work) else 'runs'}")
        if act == "compare":
            return await compare(request)
        if act in ("switch", "back"):
            return await switch(request, act, seen)
        return await render(request, 422, wrong=words.CHANGED)

    async def compare(request: web.Request) -> web.Response:
        found = await topic_desk.compare(office, request[VISITOR].member, files())
        if found is None:
            return await render(request, 409, wrong=words.NO_CANDIDATE)
        return await render(request, found=found)

    async def switch(request: web.Request, act: str, seen: str) -> web.Response:
        do = topic_desk.switch if act == "switch" else topic_desk.switch_back
        try:
            async with office.database.begin() as session:
                await do(await office.open(session), request[VISITOR].member, files(), seen)
        except SwitchRefused:
            return await render(request, 409, wrong=words.CHANGED)
        office.model.get()
        return go(f"{_PATH}?saved={'switched' if act == 'switch' else 'back'}")

    app.router.add_get(_PATH, show)
    app.router.add_post(_PATH, change)
