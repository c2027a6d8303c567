"""The dialog of a sign-in: its page opens in a browser, or its address is there to be copied."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from pexdash.errors import SignInLate, UsageFault
from pexdash.secret import Secret
from pexdash.session.membership.invitation import SignInQuestion
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.drawing.glyphs import ASCII
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.framework.key_place import Deed
from pexdash.ui.pictures.qr import NoCode, qr_lines
from pexdash.ui.widgets.line_input import LineInput

_LONGEST_PASTE = 16 * 1024
"""How many characters of an address or a token are taken."""
_ROUND_THE_CODE = (6, 3)
"""How many cells of the screen, across and down, are not for a QR code."""


class SignInDialog(GuardedDialog[Secret | SignInLate | None]):
    """Waits for the token of a sign-in; returns it, the fault where it took too long, or None.

    The token comes by the browser. Where that runs on another machine, the host pastes the address
    of the page that it could not open, or the token alone.
    """

    DEFAULT_CSS = """
    SignInDialog .address { height: auto; max-height: 6; margin-bottom: 1; }
    SignInDialog .address Static { height: auto; color: $accent; }
    SignInDialog #advice { height: auto; margin-bottom: 1; }
    SignInDialog #code { display: none; width: auto; height: auto; }
    SignInDialog #code { color: $qr-light; background: $qr-dark; }
    SignInDialog LineInput { background: $top-ground; }
    SignInDialog LineInput:focus { background: $cursor-ground; }
    SignInDialog.-code > .dialog { width: auto; }
    SignInDialog.-code .hint { margin-top: 0; }
    SignInDialog.-code #code { display: block; }
    SignInDialog.-code #words { display: none; }
    SignInDialog #words { height: auto; }
    SignInDialog.-low .address { max-height: 2; margin-bottom: 0; }
    """

    AUTO_FOCUS = ""
    BINDINGS = [
        Binding("escape", "back", "Leave", show=False),
        Binding("y", "copy", "Copy", show=False),
        Binding("o", "open_page", "Open", show=False),
        Binding("c", "code", "QR code", show=False),
        Binding("up", "read(-1)", "Up", show=False),
        Binding("down", "read(1)", "Down", show=False),
    ]
    acting_keys = ("y", "o", "c")

    def __init__(self, question: SignInQuestion, features: TerminalFeatures) -> None:
        self._open = features.open_page
        opens = "o opens   " if self._open is not None else ""
        self._usual_keys = f"{opens}y copies   c QR code   tab to type or paste   esc leaves"
        super().__init__("Sign in", self._usual_keys)
        self._question = question
        self._has_blocks = features.glyphs is not ASCII
        self._came: Secret | SignInLate | None = None

    def inside(self) -> ComposeResult:
        question = self._question
        yield Static(id="code")
        with Vertical(id="words"):
            title = f"Sign in to {question.alias} by {question.provider.name}"
            yield Static(Content(title), classes="question")
            with VerticalScroll(classes="address", can_focus=False):
                yield Static(Content(question.url))
            yield Static(Content(self._advice()), id="advice")
            field = LineInput("the address of the last page, or the token", id="pasted")
            field.password = True
            field.max_length = _LONGEST_PASTE
            yield field

    def _advice(self) -> str:
        provider = self._question.provider
        if self._open is not None:
            advice = "Your browser opens this page, and comes back here: two minutes."
        else:
            advice = "Open this page in a browser, within two minutes."
        if self._open is None or not provider.comes_back:
            advice += (
                " If its last page does not come back or cannot be reached, paste that page's"
                " whole address here, or the token it shows."
            )
        return advice

    def on_mount(self) -> None:
        self._wait()
        self.action_open_page()

    @work(group="token", exit_on_error=True)
    async def _wait(self) -> None:
        try:
            self._came = await self._question.loopback.token()
        except SignInLate as late:
            self._came = late
        self._end()

    @on(events.ScreenResume)
    def _end(self) -> None:
        """Close with what came, unless another screen is over this one."""
        if self._came is not None and self.is_current:
            self.dismiss(self._came)

    def deed_of(self, key: str) -> Deed:
        deeds = {"y": self.action_copy, "o": self.action_open_page, "c": self.action_code}
        return deeds[key]

    def action_open_page(self) -> None:
        """Have the browser open the page."""
        if self._open is not None:
            self._open_page(self._open)

    @work(group="browser", exit_on_error=True)
    async def _open_page(self, open_page: Callable[[str], Awaitable[None]]) -> None:
        try:
            await open_page(self._question.url)
        except OSError as fault:
            self._say(f"No browser can be started: {fault.strerror}. Open the page yourself.")

    def action_copy(self) -> None:
        """Send the address to the clipboard."""
        self.app.copy_to_clipboard(self._question.url)
        self._say("Sent to the clipboard")

    def action_code(self) -> None:
        """Show the address as a QR code, or no more."""
        if not self.is_current:
            return
        if self.has_class("-code"):
            self._hide_code()
            return
        across, down = _ROUND_THE_CODE
        try:
            if not self._has_blocks:
                raise NoCode("A QR code needs a terminal with Unicode")
            lines = qr_lines(
                self._question.url,
                self.app.size.width - across,
                self.app.size.height - down,
                on_light=self.app.no_color and getattr(self.app, "terminal_is_light", None) is True,
            )
        except NoCode as fault:
            self._say(str(fault))
            return
        self.query_one("#code", Static).update(Content("\n".join(lines)))
        self.add_class("-code")
        self.tell_keys("c or esc hides it")

    def action_read(self, by: int) -> None:
        """Scroll the address by so many lines."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_back(self) -> None:
        """Hide the QR code, or leave."""
        if self.has_class("-code"):
            self._hide_code()
        else:
            self.dismiss(None)

    def _hide_code(self) -> None:
        self.remove_class("-code")
        self.tell_keys(self._usual_keys)

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted, wherever the focus is."""
        event.stop()
        self._take(event.text)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._take(event.value)

    @on(LineInput.GivenUp)
    def _given_up(self) -> None:
        self.set_focus(None)

    def _take(self, text: str) -> None:
        try:
            self._question.loopback.paste(text)
        except UsageFault as fault:
            self._say(f"Not taken: {fault}.")

    def _say(self, sentence: str) -> None:
        self.app.notify(sentence, markup=False)
