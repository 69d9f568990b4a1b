"""`make audit` fails on what nobody gave a reason for, and never because a service does not answer."""

import tomllib
from typing import Any

from tools.audit import ROOT, advisory_faults, licence_faults, unasked_in, unknown_secrets

REPORT: dict[str, Any] = {
    "dependencies": [
        {"name": "fine", "version": "1", "vulns": []},
        {
            "name": "holed",
            "version": "2",
            "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["3"]}],
        },
    ]
}
SECRET = {"type": "Secret Keyword", "hashed_secret": "0123456789abcdef", "line_number": 7}


def test_an_advisory_fails_until_somebody_gives_a_reason() -> None:
    assert list(advisory_faults(REPORT, {})) == ["advisory: holed 2: PYSEC-1, mended in 3"]
    assert list(advisory_faults(REPORT, {"CVE-1": "the function is not used"})) == []


def test_whoever_could_not_be_asked_is_counted_and_not_taken_for_sound() -> None:
    skipped = {"name": "unknown", "skip_reason": "not found"}
    assert unasked_in(REPORT) == ""
    assert unasked_in({"dependencies": [*REPORT["dependencies"], skipped]}) == "1 of 3"
    assert unasked_in({}) == "any"


def test_a_secret_is_known_by_its_file_and_digest() -> None:
    results = {"bot/new.py": [SECRET]}
    assert list(unknown_secrets(results, {})) == ["secret: bot/new.py:7: Secret Keyword (0123456789ab)"]
    assert list(unknown_secrets(results, {"bot/new.py 0123456789ab": "a test vector"})) == []
    assert list(unknown_secrets(results, {"bot/other.py 0123456789ab": "a test vector"})) != []


def test_every_locked_package_has_a_licence_that_is_allowed_or_explained() -> None:
    licences = tomllib.loads((ROOT / "tools" / "audit.toml").read_text("utf-8"))["licences"]
    assert list(licence_faults(licences)) == []
    assert len(list(licence_faults({"allowed": ["No such licence"], "packages": {}}))) > 50
