"""Pictures of every page: `python -m benchmarks.pages.screenshots FOLDER [--only /console]` (`make screenshots`).

Each page of the table of doors at the width of a telephone and of a desk, in light and in dark, whole. The district
is the sample one with some weeks behind it; everybody in it is made up.
"""

import argparse
import asyncio
import re
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, ViewportSize, async_playwright

from benchmarks.pages.__main__ import cast_of, prepare, settings_of
from benchmarks.pages.examples import Ask, asks_of, make_keys
from benchmarks.pages.filling import ACCOUNT, Size
from benchmarks.stage import open_stage
from bot.app import open_bot
from bot.services import visiting

WIDTHS = (360, 1440)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NAMES = ("chromium", "chromium-browser", "google-chrome")
NO_PAGES = (".svg", ".ics", ".csv", ".txt", ".pdf", ".js", "/{name}", "/healthz", "/readyz", "/metrics", "/login")
SIZE = Size.of(0.05)
# first those whose page it is
ROLES = ("representative", "officer", "centre", "auditor", "admin", "media", "")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--lang=zh-CN"]


def is_page(ask: Ask) -> bool:
    """Whether a browser shows it; without the further filters of a list."""
    return not ask.path.endswith(NO_PAGES) and "/files/" not in ask.path and "?" not in ask.address


def wanted(keys: Mapping[str, str], role: str, only: str) -> dict[str, Ask]:
    """The pages that a role may ask for, each once, by their row of the table."""
    asks = [ask for ask in asks_of(keys, role) if is_page(ask) and ask.path.startswith(only)]
    return {ask.path: ask for ask in reversed(asks)}


async def take(browser: Browser, asks: Collection[Ask], address: str, token: str, folder: Path) -> set[str]:
    """The pictures of the pages that open for one role; returns which did."""
    taken: set[str] = set()
    for width in WIDTHS:
        for scheme in SCHEMES:
            size: ViewportSize = {"width": width, "height": 800 if width < 1000 else 900}
            context = await browser.new_context(viewport=size, color_scheme=scheme, locale="zh-CN")
            if token:
                await context.add_cookies([{"name": "lianxin", "value": token, "url": address}])
            page = await context.new_page()
            for ask in asks:
                answer = await page.goto(address + ask.address)
                if answer is None or answer.status != 200 or page.url != address + ask.address:
                    continue  # another role may: it is of another station, or another's
                taken.add(ask.path)
                name = re.sub(r"[^\w]+", "-", ask.path).strip("-") or "home"
                await page.set_viewport_size(size)
                tall = await page.evaluate("document.documentElement.scrollHeight")
                await page.set_viewport_size({"width": width, "height": tall})  # what sticks to an edge stays there
                await page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
            await context.close()
    return taken


async def run(folder: Path, only: str) -> int:
    """All of them; returns how many pages."""
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        raise SystemExit("no Chromium here")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept:
        async with open_stage(Path(kept), None, LIANXIN_KF_ACCOUNT=ACCOUNT) as stage:
            stage.environment["LIANXIN_PUBLIC_URL"] = stage.address
            async with open_bot(settings_of(stage)) as bot:
                await prepare(bot.office, SIZE, settings_of(stage).data_folder)
                cast, tokens = await cast_of(bot.office), {"": ""}
                async with bot.database.begin() as session:
                    context = await bot.office.open(session)
                    keys = await make_keys(context, cast)
                    tokens |= {role: await visiting.admit(context, who) for role, who in cast.items()}
            stage.program = ("bot", "serve", "--roles", "web")
            await stage.start()
            done: set[str] = set()
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                for role in ROLES:
                    left = [ask for path, ask in wanted(keys, role, only).items() if path not in done]
                    taken = await take(browser, left, stage.address, tokens[role], folder)
                    done |= taken
                    print(f"{role or 'anyone':15} {len(taken)} pages", flush=True)
                await browser.close()
    return len(done)


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="/")
    chosen = parser.parse_args()
    print(f"{asyncio.run(run(chosen.folder, chosen.only))} pages in {chosen.folder}")


if __name__ == "__main__":
    main()
