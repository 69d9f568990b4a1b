"""Every page there is, asked for by everybody who may open it, in a town with little and with much behind it.

The short form of `python -m benchmarks.pages`, without a clock: no page asks the database more often because there
is more in it. A page without an example in `benchmarks/pages/examples.py` fails here.
"""

from collections import Counter
from pathlib import Path

from sqlalchemy import Engine, event

from benchmarks.pages.examples import Ask, asks_of, make_keys
from benchmarks.pages.filling import Size, fill
from storage.files import AttachmentFiles
from tests.support.town import open_town
from tests.support.visits import BY_ROLE, Browser, hire, open_browser, open_site

LITTLE, MUCH = Size(12, 6, 20, 0.001), Size(90, 40, 120, 0.004)
SPARE = 6  # statements: a list that was empty and is not any more asks a few more
FOREIGN = {403, 404}  # a record of another station, a matter that is not with them


async def look_at_all(folder: Path, size: Size) -> tuple[dict[Ask, int], Counter[Ask]]:
    """The status of each page and how many statements it took."""
    folder.mkdir()
    asked: Counter[Ask] = Counter()
    now: list[Ask] = []

    def note(*_: object) -> None:
        asked.update(now)

    async with open_town(folder) as town, open_site(town) as (_, address):
        await hire(town)
        await fill(town.bot.office, size, AttachmentFiles(town.bot.settings.data_folder))
        async with town.bot.database.begin() as session:
            keys = await make_keys(await town.bot.office.open(session), BY_ROLE)
        statuses = {}
        event.listen(Engine, "before_cursor_execute", note)
        try:
            for role in ("", *BY_ROLE):
                async with open_browser(address) as browser:
                    if role:
                        await browser.has_session_of(town, BY_ROLE[role])
                    await browser.get("/station/QQ1")  # what is kept in memory is there
                    for ask in asks_of(keys, role):
                        statuses[ask] = await _status_of(browser, ask, now)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
    return statuses, asked


async def _status_of(browser: Browser, ask: Ask, now: list[Ask]) -> int:
    now[:] = [ask]
    status, _, text = await browser.get(ask.address)
    now.clear()
    assert "Traceback" not in text
    return status


async def test_every_page_opens_and_asks_no_more_of_a_larger_database(tmp_path: Path) -> None:
    statuses, few = await look_at_all(tmp_path / "little", LITTLE)
    _, many = await look_at_all(tmp_path / "much", MUCH)
    statuses = {ask: status for ask, status in statuses.items() if ask.path != "/readyz"}  # no loop runs here
    assert {ask: status for ask, status in statuses.items() if status not in (200, 303, *FOREIGN)} == {}
    opened = {ask.path for ask, status in statuses.items() if status in (200, 303)}
    assert {ask.path for ask in statuses} - opened == set(), "nobody can open these"
    less = Counter({(ask.role, ask.path): count for ask, count in few.items()})
    more = {(ask.role, ask.path): count for ask, count in many.items()}
    assert {one: (less[one], count) for one, count in more.items() if count > less[one] + SPARE} == {}
