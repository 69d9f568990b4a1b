"""Makes the virtual environment: with uv where it is there or can be had, else with pip. Standard library only."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


def main(venv: Path) -> None:
    """Create `venv`, install the locked versions, and leave a mark that it is complete."""
    if sys.version_info < OLDEST:
        sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {sys.version.split()[0]}")
    python = venv / "bin" / "python"
    if not python.exists():
        print(f"making {venv}", flush=True)
        _run([sys.executable, "-m", "venv", str(venv)])
    wanted = _wanted(venv)
    constraints = ["-r", str(wanted), "-c", str(ROOT / "constraints.txt")]
    uv = _find_uv(venv)
    print(f"installing with {'uv' if uv else 'pip'}", flush=True)
    if uv is None or not _try(
        [uv, "pip", "install", "-q", "--compile-bytecode", "--python", str(python), *constraints]
    ):
        _run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *constraints])
    (venv / ".ready").touch()


def _wanted(venv: Path) -> Path:
    """The dependencies of pyproject.toml as a requirements file: the project itself is not installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    file = venv / "requirements.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _find_uv(venv: Path) -> str | None:
    if found := shutil.which("uv"):
        return found
    own = venv / "bin" / "uv"
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "uv"]
    return str(own) if own.exists() or _try(pip) else None


def _try(command: list[str]) -> bool:
    return subprocess.run(command, check=False).returncode == 0


def _run(command: list[str]) -> None:
    if not _try(command):
        sys.exit(f"failed: {' '.join(command)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
