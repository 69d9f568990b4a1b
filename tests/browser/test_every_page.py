"""Every page there is, as the table of doors has it, in a real Chromium: made well, light, still, nothing foreign.

The pages are those of `benchmarks/pages/examples.py`; a page without an example fails in
`tests/integration/test_every_page.py`. Skipped where there is no Chromium.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright

from benchmarks.pages.examples import asks_of, make_keys
from benchmarks.pages.filling import Size, fill
from bot.services import visiting
from storage.files import AttachmentFiles
from tests.browser.looking import WIDTHS, assert_well_made
from tests.browser.test_demo import CHROMIUM, FLAGS
from tests.integration.test_hostile_words import poison
from tests.support.town import Town, open_town
from tests.support.visits import BY_ROLE, hire, open_site

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: no page was looked at")
SIZE = Size(60, 12, 60, 0.002)
FIRST_VIEW = 150_000  # bytes of a page with all it needs, as they are sent
STYLE = 4_000  # bytes that every first view has: with fewer, something was not weighed
FIRST_WORDS = 5000  # milliseconds until something stands there over a slow line
SLOW_LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
# not `wait_for_function`: it looks by eval, which the pages' policy refuses at the second look
FIRST_PAINT = """new Promise(seen => new PerformanceObserver(list => {
  const first = list.getEntriesByName("first-contentful-paint")[0]
  if (first) seen(first.startTime)
}).observe({type: "paint", buffered: true}))"""
LEADS = ("/login", "/healthz", "/readyz", "/metrics")  # to WeCom; words for machines
NO_PAGES = (".csv", ".pdf", ".svg", ".ics", ".txt", ".js", "{file}", "/files/{id}", "/static/{name}", *LEADS)
FEW = ("/console", "/console/cases/{number}", "/r", "/s/{token}")
SHIFTS = """
window.shift = 0;
new PerformanceObserver(list => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value;
}).observe({type: "layout-shift", buffered: true});
"""


@dataclass(slots=True)
class Site:
    """A town with something behind it, a browser, and what went wrong in it."""

    town: Town
    browser: Browser
    address: str
    keys: Mapping[str, str]
    wrong: list[str] = field(default_factory=list)

    async def open_as(self, role: str, **more: object) -> BrowserContext:
        """A browser of somebody of this role; of a stranger where it is empty."""
        context = await self.browser.new_context(service_workers="block", **more)  # type: ignore[arg-type]
        if role:
            async with self.town.bot.database.begin() as session:
                token = await visiting.admit(await self.town.bot.office.open(session), BY_ROLE[role])
            await context.add_cookies([{"name": "lianxin", "value": token, "url": self.address}])
        return context

    async def page_of(self, context: BrowserContext) -> Page:
        """A page that notes what goes wrong in it, and keeps nothing of what it fetched."""
        page = await context.new_page()
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("requestfailed", self._failed_noter())
        page.on("request", lambda request: self._see(request))
        line = await context.new_cdp_session(page)
        await line.send("Network.enable")
        await line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        await page.add_init_script(SHIFTS)
        return page

    def _failed_noter(self) -> Callable[[Request], None]:
        """What was broken off because the page was left is no failure."""

        def note(request: Request) -> None:
            if request.failure != "net::ERR_ABORTED":
                self.wrong.append(f"failed: {request.url} {request.failure}")

        return note

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.wrong.append(f"outside: {request.url}")


@asynccontextmanager
async def a_site(folder: Path, *, hostile: bool = False) -> AsyncIterator[Site]:
    """Afterwards nothing went wrong in the browser."""
    async with open_town(folder) as town, open_site(town) as (_, address), async_playwright() as playwright:
        await hire(town)
        await fill(town.bot.office, SIZE, AttachmentFiles(town.bot.settings.data_folder))
        async with town.bot.database.begin() as session:
            keys = await make_keys(await town.bot.office.open(session), BY_ROLE)
        if hostile:
            await poison(town)
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        site = Site(town, browser, address, keys)
        yield site
        await browser.close()
        assert site.wrong == []


async def addresses(site: Site, only: Sequence[str] = ()) -> dict[str, dict[str, str]]:
    """What each role is to look at: each page once, by the first of those for whom it opens. None is left out."""
    found: dict[str, dict[str, str]] = {}
    seen, asked = set[str](), set[str]()
    for role in ("", "officer", "centre", "auditor", "admin", "representative", "media"):
        context = await site.open_as(role)
        for ask in asks_of(site.keys, role):
            if ask.path in seen or ask.path.endswith(NO_PAGES) or (only and ask.path not in only):
                continue
            asked.add(ask.path)
            answer = await context.request.get(site.address + ask.address, max_redirects=0)
            if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
                seen.add(ask.path)
                found.setdefault(role, {})[ask.path] = ask.address
        await context.close()
    assert asked - seen == set(), "nobody has looked at these"
    return found


async def weigh(page: Page, url: str) -> int:
    """Bytes of a page with all it needs, as they came."""
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    page.on("requestfinished", note)
    await page.goto(url, wait_until="load")
    page.remove_listener("requestfinished", note)
    sizes = [await one.sizes() for one in asked if not one.url.startswith("data:")]
    return sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)


async def look(site: Site, width: int, scheme: str, only: Sequence[str] = ()) -> dict[str, str]:
    """Each page in turn: what is wrong with it."""
    wrong: dict[str, str] = {}
    for role, paths in (await addresses(site, only)).items():
        context = await site.open_as(role, viewport={"width": width, "height": 780}, color_scheme=scheme)
        page = await site.page_of(context)
        for path, address in paths.items():
            weight = await weigh(page, site.address + address)
            try:
                await assert_well_made(page)
            except AssertionError as error:
                wrong[path] = str(error)[:600]
            shift = await page.evaluate("window.shift")
            if not STYLE < weight <= FIRST_VIEW or shift > 0:
                wrong[f"{path} weight, shift"] = f"{weight} bytes, {shift}"
        await context.close()
    return wrong


async def test_pages_that_are_opened_most_are_made_well_light_and_still(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        assert await look(site, WIDTHS[0], "light", FEW) == {}


@pytest.mark.long
@pytest.mark.parametrize("width", WIDTHS)
async def test_every_page_is_made_well_light_and_still(tmp_path: Path, width: int) -> None:
    async with a_site(tmp_path) as site:
        assert await look(site, width, "light") == {}
        assert await look(site, width, "dark") == {}


@pytest.mark.long
async def test_hostile_words_make_no_page_wider_than_a_telephone(tmp_path: Path) -> None:
    async with a_site(tmp_path, hostile=True) as site:
        wide: dict[str, int] = {}
        for role, paths in (await addresses(site)).items():
            context = await site.open_as(role, viewport={"width": 360, "height": 780})
            page = await site.page_of(context)
            for path, address in paths.items():
                await page.goto(site.address + address)
                over = await page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if over > 0:
                    wide[path] = over
            await context.close()
        assert wide == {}


@pytest.mark.long
async def test_over_a_slow_line_words_come_soon_and_a_form_works_without_scripts(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        for role, paths in (await addresses(site, (*FEW, "/console/cases", "/console/places"))).items():
            context = await site.open_as(role, viewport={"width": 360, "height": 780})
            page = await site.page_of(context)
            line = await context.new_cdp_session(page)
            await line.send("Network.enable")
            await line.send("Network.emulateNetworkConditions", SLOW_LINE)
            for address in paths.values():
                await page.goto(site.address + address, wait_until="load")
                took = await page.evaluate(FIRST_PAINT)
                assert took < FIRST_WORDS, address
            await context.close()
        context = await site.open_as("officer", java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"{site.address}/console/cases/{site.keys['number']}")
        await page.locator("textarea[name=words]").first.fill("路灯所今晚来修，修好了我去看。")
        await page.get_by_role("button", name="发出答复").click()
        await page.get_by_text("答复已记下").wait_for()
        await context.close()
