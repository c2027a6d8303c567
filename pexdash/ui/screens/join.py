"""The join screen, which `pexdash` without arguments opens, and how a signal ends it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from pexdash.api.pasted import read_address
from pexdash.crash import UNTOLD
from pexdash.errors import PexdashError, UsageFault
from pexdash.secret import Secret
from pexdash.text import clean, trimmed
from pexdash.ui.framework.app_base import BaseApp
from pexdash.ui.framework.key_place import Deed, KeyPlace
from pexdash.ui.loose_faults import failing_by_loose_faults
from pexdash.ui.lost_terminal import hanging_up_when_lost
from pexdash.ui.widgets.line_input import AnsweringInput

if TYPE_CHECKING:
    from textual.widgets import OptionList

    from pexdash.session.membership.recent_conferences import RecentConference

_NO_PIN = Secret("")
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


@dataclass(frozen=True, slots=True)
class JoinForm:
    """The values of the fields; the screen never fills in `pin` again."""

    alias: str = ""
    node: str = ""
    name: str = ""
    pin: Secret = _NO_PIN


_LONGEST_LINK = 2000
"""How many characters fit where a link to a conference may be pasted."""
_FIELDS = (
    ("alias", "Conference", "meet.alice@example.com"),
    ("node", "Node", "empty: found by the conference's domain"),
    ("name", "Your name", ""),
    ("pin", "PIN", "empty: asked for where one is needed"),
)


class JoinScreen(KeyPlace, Screen[None]):
    """The screen of the form, whose enter does once what `answer` says, however long it is held."""

    acting_keys = ("enter",)

    def __init__(self, answer: Callable[[], Deed]) -> None:
        super().__init__()
        self._answer = answer

    def deed_of(self, key: str) -> Deed:
        return self._answer()

    def action_submit(self) -> None:
        """Join what the form says."""
        self._answer()()


class JoinApp(BaseApp[JoinForm | None]):
    """Asks which conference to join; `run_async` returns the form, or None where the user leaves.

    `fault` is a sentence that says why the last try failed, or "". Below the fields stand the
    conferences joined last, newest first; enter joins one again, under the name in its field.
    """

    CSS = """
    Screen { align: center middle; }
    #form {
        width: 66; max-width: 100%; height: auto; max-height: 100%;
        padding: 1 2; border: round $line; background: $ground;
    }
    #form .title { text-style: bold; margin-bottom: 1; }
    #form .label { color: $dim; }
    #form Input { height: 1; border: none; padding: 0 1; margin-bottom: 1; }
    #form Input { background: $top-ground; }
    #form Input:focus { background: $cursor-ground; }
    #recent { height: auto; max-height: 4; border: none; padding: 0; margin-bottom: 1; }
    #recent { background: $ground; text-wrap: nowrap; scrollbar-size-vertical: 1; }
    .-low #form.listed Input { margin-bottom: 0; }
    .-tall #recent { max-height: 10; }
    #fault { color: $muted; height: auto; }
    #hint { color: $dim; }
    """
    ENABLE_COMMAND_PALETTE = False
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-tall")]
    BINDINGS = [
        Binding("escape", "step_back", show=False, priority=True),
        Binding("ctrl+c,ctrl+q", "leave", show=False, priority=True),
        Binding("down", "recent", show=False),
    ]

    def __init__(
        self,
        form: JoinForm,
        fault: str = "",
        *,
        colours: bool = True,
        theme: str = "",
        recent: Sequence[RecentConference] = (),
    ) -> None:
        super().__init__(colours=colours, theme=theme)
        self._form = form
        self._fault = fault
        self._recent = recent

    def get_default_screen(self) -> JoinScreen:
        return JoinScreen(self._answer)

    def on_mount(self) -> None:
        # After a try that failed at once, the enter of that try may still be held.
        self.may_be_held("enter")

    def compose(self) -> ComposeResult:
        with Vertical(id="form", classes="listed" if self._recent else None):
            yield Static(Content("Join a conference"), classes="title")
            for name, label, placeholder in _FIELDS:
                yield Static(Content(label), classes="label")
                field = AnsweringInput(
                    "" if name == "pin" else getattr(self._form, name),
                    placeholder=placeholder,
                    password=name == "pin",
                    max_length=_LONGEST_LINK if name == "alias" else 256,
                    id=name,
                )
                field.cursor_blink = False
                yield field
            if self._recent:
                yield from self._listed()
            yield Static(Content(self._fault), id="fault")
            below = "   down recent ones" if self._recent else ""
            hint = f"enter joins   tab next field{below}   esc leaves"
            yield Static(Content(hint), id="hint")

    def _listed(self) -> ComposeResult:
        """The recent conferences, of which most first starts have none."""
        from textual.widgets import OptionList

        yield Static(Content("Recent"), classes="label")
        yield OptionList(*map(_line, self._recent), markup=False, id="recent")

    def action_leave(self) -> None:
        """Join nothing."""
        self.exit(None)

    def action_step_back(self) -> None:
        """Go back from the recent conferences to the fields, and from there out."""
        if self._is_in_recent:
            self.query_one("#alias", Input).focus()
        else:
            self.action_leave()

    def action_recent(self) -> None:
        """Go down to the recent conferences, where there are any."""
        if self._recent:
            self.query_one("#recent").focus()

    @property
    def _is_in_recent(self) -> bool:
        return self.focused is not None and self.focused.id == "recent"

    def _answer(self) -> Deed:
        """What enter does now: it joins a recent conference, or what the fields say."""
        if not self._is_in_recent:
            return self._join
        from textual.widgets import OptionList

        return self.query_one("#recent", OptionList).action_select

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        chosen = self._recent[event.option_index]
        name = self.query_one("#name", Input).value
        self.exit(JoinForm(chosen.alias, chosen.node, name))

    def _join(self) -> None:
        given = {name: self.query_one(f"#{name}", Input).value for name, *_ in _FIELDS}
        form = JoinForm(given["alias"], given["node"], given["name"], Secret(given["pin"]))
        if not trimmed(form.alias):
            self._tell("Which conference?")
            return
        try:
            pasted = read_address(form.alias)
        except UsageFault as fault:
            self._tell(str(fault))
            return
        if pasted.node is not None and form.node == self._form.node:
            # The node is sent the PIN of this form: it stands there before that, and enter agrees.
            self._form = replace(form, alias=pasted.alias, node=pasted.node.url)
            self.query_one("#alias", Input).value = pasted.alias
            self.query_one("#node", Input).value = pasted.node.url
            dropped = "; the PIN in it is dropped" if pasted.had_pin else ""
            self._tell(f"The link names the node {pasted.node}{dropped}. Enter joins there.")
            return
        self.exit(form)

    def _tell(self, sentence: str) -> None:
        """Show a sentence in the form, which stays open."""
        self.query_one("#fault", Static).update(Content(sentence))
        self.query_one("#alias", Input).focus()


_ALIAS_WIDTH, _NODE_WIDTH = 29, 21
"""Cells for the alias and the node of a recent conference; the role has the rest of the line."""


def _line(conference: RecentConference) -> Content:
    """Alias, node and role of a recent conference, in columns."""
    from pexdash.ui.drawing.spans import fit

    node = conference.node.removeprefix("https://")
    alias = fit(clean(conference.alias), _ALIAS_WIDTH)
    role = conference.role.capitalize()
    return Content(f"{alias} {fit(node, _NODE_WIDTH)} {role}")


def without_pin(form: JoinForm) -> JoinForm:
    """The form to show again after a failed try, with an empty PIN."""
    return replace(form, pin=_NO_PIN)


async def ask_what_to_join(app: JoinApp) -> JoinForm | int:
    """Show `app`; return the form or, where the user or a signal ended it, the exit status.

    Raises the fault of a crash, or PexdashError where the framework does not tell which it was.
    """
    caught: list[int] = []

    def leave(number: int) -> None:
        caught.append(number)
        app.exit(None)

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, leave, number)
    try:
        with hanging_up_when_lost(), failing_by_loose_faults(app.fail):
            given = await app.run_async()
    except OSError:
        # The terminal vanished while the driver wrote to it.
        if not caught:
            raise
        given = None
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
    if caught:
        return 128 + caught[0]
    if app.crash is not None:
        raise app.crash
    if app.return_code:
        raise PexdashError(UNTOLD)
    return 0 if given is None else given
