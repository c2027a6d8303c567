"""Shows what the program has to say as a toast."""

from __future__ import annotations

from typing import Any, Literal

from textual.app import App

from pexdash.session.feed.notices import Notice, Weight

_SEVERITIES: dict[Weight, Literal["information", "warning", "error"]] = {
    Weight.INFORMATION: "information",
    Weight.WARNING: "warning",
    Weight.ERROR: "error",
}


def show_notice(app: App[Any], notice: Notice) -> None:
    """Show a notice; none of its text is markup."""
    app.notify(notice.text, severity=_SEVERITIES[notice.weight], markup=False)
