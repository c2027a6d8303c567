"""Our media calls: their URLs to copy or play, digits to send into them, and their end."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from pexdash.session.moderation.calls import MediaCall
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.framework.key_place import Deed

_ASKS = {
    "n": "new",
    "u": "url",
    "enter": "url",
    "s": "secure",
    "p": "play",
    "d": "digits",
    "x": "end",
}
"""What each key asks for."""


class CallsDialog(GuardedDialog[None]):
    """Lists our media calls, and stays open while the host works with them.

    `being_made` tells how many calls wait for the node's answer. A key calls `asked` with "url",
    "secure", "play", "digits" or "end" and the call it is for, or with "new", for which the
    call may be None. The highlight stays on its call; where that call ends, no call is highlighted
    until the host chooses one.
    """

    SIZE = "-broad"

    BINDINGS = [
        Binding("escape,q", "dismiss", "Back", show=False),
        *(Binding(key, f"ask('{what}')", show=False) for key, what in _ASKS.items()),
    ]

    acting_keys = tuple(_ASKS)

    def __init__(
        self,
        calls: Callable[[], list[MediaCall]],
        asked: Callable[[str, MediaCall | None], None],
        *,
        being_made: Callable[[], int],
        player: bool,
    ) -> None:
        play = "   p play" if player else ""
        super().__init__(
            "Media calls",
            f"u copy URL   s copy secure URL{play}\n"
            "n new call   d DTMF   x disconnect   esc closes",
        )
        self._calls = calls
        self._being_made = being_made
        self._asked = asked
        self._shown: list[MediaCall] = []
        self._shown_being_made = -1

    def inside(self) -> ComposeResult:
        yield OptionList(markup=False)

    def on_mount(self) -> None:
        self._draw()
        self.set_interval(0.5, self._draw)

    def _draw(self) -> None:
        calls, being_made = self._calls(), self._being_made()
        if (calls, being_made) == (self._shown, self._shown_being_made):
            return
        listed = self.query_one(OptionList)
        chosen, was_empty = self._chosen(), not self._shown
        self._shown, self._shown_being_made = calls, being_made
        listed.clear_options()
        listed.add_options(Option(Content(_told(call))) for call in calls)
        uuids = [call.uuid for call in calls]
        if chosen is not None and chosen.uuid in uuids:
            listed.highlighted = uuids.index(chosen.uuid)
        elif calls and was_empty:
            listed.highlighted = 0
        if being_made:
            listed.add_option(Option(Content("Calling, the node has not answered"), disabled=True))
        elif not calls:
            listed.add_option(Option(Content("No call of ours; n adds one"), disabled=True))

    def _chosen(self) -> MediaCall | None:
        at = self.query_one(OptionList).highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def deed_of(self, key: str) -> Deed:
        return self._deed(_ASKS[key])

    def _deed(self, what: str) -> Deed:
        call = self._chosen()
        if call is None and what != "new":
            return lambda: None
        return lambda: self._asked(what, call)

    def action_ask(self, what: str) -> None:
        """Ask for `what` to be done with the highlighted call."""
        self._deed(what)()

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self.action_ask("url")


def _told(call: MediaCall) -> str:
    """The lines for one call: what it is, how its media fares, and its URLs."""
    state = f"  {call.state.value}" if call.state else ""
    urls = (f"    {url}" for url in (call.url, call.secure_url) if url)
    return "\n".join((f"{call.kind}  {call.uuid}{state}", *urls))
