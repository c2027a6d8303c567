"""What is left of a program that has ended: the terminal as it was, and no token."""

from __future__ import annotations

from pathlib import Path

from tests.eventually import eventually
from tests.terminal.foreign_node import ForeignNode
from tests.terminal.pseudo_terminal import Terminal, new_terminal_modes

SWITCHED_OFF = [
    b"\x1b[?1049l",  # the alternate screen
    b"\x1b[?25h",  # the cursor is shown
    b"\x1b[?1000l",  # the mouse
    b"\x1b[?2004l",  # bracketed paste
    b"\x1b[<u",  # the keyboard protocol
]


def released(node: ForeignNode) -> int:
    return sum(one.request == "release_token" for one in node.seen)


async def assert_whole(shown: Terminal) -> None:
    """The terminal is as it was before the program ran."""

    def is_whole() -> bool:
        return all(
            0 <= shown.raw.rfind(b"\x1b[?1049h") < shown.raw.rfind(off) for off in SWITCHED_OFF
        )

    await eventually(is_whole, "the terminal given back")
    assert shown.modes() == new_terminal_modes()


def breaking(folder: Path, code: str) -> dict[str, str]:
    """The environment in which the installed program finds a fault of ours in itself."""
    (folder / "sitecustomize.py").write_text(code)
    return {"PYTHONPATH": str(folder)}
