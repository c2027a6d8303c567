"""The Textual application: one conference, one conference screen, and how both end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from pexdash.errors import PexdashError, Refused, SignInLate
from pexdash.model.sorting import Order
from pexdash.session.feed.notices import Notice, Weight
from pexdash.text import clean
from pexdash.ui.commands.actions import LEAVE
from pexdash.ui.commands.bindings import textual_key
from pexdash.ui.commands.recent import RecentDestinations
from pexdash.ui.features import DEFAULT_FEATURES, TerminalFeatures
from pexdash.ui.leaving_app import UNSURE_OF_KEYS, LeavingApp

if TYPE_CHECKING:
    from pexdash.errors import IdentityProvider
    from pexdash.model.alarms.policy import Policy
    from pexdash.secret import Secret
    from pexdash.session.feed.feed import Feed
    from pexdash.session.membership.invitation import (
        PinQuestion,
        ProviderQuestion,
        SignInQuestion,
    )
    from pexdash.session.membership.part import OurPart


def host_rules() -> Policy:
    """The rules of the alarms of one conference, where nobody has set others."""
    from pexdash.model.alarms.policy import policy_of

    return policy_of("host")


class GaveUp(PexdashError):
    """The host closed the question for a PIN or for a conference, so nothing was joined."""

    exit_status = Refused.exit_status


class DashboardApp(LeavingApp):
    """Shows a conference.

    The `feed` gets its events from our `membership`, which runs as a worker. `alarm_rules` returns
    the rules of its alarms, and is called once the people are on the screen.
    """

    def __init__(
        self,
        feed: Feed,
        membership: OurPart,
        *,
        keys: Mapping[str, str],
        alarm_rules: Callable[[], Policy] = host_rules,
        features: TerminalFeatures = DEFAULT_FEATURES,
        frame_seconds: float = 1 / 30,
        recent: RecentDestinations | None = None,
        player: str = "",
        theme: str = "",
    ) -> None:
        super().__init__(features, theme=theme)
        self.feed = feed
        self.membership = membership
        # The details dialog shows the JSON that the node sent for a participant.
        feed.conference.keeps_sources = True
        self._keys = keys
        self._alarm_rules = alarm_rules
        self._features = features
        self._frame_seconds = frame_seconds
        self._recent = recent or RecentDestinations()
        self._order = Order()
        self._player = player
        self._stands = asyncio.Event()
        self.bind(textual_key(keys[LEAVE.id]), "leave_early", show=False)
        if not self.reads_whole_keys:
            membership.only_watch(UNSURE_OF_KEYS)

    def compose(self) -> ComposeResult:
        yield Static(Content(f"Joining {clean(self.feed.conference.alias)} …"), id="joining")

    async def on_ready(self) -> None:
        """Follow the conference, and mount its screen while the node answers.

        The first frame has been sent by now, so that slow imports do not delay it.
        """
        from pexdash.ui.screens.conference import ConferenceScreen

        screen = ConferenceScreen(
            self.feed,
            self.membership,
            features=self._features,
            keys=self._keys,
            alarm_rules=self._alarm_rules,
            frame_seconds=self._frame_seconds,
            recent=self._recent,
            order=self._order,
            player=self._player,
        )
        if not self.reads_whole_keys:
            self.feed.notify(Notice(UNSURE_OF_KEYS, Weight.WARNING))
        self._follow()
        screen.suit(self.size)
        for path in screen.css_path:
            # Read beforehand, because the framework would parse a screen's style sheet twice.
            self.stylesheet.read(path)
        await self.push_screen(screen)
        self._stands.set()

    @work(name="conference", exit_on_error=True)
    async def _follow(self) -> None:
        """Follow the conference, and leave when the membership ends or a fault occurs."""
        try:
            reason = await self.membership.run()
        except PexdashError as fault:
            self.remedy = fault.remedy
            self.leave(fault.exit_status, str(fault))
        else:
            self.leave(0, f"The conference is over: {reason}" if reason else "")

    def action_leave_early(self) -> None:
        """Leave before the screen of the conference is there, which has a key for this itself."""
        self.exit(0)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action makes sense now."""
        return action != "leave_early" or len(self.screen_stack) == 1

    async def ask_pin(self, question: PinQuestion) -> Secret:
        """Ask for the PIN on the screen; raises GaveUp where the host leaves instead."""
        from pexdash.ui.dialogs.pin import PinDialog

        await self._stands.wait()
        dialog = PinDialog(
            question.alias or self.feed.conference.alias, question, interrupts=self._in_meeting
        )
        pin = await self.push_screen_wait(dialog)
        if pin is None:
            raise GaveUp("Not joined")
        return pin

    async def ask_extension(self, unknown: bool) -> str:
        """Ask for the conference behind a Virtual Reception; raises GaveUp where the host leaves.

        `unknown` says that the node did not know the last answer.
        """
        from pexdash.ui.dialogs.requests import extension_form

        await self._stands.wait()
        form = extension_form(self.feed.conference.alias, unknown=unknown)
        values = await self.push_screen_wait(form)
        if values is None:
            raise GaveUp("Not joined")
        return values["extension"]

    async def choose_provider(self, question: ProviderQuestion) -> IdentityProvider:
        """Ask where to sign in; raises GaveUp where the host leaves instead.

        One provider alone is taken, unless a browser would then open in the middle of a meeting, or
        once more after a sign-in that was in vain.
        """
        from pexdash.ui.dialogs.providers import ProviderDialog

        if len(question.providers) == 1 and not question.failed and not self._in_meeting:
            return question.providers[0]
        await self._stands.wait()
        dialog = ProviderDialog(question, interrupts=self._in_meeting)
        provider = await self.push_screen_wait(dialog)
        if provider is None:
            raise GaveUp("Not joined")
        return provider

    async def sign_in(self, question: SignInQuestion) -> Secret:
        """Open the page of a sign-in, or show its address, and wait for the token.

        Raises GaveUp where the host leaves instead, and SignInLate.
        """
        from pexdash.ui.dialogs.sign_in import SignInDialog

        await self._stands.wait()
        came = await self.push_screen_wait(SignInDialog(question, self._features))
        if came is None:
            raise GaveUp("Not joined")
        if isinstance(came, SignInLate):
            raise came
        return came

    async def ask_name(self, alias: str) -> str:
        """Ask for the name to join by; raises GaveUp where the host leaves instead."""
        from pexdash.ui.dialogs.requests import display_name_form

        await self._stands.wait()
        values = await self.push_screen_wait(display_name_form(alias))
        if values is None:
            raise GaveUp("Not joined")
        return values["name"]

    @property
    def _in_meeting(self) -> bool:
        """Whether we have joined before, so that a question interrupts the host."""
        return self.membership.joined_at is not None
