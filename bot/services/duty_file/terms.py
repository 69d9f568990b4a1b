"""届: the span of days that a file covers, as it is written down or as the rules say."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from config.rules import Rules
from storage import duty_file_terms


@dataclass(frozen=True, slots=True)
class Term:
    """A term of office; both local days belong to it."""

    name: str
    first_on: date
    last_on: date

    def has(self, day: date) -> bool:
        """Whether a local day is in it."""
        return self.first_on <= day <= self.last_on


def usual_term(rules: Rules, on: date) -> Term:
    """The term of a day where none is written down: calendar years counted from the rule's first."""
    years = max(rules.term_years, 1)
    first = rules.term_first_year + (on.year - rules.term_first_year) // years * years
    return Term(f"{first}—{first + years - 1} 年届", date(first, 1, 1), date(first + years - 1, 12, 31))


async def get_term(session: AsyncSession, rules: Rules, representative_code: str, on: date) -> Term:
    """The term that a representative is in on a day: their own, their region's, or the usual one."""
    found = await duty_file_terms.find_term(session, representative_code, on)
    return Term(found.name, found.first_on, found.last_on) if found is not None else usual_term(rules, on)
