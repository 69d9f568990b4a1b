"""What the program is told from outside: environment variables and a `.env` file.

Every fault is reported at once (`SettingsRefused.faults`), and no secret is ever part of a fault or a repr.
"""

import base64
import binascii
import os
import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "LIANXIN_"
DEFAULT_DATABASE_URL = "sqlite+aiosqlite:///data/lianxin.db"


class Need(StrEnum):
    """What a command cannot do without, beyond the database."""

    WECOM = "wecom"
    CALLBACK = "callback"
    DATA_KEY = "data_key"


class Cipher(StrEnum):
    """What keeps what people wrote; the data key is as long as it asks for."""

    AES = "aes-256"
    SM4 = "sm4"

    @property
    def key_bytes(self) -> int:
        """The length of a key."""
        return 16 if self is Cipher.SM4 else 32


class SettingsRefused(Exception):
    """The settings cannot be used; `faults` has one readable line for each reason."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


SHIPPED_MODEL = Path(__file__).parent / "topic_model.bin"


class Settings(BaseSettings):
    """All settings of contract section 2; what a command needs is checked by `load`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    database_url: str = Field(default=DEFAULT_DATABASE_URL, repr=False)  # may hold a password
    redis_url: str = Field(default="", repr=False)
    wecom_api: str = "https://qyapi.weixin.qq.com"
    wecom_login: str = ""
    corp_id: str = ""
    agent_id: int = 0
    secret: SecretStr = SecretStr("")
    callback_token: SecretStr = SecretStr("")
    aes_key: SecretStr = SecretStr("")
    poll_seconds: float = Field(default=60, gt=0)
    kf_account: str = ""
    public_url: str = "http://127.0.0.1:8080"
    data_key: SecretStr = SecretStr("")
    data_keys_also: SecretStr = SecretStr("")  # others that open while a key is replaced, separated by commas
    cipher: Cipher = Cipher.AES
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    timezone: str = "Asia/Shanghai"
    model: str = ""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            driver = make_url(value).drivername
        except ArgumentError:
            raise ValueError("is not a SQLAlchemy URL") from None
        if driver.split("+")[0] not in {"sqlite", "postgresql", "postgres"}:
            raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql://")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: str) -> str:
        if value and not re.match(r"(rediss?|unix)://", value):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return value

    @field_validator("wecom_api", "public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not re.match(r"https?://[^/\s]+", value):
            raise ValueError("must be an address beginning with http:// or https://")
        return value.rstrip("/")

    @field_validator("aes_key")
    @classmethod
    def _encoding_aes_key(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9]{43}", value.get_secret_value()):
            raise ValueError("must be the 43 letters and digits of the callback's EncodingAESKey")
        return value

    @field_validator("data_key")
    @classmethod
    def _a_key(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            _decode_key(value.get_secret_value())
        return value

    @field_validator("data_keys_also")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        for one in _split(value):
            _decode_key(one)
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("is not the name of a time zone") from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The zone of local dates."""
        return ZoneInfo(self.timezone)

    @property
    def data_key_bytes(self) -> bytes:
        """What wraps every content key."""
        return base64.b64decode(self.data_key.get_secret_value())

    @property
    def data_keys(self) -> tuple[bytes, ...]:
        """The data key, and those that open beside it."""
        return (self.data_key_bytes, *(base64.b64decode(one) for one in _split(self.data_keys_also)))

    @property
    def model_path(self) -> Path:
        """The topic model's file."""
        return Path(self.model) if self.model else SHIPPED_MODEL

    @property
    def data_folder(self) -> Path:
        """Where attachments are kept: beside a SQLite file, else `./data`."""
        url = make_url(self.database_url)
        if url.drivername.startswith("sqlite") and url.database and url.database != ":memory:":
            return Path(url.database).resolve().parent
        return Path("data").resolve()

    @property
    def chosen_model_path(self) -> Path:
        """Where the model lies that the office chose on the page; it goes before `model_path` while it is there."""
        return self.data_folder / "models" / "in-use.bin"

    def _missing(self, needs: Iterable[Need]) -> list[str]:
        wanted = {
            Need.WECOM: ("corp_id", "agent_id", "secret"),
            Need.CALLBACK: ("callback_token", "aes_key"),
            Need.DATA_KEY: ("data_key",),
        }
        names = [name for need in needs for name in wanted[need]]
        missing = [f"{PREFIX}{name.upper()}: is not set" for name in names if not _plain(getattr(self, name))]
        return missing + self._key_of_another_cipher(needs)

    def _key_of_another_cipher(self, needs: Iterable[Need]) -> list[str]:
        wanted = self.cipher.key_bytes
        if Need.DATA_KEY not in needs or len(self.data_key_bytes) in (0, wanted):
            return []
        return [f"{PREFIX}DATA_KEY: {self.cipher.value} asks for {wanted} bytes (openssl rand -base64 {wanted})"]

    @classmethod
    def load(cls, *needs: Need, **given: object) -> Self:
        """Read the environment, `.env` and the files of `LIANXIN_SECRETS_DIR`, in this order of precedence.

        Such a file is named like its variable, in small letters, and holds its value. Raises `SettingsRefused` with
        every fault at once.
        """
        folder = os.environ.get(f"{PREFIX}SECRETS_DIR")
        if folder and Path(folder).is_dir():
            given["_secrets_dir"] = folder
        try:
            settings = cls(**given)  # type: ignore[arg-type]
        except UnicodeDecodeError:
            raise SettingsRefused([".env: is not UTF-8 text; save it as UTF-8"]) from None
        except ValidationError as refused:
            faults = [_fault_line(error["loc"], error["msg"]) for error in refused.errors()]
            raise SettingsRefused(faults + _missing_beside(cls, refused, needs, given)) from None
        if missing := settings._missing(needs):
            raise SettingsRefused(missing)
        return settings


def _split(keys: SecretStr) -> list[str]:
    return [one.strip() for one in keys.get_secret_value().split(",") if one.strip()]


def _decode_key(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("must be base64") from None
    if len(raw) not in {cipher.key_bytes for cipher in Cipher}:
        raise ValueError("must be 32 bytes in base64 (openssl rand -base64 32), or 16 for sm4")
    return raw


def _missing_beside(
    cls: type[Settings], refused: ValidationError, needs: Iterable[Need], given: dict[str, object]
) -> list[str]:
    """What is missing as well as malformed: the malformed ones are replaced by their defaults and named once."""
    malformed = {_field_name(error["loc"]) for error in refused.errors()}
    defaults = {name: cls.model_fields[name].default for name in malformed if name in cls.model_fields}
    settings = cls(**{**given, **defaults})
    return [line for line in settings._missing(needs) if _field_of(line) not in malformed]


def _field_name(location: tuple[int | str, ...]) -> str:
    return str(location[0]).lower().removeprefix(PREFIX.lower())


def _field_of(line: str) -> str:
    return line.split(":")[0].removeprefix(PREFIX).lower()


def _fault_line(location: tuple[int | str, ...], message: str) -> str:
    return f"{PREFIX}{_field_name(location).upper()}: {message.removeprefix('Value error, ')}"


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
