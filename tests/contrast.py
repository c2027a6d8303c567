"""`python -m tests.contrast`: how well themes can be read; `--readme` puts it into the README."""

from __future__ import annotations

import sys
from pathlib import Path

from pexdash.ui.themes.framework_theme import ANSI_ON_LIGHT
from pexdash.ui.themes.roles import Role
from tests.ui.themes.colours import BLINDNESS, confused, least, shown

README = Path(__file__).parents[1] / "README.md"
MARKS = "<!-- contrast -->\n", "<!-- end of contrast -->"
INKS = (Role.TEXT, Role.DIM, Role.ACCENT, Role.ATTENTION, Role.VOICE, Role.MUTED)
SIGN_ALONE = "These states the colour-blind tell apart by their signs and words alone:"
_NAMES = {ANSI_ON_LIGHT: "ansi, light terminal", "ansi": "ansi, dark terminal"}


def table() -> str:
    """The least contrast of each ink on the grounds, and of all of them under the cursor."""
    rows = [
        f"| Theme | Colours | {' | '.join(INKS)} | under the cursor |",
        f"|---|---|{'--:|' * (len(INKS) + 1)}",
    ]
    for theme, depth, looks in shown():
        # What is dim is text under the cursor, and with sixteen colours all is.
        inks = {Role.TEXT} if depth.startswith("16,") else {*INKS} - {Role.DIM}
        cursor = min(least(looks, ink, on_cursor=True) for ink in inks)
        figures = [*(least(looks, ink) for ink in INKS), cursor]
        cells = " | ".join(f"{one:.1f}" for one in figures)
        rows.append(f"| {_NAMES.get(theme, theme)} | {depth} | {cells} |")
    return "\n".join(rows) + "\n"


def confusions() -> str:
    """The states that the colour-blind tell apart by their signs alone, theme by theme."""
    rows = ["| Theme | Colours | deutan | protan | tritan |", "|---|---|---|---|---|"]
    for theme, depth, looks in shown():
        told = [
            ", ".join(f"{one} and {other}" for one, other in confused(looks, eye)) or "-"
            for eye in BLINDNESS
        ]
        if any(pairs != "-" for pairs in told):
            rows.append(f"| {_NAMES.get(theme, theme)} | {depth} | {' | '.join(told)} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    told = f"{table()}\n{SIGN_ALONE}\n\n{confusions()}"
    if "--readme" not in sys.argv[1:]:
        sys.stdout.write(told)
        return
    text = README.read_text("utf-8")
    before, begin, rest = text.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    README.write_text(f"{before}{begin}{told}{end}{after}", "utf-8")


if __name__ == "__main__":
    main()
