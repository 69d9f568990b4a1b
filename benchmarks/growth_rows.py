"""Years of a province written straight into the tables: rows as the bot leaves them, indexes and all.

Eight messages a case (docs/scale.md), all settled a month ago or earlier. Retention is as it would have worked: of
the inbox 30 days are there, of the outbox the words of 180 days. What is sealed is as long as it would be, and
noise: nothing on the way of a message opens it. The same goes for the digests of the ledger.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Table,
    bindparam,
    cast,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy import case as sql_case
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import LargeBinary, String

from storage.crypto import Vault
from storage.database import Database
from storage.models import Base
from storage.types import Instant

MESSAGES_A_CASE = 8
CASES_A_PERSON = 2
SPAN, REST = timedelta(days=10 * 365), timedelta(days=31)
A_YEAR = 6_700_000
BATCH = 250_000  # rows a statement
WRITE_AGAIN = 5_000
_SERIES = """(WITH RECURSIVE s(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM s WHERE n < :last)
    SELECT n FROM s) AS series"""
_GENERATED = "(SELECT generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n) AS series"
_MOST_CASES = 16  # of one CASE expression
_AUTHORS = ("constituent", "constituent", "representative", "constituent", "constituent", "officer")
Column = ColumnElement[Any]


async def grow(database: Database, vault: Vault, messages: int, *, open_kfid: str, district: str) -> dict[str, int]:
    """Fill the tables; returns the rows of each. The district must be imported.

    `wmPast1` and the next `WRITE_AGAIN` people have keys that open, so that they may write again.
    """
    async with database.writer.connect() as connection:  # a commit a batch: a log of all of it would fill the disk
        rows = await connection.run_sync(_grow, messages, open_kfid, district)
        await connection.run_sync(_give_keys, vault, min(WRITE_AGAIN, rows["constituents"]))
        if not database.is_sqlite:  # which does it by itself, soon; the bot's SQLite has no statistics either
            await connection.exec_driver_sql("ANALYZE")
        await connection.commit()
    return rows


def _grow(connection: Connection, messages: int, open_kfid: str, district: str) -> dict[str, int]:
    maker = _Maker(connection, messages, open_kfid, district)
    counted: dict[str, int] = {}
    for name, (rows, columns) in maker.tables().items():
        table = Base.metadata.tables[name]
        indexes = [index for index in table.indexes if index.name != f"ix_{name}_id"]
        for index in indexes:
            index.drop(connection)
        maker.fill(table, rows, columns)
        for index in indexes:
            index.create(connection)
        counted[name] = rows
    maker.finish()
    return counted


def _give_keys(connection: Connection, vault: Vault, people: int) -> None:
    """A person's key has the person's number."""
    made = [vault.make_key() for _ in range(people)]
    tables = Base.metadata.tables
    for name, column, values in (
        ("content_keys", "wrapped", [wrapped for _, wrapped in made]),
        ("constituents", "nickname_sealed", [key.seal_text("群众") for key, _ in made]),
    ):
        table = tables[name]
        change = update(table).where(table.c.id == bindparam("number")).values({column: bindparam("value")})
        connection.execute(change, [{"number": place + 1, "value": value} for place, value in enumerate(values)])


class _Maker:
    """Columns as expressions of `n`, the number of the row within its table, from 1."""

    def __init__(self, connection: Connection, messages: int, open_kfid: str, district: str) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._messages = messages
        self._cases = max(1, messages // MESSAGES_A_CASE)
        self._people = max(1, self._cases // CASES_A_PERSON)
        self._kfid = open_kfid
        self._district = district
        self._ends = datetime.now(UTC) - REST
        self._codes = self._take("SELECT code FROM representatives ORDER BY code")
        self._stations = self._take("SELECT code FROM stations ORDER BY code")

    def _take(self, query: str) -> list[str]:
        return [str(row[0]) for row in self._connection.execute(text(query))]

    def tables(self) -> dict[str, tuple[int, Mapping[str, Column]]]:
        """How many rows each table gets, in an order that its references allow, and of what."""
        n = self.n
        case_of_message = (n - 1) // MESSAGES_A_CASE + 1
        inbox = max(1, min(self._messages, A_YEAR * 30 // 365))
        return {
            "content_keys": (self._people + self._cases, {"id": n, "wrapped": self._noise(60)}),
            "constituents": (
                self._people,
                {
                    "id": n,
                    "external_userid": self._name("wmPast", n),
                    "key_id": n,
                    "nickname_sealed": self._noise(40),
                    "first_seen_at": self._at(n, self._people),
                    "notified_at": self._at(n, self._people),
                    "notice_version": literal("2026-11"),
                },
            ),
            "conversations": (
                self._people,
                {
                    "id": n,
                    "constituent_id": n,
                    "open_kfid": literal(self._kfid),
                    "greeted_at": self._at(n, self._people),
                    "last_message_at": self._at(n, self._people),
                    "window_until": self._at(n, self._people),
                },
            ),
            "cases": (self._cases, self._case(n)),
            "messages": (
                self._messages,
                {
                    "id": n,
                    "case_id": case_of_message,
                    "author": self._one_of(_AUTHORS, n),
                    "round": literal(1),
                    "kind": literal("text"),
                    "text_sealed": self._noise(170),
                    "platform_id": self._name("past", n),
                    "said_at": self._at(n, self._messages),
                    "pushed_at": self._at(n, self._messages),
                },
            ),
            "inbox": (
                inbox,
                {
                    "id": n,
                    "source": literal(self._kfid),
                    "key": self._name("past", n),
                    "lane": self._name(f"kf:{self._kfid}:wmPast", n % self._people + 1),
                    "received_at": self._at(n, inbox),
                    "due_at": self._at(n, inbox),
                    "state": literal("done"),
                },
            ),
            "duty_entries": (self._cases, self._entry(n)),
            "ledger_lines": (
                2 * self._cases,
                {
                    "id": n,
                    "chain": literal(self._district),
                    "seq": n,
                    "event": self._one_of(("entry", "delivered"), n),
                    "entry_id": (n - 1) // 2 + 1,
                    "at": self._at(n, 2 * self._cases),
                    "fact_digest": self._digest(n),
                    "previous": self._digest(n - 1),
                    "digest": self._digest(n),
                },
            ),
            "outbox": (self._messages, self._said(n, case_of_message)),
        }

    def _case(self, n: Column) -> dict[str, Column]:
        return {
            "id": n,
            "version": literal(5),
            "number": literal(f"{self._district}-2016-") + self._padded(n),
            "conversation_id": (n - 1) // CASES_A_PERSON + 1,
            "constituent_id": (n - 1) // CASES_A_PERSON + 1,
            "key_id": n + self._people,
            "state": literal("closed"),
            "kind": literal("case"),
            "topic": self._one_of(("environment", "transport", "housing", "education"), n),
            "urgency": literal("normal"),
            "station_code": self._one_of(self._stations, n),
            "representative_code": self._representative(n),
            "decided_by": literal("code"),
            "reasons_sealed": self._noise(160),
            **{
                name: self._at(n, self._cases)
                for name in ("opened_at", "due_at", "accepted_at", "answered_at", "closed_at", "round_since")
            },
        }

    def _entry(self, n: Column) -> dict[str, Column]:
        return {
            "id": n,
            "form": literal(2),
            "representative_code": self._representative(n),
            "station_code": self._one_of(self._stations, n),
            "case_id": n,
            "kind": literal("online_answer"),
            "source": literal("auto"),
            "occurred_at": self._at(n, self._cases),
            "occurred_on": literal_column("'2020-01-01'")
            if self._is_sqlite
            else literal_column("DATE '2020-01-01'"),
            "recorded_at": self._at(n, self._cases),
            "key_id": n + self._people,
            "summary_sealed": self._noise(120),
            "summary_digest": self._digest(n),
            "delivered_at": self._at(n, self._cases),
        }

    def _said(self, n: Column, case_id: Column) -> dict[str, Column]:
        """To the constituent and to the representative in turns; only half a year of it still has its words."""
        kept = self._messages - min(self._messages, A_YEAR * 180 // 365)
        in_chat = n % 2 == 0
        return {
            "id": n,
            "channel": sql_case((in_chat, literal("kf")), else_=literal("app")),
            "purpose": self._one_of(("receipt", "card", "answer", "update"), n),
            "lane": sql_case(
                (in_chat, self._name(f"kf:{self._kfid}:wmPast", (case_id - 1) // CASES_A_PERSON + 1)),
                else_=self._name("app:past", n % 800),
            ),
            "recipients": self._json(n),
            "conversation_id": sql_case((in_chat, (case_id - 1) // CASES_A_PERSON + 1)),
            "case_id": case_id,
            "key_id": case_id + self._people,
            "priority": literal(1),
            "content_sealed": sql_case((n > kept, self._noise(300)), else_=self._noise(0)),
            "state": literal("sent"),
            "attempt": literal(1),
            "created_at": self._at(n, self._messages),
            "due_at": self._at(n, self._messages),
            "paced_at": self._at(n, self._messages),
            "sent_at": self._at(n, self._messages),
            "platform_id": self._name("sent", n),
        }

    # --- expressions --------------------------------------------------------------------------------------

    @property
    def n(self) -> Column:
        """The number of the row."""
        return literal_column("series.n", BigInteger())

    def fill(self, table: Table, rows: int, columns: Mapping[str, Column]) -> None:
        """Insert so many rows, some at a time."""
        names = list(columns)
        for start in range(0, rows, BATCH):
            series = text(_SERIES if self._is_sqlite else _GENERATED)
            numbered = series.bindparams(first=start + 1, last=min(start + BATCH, rows))
            chosen = select(*(columns[name].label(name) for name in names)).select_from(numbered)
            self._connection.execute(insert(table).from_select(names, chosen))
            self._connection.commit()

    def finish(self) -> None:
        """What counts on from what was written: serials, the head of the ledger, the numbers of rows."""
        tables = Base.metadata.tables
        serial = {"district_code": self._district, "year": 2016, "last": self._cases}
        self._connection.execute(insert(tables["case_serials"]), serial)
        head = {"chain": self._district, "seq": 2 * self._cases, "digest": "0" * 64}
        self._connection.execute(insert(tables["ledger_heads"]), head)
        if self._is_sqlite:
            return
        for name in self.tables():
            table = Base.metadata.tables[name]
            last = select(func.max(table.c.id)).scalar_subquery()
            self._connection.execute(select(func.setval(func.pg_get_serial_sequence(name, "id"), last)))

    def _at(self, n: Column, rows: int) -> Column:
        """Spread evenly over the years, in order."""
        begins, step = self._ends - SPAN, SPAN.total_seconds() / rows
        if self._is_sqlite:
            seconds = literal_column(f"CAST({begins.timestamp()} + series.n * {step} AS INTEGER)")
            return func.strftime("%Y-%m-%d %H:%M:%f000", seconds, "unixepoch", type_=String)
        return cast(func.to_timestamp(literal_column(f"{begins.timestamp()} + series.n * {step}")), Instant())

    def _noise(self, size: int) -> Column:
        if self._is_sqlite:
            return func.randomblob(size) if size else literal_column("x''")
        digits = literal_column(
            f"convert_to(substr(repeat(md5(series.n::text), {size // 32 + 1}), 1, {size}), 'UTF8')"
        )
        return cast(digits, LargeBinary)

    def _digest(self, n: Column) -> Column:
        if self._is_sqlite:
            return func.printf("%064x", n, type_=String)
        return func.lpad(func.to_hex(n), 64, "0", type_=String)

    def _representative(self, n: Column) -> Column:
        """Everyone in turns; the sample district's codes are numbers from R0001."""
        if len(self._codes) <= _MOST_CASES:
            return self._one_of(self._codes, n)
        turn = cast(n % len(self._codes) + 10_001, String)
        return literal("R") + func.substr(turn, 2, type_=String)

    def _padded(self, n: Column) -> Column:
        if self._is_sqlite:
            return func.printf("%06d", n, type_=String)
        text_of = cast(n, String)
        return func.lpad(text_of, func.greatest(6, func.length(text_of)), "0", type_=String)

    def _name(self, prefix: str, n: Column) -> Column:
        return literal(prefix) + cast(n, String)

    def _one_of(self, values: Any, n: Column) -> Column:
        whens = [(n % len(values) == place, literal(value)) for place, value in enumerate(values[:_MOST_CASES])]
        return sql_case(*whens, else_=literal(values[0]))

    def _json(self, n: Column) -> Column:
        empty, one = ("'[]'", "'[\"past\"]'")
        kind = "" if self._is_sqlite else "::json"
        return sql_case((n % 2 == 0, literal_column(empty + kind)), else_=literal_column(one + kind))
