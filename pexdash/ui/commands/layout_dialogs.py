"""Opens what asks for a layout, or for one person's picture and sound, and sends the answer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping

from textual.screen import Screen

from pexdash.session.feed.notices import Notice
from pexdash.session.membership.part import OurPart
from pexdash.session.moderation.action import Action, Form, Step
from pexdash.session.moderation.picture_actions import (
    aspect_ratio_step,
    heard_in_step,
    hears_step,
    layout_group_step,
)
from pexdash.session.moderation.plans import ALREADY_LEFT
from pexdash.ui.commands.sending import run_told
from pexdash.ui.dialogs.form import FormDialog, Values
from pexdash.ui.dialogs.layouts import LayoutDialog
from pexdash.ui.dialogs.mixes import (
    aspect_ratio_form,
    audio_mix_form,
    audio_mixes_form,
    layout_group_form,
    mix_of,
    mixes_of,
    ratio_of,
)
from pexdash.ui.dialogs.requests import named
from pexdash.ui.drawing.glyphs import Glyphs

Made = Callable[[Values], Step]


class LayoutDialogs:
    """Opens the dialog of layouts and the forms beside it.

    `send` carries out an action for these uuids with a step made from a form.
    """

    def __init__(
        self,
        screen: Screen[None],
        membership: OurPart,
        *,
        say: Callable[[Notice], None],
        send: Callable[[Action, list[str], Step], None],
        glyphs: Glyphs,
    ) -> None:
        self._screen = screen
        self._membership = membership
        self._say = say
        self._send = send
        self._glyphs = glyphs

    def choose(self) -> None:
        """Show the layouts, and what of them is asked for and in force."""
        layouts, feed = self._membership.layouts, self._membership.feed

        def ask(transforms: Mapping[str, object], title: str) -> None:
            self._run(layouts.transform(transforms, title))

        self._open(LayoutDialog(feed, layouts, self._glyphs, ask=ask))

    def _choose_for(self, people: list[str]) -> None:
        layouts, feed = self._membership.layouts, self._membership.feed

        def show_own(layout: str) -> None:
            for uuid in people:
                self._run(layouts.show_own(uuid, layout))

        self._open(LayoutDialog(feed, layouts, self._glyphs, show_own=show_own, people=people))

    def _open(self, dialog: LayoutDialog) -> None:
        """Open a dialog at once, and let it fill when the node has answered."""

        async def load() -> None:
            await self._membership.layouts.load()
            dialog.sheet.load_done()

        self._screen.app.push_screen(dialog)
        self._run(load())

    def ask(self, form: Form, action: Action, uuids: list[str]) -> None:
        """Ask for what an action on one person's picture or sound needs, and carry it out."""
        people = self._membership.feed.conference.participants
        unsuited = self._membership.moderation.planner.unsuited
        remarks = {uuid: unsuited(action, uuid) for uuid in uuids if uuid in people}
        there = [people[uuid] for uuid, remark in remarks.items() if not remark]
        if not there:
            self._say(Notice(next(iter(remarks.values()), ALREADY_LEFT)))
            return
        chosen = [one.uuid for one in there]
        if form is Form.PERSONAL_LAYOUT:
            self._choose_for(chosen)
            return
        dialog, made = self._form(form, named(there))

        def filled(values: Values | None) -> None:
            if values is not None:
                self._send(action, chosen, made(values))

        self._screen.app.push_screen(dialog, filled)

    def _form(self, form: Form, people: list[str]) -> tuple[FormDialog, Made]:
        match form:
            case Form.AUDIO_MIX:
                return audio_mix_form(people), lambda values: hears_step(mix_of(values))
            case Form.AUDIO_MIXES:
                return audio_mixes_form(people), lambda values: heard_in_step(mixes_of(values))
            case Form.LAYOUT_GROUP:
                return layout_group_form(people), lambda values: layout_group_step(values["group"])
            case _:
                return aspect_ratio_form(), lambda values: aspect_ratio_step(
                    ratio_of(values["ratio"]) or 0.0
                )

    def _run(self, request: Coroutine[object, object, object]) -> None:
        run_told(self._screen, request, "layouts")
