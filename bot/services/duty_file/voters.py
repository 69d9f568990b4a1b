"""Voters whom a representative keeps contact with: kept sealed, shown to that representative and their officers."""

from dataclasses import asdict, dataclass

import orjson

from storage.crypto import ContentKey


@dataclass(frozen=True, slots=True)
class Voter:
    """Who it is. `care`: alone, old, ill or disabled, which is nobody else's business (PIPL Art. 28)."""

    name: str
    note: str = ""
    care: bool = False


def seal(key: ContentKey, voter: Voter) -> bytes:
    """For the database."""
    return key.seal(orjson.dumps(asdict(voter)))


def read(key: ContentKey, sealed: bytes | None) -> Voter:
    """As it was sealed; nothing sealed is nobody."""
    return Voter(**orjson.loads(key.open(sealed))) if sealed else Voter("")
