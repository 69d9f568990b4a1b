"""Who may come through which door: the one table of roles and addresses. An address without a row is closed.

A row opens a door to a kind of people; what of it somebody may see there (their stations, restricted matters) the
services decide for each record.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bot.services.visiting import REPRESENTATIVE

ANYONE = frozenset({"anyone"})  # no log-in; what is shown is public, or the address itself is the secret
MEMBERS = frozenset({"officer", "lead", "town", "centre", "admin", "auditor", "media", REPRESENTATIVE})
STAFF = frozenset({"officer", "lead", "town", "centre", "admin"})  # who reads matters
WRITERS = frozenset({"officer", "lead", "centre", "admin"})  # who writes notices and stands for them
COVERING = frozenset({"centre", "admin", "officer"})  # an officer only to have their own queue back
CENTRE = frozenset({"centre", "admin"})  # the service centre, and who stands in for it
AUDIT = frozenset({"auditor", "admin"})
CONSOLE = STAFF | {"auditor", "media"}
REPRESENTATIVES = frozenset({REPRESENTATIVE})

POLICY: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        **{
            ("GET", path): ANYONE
            for path in (
                "/healthz",
                "/readyz",
                "/metrics",
                "/static/{name}",
                "/privacy",
                "/code/{code}.svg",
                "/live/{code}",
                "/calendar/{station}.ics",
                "/calendar/my/{token}.ics",
                "/ledger",
                "/ledger.txt",
                "/delivery/{token}",
                "/desk/{token}",
                "/export/{token}",
                "/file/{token}",
                "/duty/{code}",
                "/my-data/{token}",
                "/s/{token}",
                "/station/{station}",
                "/wecom/callback",
                "/login",
                "/login/back",
                "/login/out",
            )
        },
        **{
            ("POST", path): ANYONE
            for path in (
                "/wecom/callback",
                "/desk/{token}",
                "/export/{token}",
                "/file/{token}",
                "/my-data/{token}",
                "/s/{token}",
            )
        },
        ("GET", "/console"): CONSOLE,
        ("GET", "/console/cases"): STAFF,
        ("GET", "/console/cases/{number}"): STAFF,
        ("POST", "/console/cases/{number}"): STAFF,
        ("GET", "/console/cases/{number}/files/{id}"): STAFF,
        ("GET", "/console/calendar"): STAFF,
        ("POST", "/console/calendar"): STAFF,
        ("GET", "/console/calendar/days/{id}"): STAFF,
        ("POST", "/console/calendar/days/{id}"): STAFF,
        ("GET", "/console/calendar/duty"): STAFF,
        ("POST", "/console/calendar/duty"): STAFF,
        ("GET", "/console/calendar/live"): STAFF,
        ("POST", "/console/calendar/live"): STAFF,
        ("GET", "/console/calendar/live/{id}"): STAFF,
        ("POST", "/console/calendar/live/{id}"): STAFF,
        ("GET", "/console/calendar/reminders"): STAFF,
        ("GET", "/console/notices"): WRITERS,
        ("POST", "/console/notices"): WRITERS,
        ("GET", "/console/notices/{id}"): WRITERS,
        ("POST", "/console/notices/{id}"): WRITERS,
        ("GET", "/console/import"): CENTRE,
        ("POST", "/console/import"): CENTRE,
        ("GET", "/console/cover"): COVERING,
        ("POST", "/console/cover"): COVERING,
        ("GET", "/console/delivery"): STAFF,
        ("GET", "/console/rights"): CENTRE,
        ("POST", "/console/rights"): CENTRE,
        ("GET", "/console/places"): STAFF,
        ("GET", "/console/places/{station}"): STAFF,
        ("POST", "/console/places/{station}"): STAFF,
        ("GET", "/console/places/{station}/posters"): STAFF,
        ("GET", "/console/places/{station}/posters/{sheet}.pdf"): STAFF,
        ("GET", "/console/people/{code}"): STAFF,
        ("POST", "/console/people/{code}"): STAFF,
        ("GET", "/console/duty"): STAFF | {"auditor"},
        ("POST", "/console/duty"): STAFF,
        ("GET", "/console/duty/files"): STAFF,
        ("GET", "/console/duty/files/{code}"): STAFF,
        ("POST", "/console/duty/files/{code}"): STAFF,
        ("GET", "/console/duty/statistics"): STAFF | {"auditor"},
        ("GET", "/console/duty/statistics/rows"): STAFF | {"auditor"},
        ("GET", "/console/duty/month"): STAFF | {"auditor"},
        ("POST", "/console/duty/month"): STAFF,
        ("GET", "/console/duty/scores"): STAFF,
        ("POST", "/console/duty/scores"): STAFF,
        ("GET", "/console/duty/exports"): STAFF,
        ("POST", "/console/duty/exports"): STAFF,
        ("GET", "/console/duty/entries/{id}"): STAFF,
        ("POST", "/console/duty/entries/{id}"): STAFF,
        ("GET", "/console/duty/entries/{id}/files/{file}"): STAFF,
        ("GET", "/console/rules"): CENTRE,
        ("GET", "/console/rules/topics"): CENTRE,
        ("POST", "/console/rules/topics"): CENTRE,
        ("GET", "/console/rules/{rule}"): CENTRE,
        ("POST", "/console/rules/{rule}"): CENTRE,
        ("GET", "/console/texts"): CENTRE,
        ("GET", "/console/texts/{text}"): CENTRE,
        ("POST", "/console/texts/{text}"): CENTRE,
        ("GET", "/console/health"): CENTRE | {"auditor"},
        ("POST", "/console/health"): AUDIT,
        ("GET", "/console/audit"): AUDIT,
        ("GET", "/console/audit.csv"): AUDIT,
        ("GET", "/r/cases/{number}"): REPRESENTATIVES | STAFF,  # a card leads here; staff are led on
        **{
            ("GET", path): REPRESENTATIVES
            for path in ("/r", "/r/cases/{number}/files/{id}", "/r/visit", "/r/duty", "/r/code", "/r/poster.pdf")
        },
        **{("POST", path): REPRESENTATIVES for path in ("/r/cases/{number}", "/r/visit", "/r/duty")},
        ("GET", "/r/offline"): ANYONE,  # an empty form
        ("GET", "/r/worker.js"): ANYONE,
        ("POST", "/logout"): MEMBERS,
        ("POST", "/logout/everywhere"): MEMBERS,
    }
)


def allowed(method: str, path: str) -> frozenset[str]:
    """The roles that a door is open to; nobody where it has no row. A HEAD is a GET."""
    return POLICY.get(("GET" if method == "HEAD" else method, path), frozenset())
