"""`python -m tests.matrix`: the screen on the oldest and the newest Textual, and pexdash installed.

Each has an environment of its own below `.matrix/`, which is kept for the next time. The wheel and
the source distribution are built without a download; what they depend on is resolved anew.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import chdir
from pathlib import Path

import pytest
from flit_core import buildapi

from pexdash import __version__
from tests.man_page import PAGE
from tests.terminal.pseudo_terminal import Terminal, spawned

ROOT = Path(__file__).parents[1]
PLACE = ROOT / ".matrix"
LOCK = ROOT / ".requirements.lock"
# All of the screen, and of the terminal's tests those that look at each cell and each key.
TESTS = (
    "tests/ui",
    "tests/terminal/test_changed_cells.py",
    "tests/terminal/test_other_textual.py",
    "tests/terminal/test_pasting.py",
)
WORKERS = str(3 * (os.cpu_count() or 2))
SIZE = (120, 40)


def main() -> None:
    wanted = textual_wanted()
    oldest = wanted.partition(",")[0].replace(">=", "==")
    for name, textual in (("oldest", oldest), ("newest", wanted)):
        on_textual(name, textual)
    wheel, source = built()
    installed("wheel", wheel)
    installed("sdist", source)


def textual_wanted() -> str:
    """What pyproject.toml says of Textual: the least version first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (wanted,) = (str(one) for one in project["dependencies"] if one.startswith("textual"))
    assert re.fullmatch(r"textual>=[\d.]+,<[\d.]+", wanted), wanted
    return wanted


def on_textual(name: str, textual: str) -> None:
    """Run the tests of the screen in the locked environment with that Textual."""
    began = time.monotonic()
    python = environment(name)
    pip(python, "--require-hashes", "-r", str(LOCK))
    pip(python, "--upgrade", textual)
    pip(python, "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    version = "from importlib.metadata import version; print(version('textual'))"
    say(f"{name}: Textual {output(python, '-c', version, folder=str(ROOT))}, made ready", began)
    began = time.monotonic()
    tested(python, began, name)


def tested(python: Path, began: float, name: str) -> None:
    """Run the tests; what fails on the busy machine is named, and must then pass alone."""
    try:
        run(python, "-m", "pytest", "-n", WORKERS, "--dist", "worksteal", *TESTS)
    except subprocess.CalledProcessError as failed:
        if failed.returncode != pytest.ExitCode.TESTS_FAILED:
            raise
        say(f"{name}: what failed above, once more and alone", began)
        run(python, "-m", "pytest", "--last-failed", *TESTS)
    say(f"{name}: tested", began)


def built() -> tuple[Path, Path]:
    """The wheel and the source distribution."""
    made = PLACE / "dist"
    made.mkdir(parents=True, exist_ok=True)
    with chdir(ROOT):
        return made / buildapi.build_wheel(str(made)), made / buildapi.build_sdist(str(made))


def installed(name: str, package: Path) -> None:
    """Install `package` in an environment of its own, and look at what the program does there."""
    began = time.monotonic()
    python = environment(name)
    # Only what is built from source needs it, and would else download it by itself.
    pip(python, "--require-hashes", "-r", str(only("flit-core")))
    pip(python, "--no-build-isolation", "--force-reinstall", "--no-deps", str(package))
    pip(python, str(package))
    program = python.with_name("pexdash")
    with tempfile.TemporaryDirectory(prefix="pexdash-matrix-") as folder:
        assert output(program, "--version", folder=folder) == f"pexdash {__version__}"
        told = output(program, "demo", "--participants", "3", "--for", "2", folder=folder)
        assert "one line per change" in told, told
        told = output(program, "doctor", folder=folder)
        assert f"version              {__version__}" in told, told
        assert "not asked  node" in told, told
        for shell in ("bash", "zsh", "fish"):
            told = output(program, "completion", shell, folder=folder)
            assert f"_PEXDASH_COMPLETE={shell}_complete" in told, told
        page = PLACE / name / "share" / "man" / "man1" / "pexdash.1"
        assert page.read_bytes() == PAGE.read_bytes()
        asyncio.run(shows_a_meeting(program, folder))
    say(f"{name}: {package.name} installed and tried", began)


async def shows_a_meeting(program: Path, folder: str) -> None:
    """Whether the demo shows a meeting on a terminal, and leaves by an interrupt."""
    command = (program, "demo", "--participants", "8")
    async with spawned(*command, size=SIZE, env=_of_nobody(folder)) as (process, master):
        shown = Terminal(process, master, SIZE)
        try:
            await shown.shows("meet.alice", "Alice", "live", "STAGE", "CHAT")
            shown.press("\x03")
            assert await shown.status() == 130
        finally:
            shown.hang_up()


def only(package: str) -> Path:
    """The lines of the lock that are about `package`, as a file of their own."""
    rows = re.split(r"\n(?=\S)", LOCK.read_text("utf-8"))
    (found,) = (row for row in rows if row.startswith(f"{package}=="))
    path = PLACE / f"{package}.lock"
    path.write_text(found + "\n", "utf-8")
    return path


def environment(name: str) -> Path:
    """The Python of an environment, which is made where there is none."""
    python = PLACE / name / "bin" / "python"
    if not python.exists():
        run(sys.executable, "-m", "venv", str(PLACE / name))
    return python


def pip(python: Path, *arguments: str) -> None:
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


def run(*command: str | Path) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


def output(*command: str | Path, folder: str) -> str:
    """What `command` writes, run in `folder`: not where our source is."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=_of_nobody(folder),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.strip()


def _of_nobody(folder: str) -> dict[str, str]:
    """The environment of somebody who has no settings."""
    return {"TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": folder, "PATH": os.defpath}


def say(text: str, began: float) -> None:
    sys.stdout.write(f"{text} ({time.monotonic() - began:.0f} s)\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
