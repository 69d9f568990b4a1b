"""`make audit`: known advisories in the locked dependencies, their licences, and secrets in the tree.

What was looked at and is all right stands in `tools/audit.toml`, each with its reason. Advisories are asked for
over the network: where nobody answers that is said; it fails only with `--strict`. Exit 1 where something is found.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKED = ROOT / "constraints.txt"
SECONDS = 120  # for the advisories; a service that hangs must not hold up anybody
NOT_TEXT = (":!config/corpus", ":!*.bin", ":!*.png", ":!config/topic_terms.json", ":!constraints.txt")
_NAME = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def main(*, strict: bool) -> int:
    """Print every fault, one a line."""
    allowed = tomllib.loads((ROOT / "tools" / "audit.toml").read_text("utf-8"))
    faults = [*licence_faults(allowed["licences"]), *secret_faults(allowed["secrets"])]
    report = ask_for_advisories()
    faults += advisory_faults(report, allowed["advisories"])
    if unasked := unasked_in(report):
        print(f"advisories: nobody answers for {unasked}; not looked at", file=sys.stderr)
        faults += [f"advisories: {unasked} could not be looked at (--strict)"] if strict else []
    for fault in faults:
        print(fault)
    print("audit: " + (f"{len(faults)} faults" if faults else "nothing found"))
    return 1 if faults else 0


def ask_for_advisories() -> dict[str, Any]:
    """The report on every locked version; empty where the service cannot be asked."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip_audit", "-r", str(LOCKED), "--no-deps", "--disable-pip"]
        options = ["--format", "json", "--output", str(report), "--progress-spinner", "off", "--timeout", "10"]
        try:
            subprocess.run([*command, *options], check=False, capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return {}
        try:
            found: dict[str, Any] = json.loads(report.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return found


def unasked_in(report: Mapping[str, Any]) -> str:
    """How many packages were not looked at, in words; empty when all were."""
    asked = report.get("dependencies", ())
    skipped = sum("skip_reason" in one for one in asked)
    return "any" if not asked else f"{skipped} of {len(asked)}" if skipped else ""


def advisory_faults(report: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[str]:
    """Each advisory that nobody gave a reason for."""
    for package in report.get("dependencies", ()):
        for advisory in package.get("vulns", ()):
            names = {advisory["id"], *advisory.get("aliases", ())}
            if not names & set(known):
                mended = ", ".join(advisory.get("fix_versions", ())) or "none yet"
                yield f"advisory: {package['name']} {package['version']}: {advisory['id']}, mended in {mended}"


def licence_faults(known: Mapping[str, Any]) -> Iterator[str]:
    """Each locked package whose licence is not among the allowed ones."""
    allowed = [one.lower() for one in known["allowed"]]
    for name in _NAME.findall(LOCKED.read_text("utf-8")):
        if name in known["packages"]:
            continue
        try:
            told = licence_of(metadata.metadata(name))
        except metadata.PackageNotFoundError:
            continue  # of another platform
        if not any(one in told.lower() for one in allowed):
            yield f"licence: {name}: {told or 'says none'}"


def licence_of(about: Any) -> str:
    """What a package says of its licence, in whichever of the three places."""
    classified = [one for one in about.get_all("Classifier", ()) if one.startswith("License ::")]
    text = (about.get("License") or "").strip().splitlines()
    return about.get("License-Expression") or "; ".join(classified) or (text[0] if text else "")


def secret_faults(known: Mapping[str, str]) -> Iterator[str]:
    """Each string that looks like a secret and that nobody gave a reason for."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *NOT_TEXT], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    files = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    command = [sys.executable, "-m", "detect_secrets", "--cores", "2", "scan", "--no-verify", *files]
    scanned = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    yield from unknown_secrets(json.loads(scanned)["results"], known)


def unknown_secrets(results: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[str]:
    """What detect-secrets found, without what is known by its file and the beginning of its digest."""
    for name, found in results.items():
        for one in found:
            if f"{name} {one['hashed_secret'][:12]}" not in known:
                yield f"secret: {name}:{one['line_number']}: {one['type']} ({one['hashed_secret'][:12]})"


if __name__ == "__main__":
    sys.exit(main(strict="--strict" in sys.argv[1:]))
