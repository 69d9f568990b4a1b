"""What is known of numbers that are handed out: phone segments, regions, check digits, bank-card issuers.

Segments and area codes come from the package phonenumbers, regions and check digits from python-stdnum
(docs/decisions/0027-recognising-private-numbers.md). Every argument is digits without separators.
"""

import re
from functools import cache, lru_cache

from phonenumbers import PhoneMetadata
from stdnum import luhn, numdb
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

# First digits of cards issued in China: UnionPay (62, 81), those of the banks' own older ranges, and the foreign
# schemes' 16-digit cards. A number that starts with 19 or 20 is a date or a contract, never a card.
CARD_PREFIXES = (
    *("62", "81", "4", "51", "52", "53", "54", "55", "35", "60", "64", "65", "68", "69"),
    *("84", "87", "88", "90", "91", "94", "95", "96", "98", "99"),
)
CARD_LENGTHS = range(16, 20)
LANDLINE_LENGTHS = (10, 11)  # area code without its 0, and seven or eight digits: shorter are hotlines (0510-12345)
_BIRTH_YEARS = range(1890, 2100)


@cache
def _segments(kind: str) -> re.Pattern[str]:
    china = PhoneMetadata.metadata_for_region("CN")
    described = getattr(china, kind) if china else None
    if described is None or not described.national_number_pattern:
        raise LookupError(f"phonenumbers tells nothing of {kind} numbers in China")
    return re.compile(described.national_number_pattern)


def is_mobile(number: str) -> bool:
    """Whether eleven digits are of a segment handed out to mobile phones."""
    return len(number) == 11 and _segments("mobile").fullmatch(number) is not None


def is_landline(number: str) -> bool:
    """Whether an area code without its 0 and a subscriber's number are one that can be called."""
    subscriber = number[2 if number[:1] in ("1", "2") else 3 :]
    fits = len(number) in LANDLINE_LENGTHS and not subscriber.startswith(("0", "1"))
    return fits and _segments("fixed_line").fullmatch(number) is not None


def is_identity(number: str) -> bool:
    """An identity number (GB 11643-1999): 18 with check digit and region, or 15 with county and date of birth."""
    if len(number) == 15:
        return _is_born(f"{number[:6]}19{number[6:]}0") and _county(number[:6])
    return (
        len(number) == 18
        and number[-1].upper() == ric.calc_check_digit(number)
        and _is_born(number)
        and _province(number[:2])
    )


def _is_born(number: str) -> bool:
    try:
        return ric.get_birth_date(number).year in _BIRTH_YEARS
    except ValidationError:
        return False


@lru_cache(maxsize=4096)
def _county(code: str) -> bool:
    """Any county there ever was: who was registered late has one that was not there when they were born."""
    return any("county" in found for _, found in numdb.get("cn/loc").info(code))


@lru_cache(maxsize=128)
def _province(code: str) -> bool:
    return any("province" in found for _, found in numdb.get("cn/loc").info(f"{code}0000"))


def is_bank_card(number: str) -> bool:
    """16 to 19 digits of an issuer's range whose check digit (Luhn) is right."""
    return len(number) in CARD_LENGTHS and number.startswith(CARD_PREFIXES) and luhn.is_valid(number)
