"""The forms of dialling, transfers, DTMF digits and media calls, and the requests they send."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Coroutine, Mapping

from textual.screen import Screen

from pexdash.media import peer as webrtc
from pexdash.model.participant import Participant, Role
from pexdash.secret import Secret
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.membership.part import OurPart
from pexdash.session.moderation.action import Action, Step
from pexdash.session.moderation.calls import WEBRTC, MediaCall
from pexdash.session.moderation.participant_actions import dtmf_step, name_step, transfer_step
from pexdash.session.moderation.plans import ALREADY_LEFT
from pexdash.ui.commands.recent import RecentDestinations
from pexdash.ui.commands.sending import run_told
from pexdash.ui.dialogs.calls import CallsDialog
from pexdash.ui.dialogs.camera import CameraDialog
from pexdash.ui.dialogs.requests import (
    dial_body,
    dial_form,
    digits_of,
    dtmf_form,
    media_call_body,
    media_call_form,
    name_form,
    named,
    transfer_form,
)

Values = Mapping[str, str]


class RequestDialogs:
    """Opens the forms, and sends through `membership` what the host fills in.

    `send` carries out an action for these uuids with a step made from a form. `player` is the
    command that plays a URL, in which "{url}" stands for the URL, or "".
    """

    def __init__(
        self,
        screen: Screen[None],
        membership: OurPart,
        *,
        say: Callable[[Notice], None],
        send: Callable[[Action, list[str], Step], None],
        recent: RecentDestinations,
        player: str,
    ) -> None:
        self._screen = screen
        self._feed = membership.feed
        self._membership = membership
        self._say = say
        self._send = send
        self._recent = recent
        self._player = player

    def dial(self, destination: str, source: str) -> None:
        """Ask for a destination, beginning with the one given, and dial it."""

        def filled(values: Values | None) -> None:
            if values is not None:
                self._recent.add(values["destination"])
                self._run(self._membership.dialled.dial(dial_body(values), source))

        self._screen.app.push_screen(dial_form(self._recent.destinations, destination), filled)

    def transfer(self, action: Action, uuids: list[str]) -> None:
        """Ask for a conference, and transfer these participants to it."""
        there = self._there(uuids)
        if not there:
            return

        def filled(values: Values | None) -> None:
            if values is not None:
                pin = Secret(values["pin"]) if values["pin"] else None
                step = transfer_step(values["alias"], values["role"], pin)
                self._send(action, uuids, step)

        self._screen.app.push_screen(transfer_form(there), filled)

    def dtmf(self, action: Action, uuids: list[str]) -> None:
        """Ask for digits, and send them to these participants."""
        there = self._there(uuids)
        if not there:
            return

        def filled(values: Values | None) -> None:
            if values is not None:
                self._send(action, uuids, dtmf_step(digits_of(values["digits"])))

        self._screen.app.push_screen(dtmf_form(named(there)), filled)

    def name(self, action: Action, uuids: list[str]) -> None:
        """Ask for the name on the picture of a participant, and give it."""
        there = self._there(uuids)
        if not there:
            return

        def filled(values: Values | None) -> None:
            if values is not None:
                self._send(action, uuids, name_step(values["text"]))

        self._screen.app.push_screen(name_form(there[0]), filled)

    def camera(self, uuid: str) -> None:
        """Turn and zoom the camera of a participant by keys."""
        there = self._there([uuid])
        if there:
            self._screen.app.push_screen(
                CameraDialog(there[0].name, uuid, self._membership.moderation.ask)
            )

    def _there(self, uuids: list[str]) -> list[Participant]:
        """Those who are still in the conference; where nobody is, a notice tells the host."""
        people = self._feed.conference.participants
        there = [people[uuid] for uuid in uuids if uuid in people]
        if not there:
            self._say(Notice(ALREADY_LEFT))
        return there

    def media_calls(self) -> None:
        """Show our calls, or the form of a first one."""
        if self._membership.calls.calls or self._membership.calls.being_made:
            self._list_calls()
        else:
            self._new_call()

    def _new_call(self) -> None:
        def filled(values: Values | None) -> None:
            if values is not None:
                self._run(self._add_call(values))
                # At once: opened by the node's answer, it would stand over what is typed by then.
                if not isinstance(self._screen.app.screen, CallsDialog):
                    self._list_calls()

        form = media_call_form(webrtc=webrtc.is_available(), starts=self._starts_meeting())
        self._screen.app.push_screen(form, filled)

    def _starts_meeting(self) -> bool:
        """Whether a Host with media would start the conference, as far as the node has told."""
        status = self._feed.conference.status
        return self._feed.role is Role.HOST and status.started is not True

    async def _add_call(self, values: Values) -> None:
        if values["call_type"] == WEBRTC:
            await self._membership.calls.add_webrtc(webrtc.listener)
        else:
            await self._membership.calls.add(media_call_body(values))

    def _list_calls(self) -> None:
        own = self._membership.calls
        self._screen.app.push_screen(
            CallsDialog(
                lambda: list(own.calls.values()),
                self._asked,
                being_made=lambda: own.being_made,
                player=bool(self._player),
            )
        )

    def _asked(self, what: str, call: MediaCall | None) -> None:
        """Do what a key of the list of calls asks for."""
        if call is None or what == "new":
            self._new_call()
        elif what in ("url", "secure"):
            self._copy(call.url if what == "url" else call.secure_url)
        elif what == "play":
            self._run(self._play(call))
        elif what == "digits":
            self._call_dtmf(call)
        else:
            self._run(self._membership.calls.disconnect(call))

    def _copy(self, url: str) -> None:
        if not url:
            self._say(Notice("The node gave no such URL"))
            return
        self._screen.app.copy_to_clipboard(url)
        self._say(Notice(f"Sent to the clipboard: {url}"))

    def _call_dtmf(self, call: MediaCall) -> None:
        def filled(values: Values | None) -> None:
            if values is not None:
                self._run(self._membership.calls.send_digits(call, digits_of(values["digits"])))

        self._screen.app.push_screen(dtmf_form([f"{call.kind} call {call.uuid}"]), filled)

    async def _play(self, call: MediaCall) -> None:
        url = call.secure_url or call.url
        if not self._player or not url:
            self._say(Notice("Nothing to play: no player is configured, or there is no URL"))
            return
        try:
            command = [word.replace("{url}", url) for word in shlex.split(self._player)]
        except ValueError as fault:
            self._say(Notice(f"The player cannot be started: {fault}", Weight.ERROR))
            return
        if "{url}" not in self._player:
            command.append(url)
        try:
            await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as fault:
            self._say(Notice(f"{command[0]} cannot be started: {fault.strerror}", Weight.ERROR))

    def _run(self, request: Coroutine[object, object, object]) -> None:
        run_told(self._screen, request)
