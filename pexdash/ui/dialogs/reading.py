"""Text to read and close: help, journal and participant details."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from pexdash.api.fields import node_fields
from pexdash.model.filter import STATES
from pexdash.model.participant import Participant, Role
from pexdash.session.actions import ACTIONS, Risk, Target
from pexdash.session.journal import Journal, Outcome
from pexdash.ui.bindings import shown_key


class Reading(ModalScreen[None]):
    """Shows what `text` returns, scrolled by the arrow keys, closed by escape."""

    DEFAULT_CSS = """
    Reading { align: center middle; background: $background 50%; }
    Reading > .dialog {
        width: 90; max-width: 95%; height: auto; max-height: 90%;
        padding: 0 1; background: $surface; border: round $primary;
    }
    Reading VerticalScroll { height: auto; max-height: 100%; }
    Reading Static { height: auto; }
    """

    BINDINGS = [Binding("escape,q,enter", "dismiss", "Close", show=False)]

    def __init__(self, title: str, text: Callable[[], Content], *, at_end: bool = False) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._at_end = at_end
        self._shown: Content | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = Content("esc closes")
            with VerticalScroll():
                yield from self.picture()
                yield Static(id="text")

    def picture(self) -> ComposeResult:
        """What stands above the text."""
        yield from ()

    def on_mount(self) -> None:
        self._draw()
        self.set_interval(0.5, self._draw)

    def _draw(self) -> None:
        text = self._text()
        if text == self._shown:
            return
        self._shown = text
        self.query_one("#text", Static).update(text)
        if self._at_end:
            self.query_one(VerticalScroll).scroll_end(animate=False)


def help_text(keys: Mapping[str, str]) -> Content:
    """Every action with its key, by what it is for, and how the filter is written."""
    parts: list[Content] = []
    for target in Target:
        parts.append(Content.styled(f"{target.value}\n", "bold"))
        for action in ACTIONS:
            if action.target is target:
                asks = f" ({action.risk.value})" if action.risk is not Risk.NONE else ""
                key = shown_key(action, keys)
                parts.append(Content(f"  {key:<8} {action.title}{asks}\n"))
        parts.append(Content("\n"))
    parts.append(Content.styled("Filter\n", "bold"))
    parts.append(
        Content(
            "  Words narrow by name, overlay text and address; ! before a word turns it round.\n"
            "  role:host  protocol:sip  is:STATE with STATE one of\n"
            f"  {' '.join(STATES)}\n\n"
        )
    )
    parts.append(
        Content(
            "Keys for participants are for the marked people, or else for the one under the\n"
            "cursor. A row changes when the node says so; until then it carries a … sign.\n"
            "Up, down, page up, page down, home and end move the cursor."
        )
    )
    return Content("").join(parts)


def journal_text(journal: Journal) -> Content:
    """Every request with its time, for whom it was, and what became of it."""
    if not journal.entries:
        return Content("Nothing has been asked of the node yet.")
    lines = []
    for entry in journal.entries:
        stamp = time.strftime("%H:%M:%S", time.localtime(entry.time))
        whom = f" {entry.name} ({entry.uuid[:8]})" if entry.uuid else ""
        reason = f": {entry.reason}" if entry.reason else ""
        failed = entry.outcome in (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.QUIET)
        lines.append(
            Content.assemble(
                f"{stamp}  {entry.title}{whom}  [{entry.request}]  ",
                (f"{entry.outcome.value}{reason}", "bold" if failed else ""),
            )
        )
    return Content("\n").join(lines)


def details_text(one: Participant, source: bytes) -> Content:
    """What is known of a participant in words, then every field of `source`, the node's JSON."""
    role = {Role.HOST: "Host", Role.GUEST: "Guest", Role.UNKNOWN: "unknown"}[one.role]
    fields = [
        ("Name", one.display_name),
        ("Overlay text", one.overlay_text),
        ("Role", role),
        ("State", one.presence.value),
        ("Address", one.uri),
        ("Protocol", one.protocol),
        ("Direction", one.call_direction),
        ("Encryption", one.encryption),
        ("Client", one.vendor),
        ("Joined", _moment(one.start_time)),
        ("Muted by a Host", _yes(one.is_muted)),
        ("Muted by themselves", _yes(one.is_client_muted)),
        ("Camera off", _yes(one.is_video_muted)),
        ("Media", _yes(one.has_media)),
        ("Presenting", _yes(one.is_presenting)),
        ("May see presentation", _yes(one.rx_presentation_allowed)),
        ("Spotlight since", _moment(one.spotlight)),
        ("Hand raised", _moment(one.buzz_time)),
        ("uuid", one.uuid),
    ]
    lines = [Content.assemble((f"{title:<24}", "dim"), value) for title, value in fields if value]
    sent = node_fields(source)
    if sent:
        lines += [Content(""), Content.styled("As the node sent it", "bold")]
        lines += [Content.assemble((f"{name:<32} ", "dim"), value) for name, value in sent]
    return Content("\n").join(lines)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _moment(moment: float | None) -> str:
    if moment is None:
        return ""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))
