"""`key`: which data key the database is under, whether it was saved elsewhere, and putting all under another."""

import base64
import secrets
from collections.abc import Callable

import typer

from bot.clock import SystemClock
from bot.commands import progress
from bot.commands.contexts import open_vault, working
from bot.commands.data import on_error, opened
from bot.commands.running import BROKEN, load_settings, refuse, run
from bot.services.tuning import ROLES
from config.settings import Need, Settings
from storage import audit, data_keys, resealing
from storage.crypto import Vault
from storage.database import Database
from storage.models import DataKey

ACTOR = "key rotate"


def new_command() -> int:
    """A fresh key as base64."""
    typer.echo(base64.b64encode(secrets.token_bytes(load_settings().cipher.key_bytes)).decode())
    return 0


def state_command() -> int:
    """Every key the database was ever under."""
    settings = load_settings(Need.DATA_KEY)

    async def work() -> int:
        async with working(settings) as context:
            for row in await data_keys.all_known(context.session):
                typer.echo(_line(row, context.vault))
        return 0

    return run(work)


def _line(row: DataKey, vault: Vault) -> str:
    use = "in use" if row.fingerprint == vault.fingerprint else "also opens" if _opens(row, vault) else "not given"
    saved = f"backed up {row.backed_up_at:%Y-%m-%d} by {row.backed_up_by}" if row.backed_up_at else "not backed up"
    left = f"nothing under it since {row.left_at:%Y-%m-%d}" if row.left_at else "-"
    return "\t".join((row.fingerprint, use, f"{row.seen_at:%Y-%m-%d}", saved, left))


def _opens(row: DataKey, vault: Vault) -> bool:
    return row.fingerprint in vault.fingerprints


def backed_up_command(by: str) -> int:
    """Somebody stands for it that the key can be found again."""
    settings = load_settings(Need.DATA_KEY)

    async def work() -> int:
        async with working(settings) as context:
            staff = context.directory.find_staff(by)
            if staff is None or staff.role not in ROLES:
                refuse(f"--by: {by}: must be an administrator or of the service centre")
            row = await data_keys.find(context.session, context.vault.fingerprint)
            if row is not None:
                row.backed_up_at, row.backed_up_by = context.now, by
            subject = f"data key {context.vault.fingerprint}"
            audit.add_line(context.session, actor=by, act="data key backed up", subject=subject, at=context.now)
        typer.echo(f"{subject}: noted")
        return 0

    return run(work)


def rotate_command() -> int:
    """Everything under the first key, to the end; whoever stops it runs it again."""
    settings = load_settings(Need.DATA_KEY)
    if len(settings.data_keys) == 1:
        refuse("LIANXIN_DATA_KEYS_ALSO: is not set: there is no other key whose work this one could take over")

    async def work() -> int:
        async with opened(settings) as database:
            resealed, unreadable = await _until_none_is_left(database, settings)
            typer.echo(f"put under the new key: {resealed}")
            if unreadable:
                typer.echo(f"no key opens: {unreadable}; the earlier keys stay in the settings")
                return BROKEN
        typer.echo("take LIANXIN_DATA_KEYS_ALSO out of the settings and start again; keep the earlier key as long")
        typer.echo("as there are back-ups from before")
        return 0

    return run(work)


async def _until_none_is_left(database: Database, settings: Settings) -> tuple[int, int]:
    """Passes over everything until one finds nothing to do: a process may have written under the key before."""
    async with database.begin() as session:
        vault = await open_vault(session, settings)
        audit.add_line(
            session, actor=ACTOR, act="rotation began", subject=vault.fingerprint, at=SystemClock().now()
        )
    total = 0
    while True:
        async with database.read() as session:
            wanted = await resealing.count(session)
        with progress.shown(on_error, "putting under the new key", wanted) as tell:
            resealed, unreadable = await _one_pass(database, vault, tell)
        total += resealed
        if not resealed:
            break
    if not unreadable:
        await _note_end(database, vault)
    return total, unreadable


async def _one_pass(database: Database, vault: Vault, tell: Callable[[int], None]) -> tuple[int, int]:
    seen = resealed = unreadable = 0
    for place in resealing.PLACES:
        after = None
        while True:
            async with database.begin() as session:
                step = await resealing.step(session, vault, place, after)
            if step is None:
                break
            after, seen = step.up_to, seen + step.seen
            resealed, unreadable = resealed + step.resealed, unreadable + step.unreadable
            tell(seen)
    return resealed, unreadable


async def _note_end(database: Database, vault: Vault) -> None:
    now = SystemClock().now()
    async with database.begin() as session:
        await data_keys.note_left(session, vault.fingerprint, now)
        audit.add_line(session, actor=ACTOR, act="rotation ended", subject=vault.fingerprint, at=now)
