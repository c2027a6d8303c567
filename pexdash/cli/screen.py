"""Shows the dashboard for a command, and returns the command's exit status."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import TYPE_CHECKING

import click

from pexdash.cli import process
from pexdash.cli.alarm_options import host_rules
from pexdash.cli.metrics_options import NO_METRICS, MetricsOptions, telling_of_conference
from pexdash.cli.options import with_option
from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.settings import Settings, recent_file, settings_path, state_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from pexdash.cli.options import JoinOptions
    from pexdash.session.feed.notices import Notice
    from pexdash.session.membership.invitation import Invitation
    from pexdash.session.membership.part import OurPart
    from pexdash.session.membership.recent_conferences import RecentConferences
    from pexdash.session.moderation.action import Place
    from pexdash.session.rules.rule import Rule
    from pexdash.ui.way_out import Ending

LOCAL_RATE = 60.0
"""Frames a second on a local terminal."""
SSH_RATE = 10.0
"""Frames a second over SSH, to send fewer bytes."""


def frame_seconds(rate: float | None) -> float:
    """The seconds between two frames for `rate` frames a second, or for the terminal's own rate."""
    if rate:
        return 1.0 / rate
    return 1.0 / (SSH_RATE if os.environ.get("SSH_CONNECTION") else LOCAL_RATE)


def keys_of(settings: Settings) -> dict[Place, dict[str, str]]:
    """The key of each action in each place; raises UsageFault, with the file, for a wrong key."""
    from pexdash.session.moderation.action import Place
    from pexdash.ui.commands.bindings import keys_with

    keys = {}
    for place in Place:
        section, changed = "keys", settings.keys
        if place is not Place.CONFERENCE:
            section, changed = f"keys.{place.value}", settings.place_keys.get(place.value, {})
        try:
            keys[place] = keys_with(changed, place)
        except UsageFault as fault:
            path = shown_path(settings_path(os.environ))
            raise UsageFault(f"{path}: [{section}]: {fault}") from fault
    return keys


async def show_conference(
    invitation: Invitation,
    options: JoinOptions,
    settings: Settings,
    *,
    rate: float | None = None,
    seconds: float | None = None,
    remembers: bool = True,
    metrics: MetricsOptions = NO_METRICS,
) -> int:
    """Join and show the dashboard until it ends, or for `seconds`; returns the exit status.

    Where it `remembers`, the conference is one of the recent ones from then on.
    """
    ending = await show_session(
        invitation,
        options,
        settings,
        rate=rate,
        seconds=seconds,
        remembers=remembers,
        metrics=metrics,
    )
    return told_ending(ending)


def told_ending(ending: Ending) -> int:
    """Print what there is to say at the end; returns the exit status."""
    if ending.farewell:
        # Standard error may be a terminal that has been closed.
        with contextlib.suppress(OSError):
            click.echo(f"pexdash: {with_option(ending.farewell, ending.remedy)}", err=True)
    return ending.status


async def show_session(
    invitation: Invitation,
    options: JoinOptions,
    settings: Settings,
    *,
    rate: float | None = None,
    seconds: float | None = None,
    colours: bool = process.COLOURS,
    remembers: bool = True,
    metrics: MetricsOptions = NO_METRICS,
) -> Ending:
    """As `show_conference`, but prints nothing at the end, and returns how the app ended."""
    with process.quick_screen():
        ending = await _shown(
            invitation,
            options,
            settings,
            rate=rate,
            seconds=seconds,
            colours=colours,
            metrics=metrics,
        )
    if ending.joined and remembers:
        remember(invitation, ending)
    return ending


def recent_conferences() -> RecentConferences:
    """The conferences this user has joined last."""
    from pexdash.session.membership.recent_conferences import RecentConferences

    return RecentConferences(recent_file())


def remember(invitation: Invitation, ending: Ending) -> None:
    """Keep that we were in the conference, and as whom."""
    from pexdash.session.membership.recent_conferences import RecentConference

    node = invitation.node.url if invitation.node is not None else ""
    recent_conferences().add(RecentConference(invitation.alias, node, ending.role))


def rules_in(options: JoinOptions) -> tuple[Rule, ...]:
    """The rules of --rules; raises UsageFault with every mistake in the file."""
    if options.rules is None:
        if options.arm:
            raise UsageFault("--arm arms the rules of --rules, which is not given")
        return ()
    if options.arm and options.read_only:
        raise UsageFault("--arm lets rules act, and --read-only is given")
    from pexdash.session.rules.rules_file import read_rules

    return read_rules(options.rules)


async def _shown(
    invitation: Invitation,
    options: JoinOptions,
    settings: Settings,
    *,
    rate: float | None,
    seconds: float | None,
    colours: bool,
    metrics: MetricsOptions,
) -> Ending:
    rules = rules_in(options)
    process.want_no_animations()
    from pexdash.cli.invitation import membership_for
    from pexdash.secret import Secret
    from pexdash.session.membership.invitation import PinQuestion, SignInDesk

    async def ask_pin(question: PinQuestion) -> Secret:
        return await shown.app.ask_pin(question)

    async def ask_extension(unknown: bool) -> str:
        return await shown.app.ask_extension(unknown)

    loop = asyncio.get_running_loop()

    def say(text: str) -> None:
        # The log file calls this on any thread, but a feed belongs to the loop's thread.
        loop.call_soon_threadsafe(lambda: membership.feed.notify(warning(text)))

    desk = SignInDesk(
        choose=lambda question: shown.app.choose_provider(question),
        sign_in=lambda question: shown.app.sign_in(question),
        ask_name=lambda alias: shown.app.ask_name(alias),
    )
    membership = membership_for(
        invitation, options, settings, ask_pin, ask_extension, desk, say=say
    )
    if options.rules is not None:
        from pexdash.session.membership.ruling import follow_rules

        follow_rules(membership, rules, arm=options.arm)
    shown = ShownPart(membership, settings, rate=rate, colours=colours)
    if seconds is not None:
        loop.call_later(seconds, shown.app.leave, 0)
    return await shown.run(options, metrics, say)


def warning(text: str) -> Notice:
    """A notice on what goes wrong beside the conference."""
    from pexdash.session.feed.notices import Notice, Weight

    return Notice(text, Weight.WARNING)


class ShownPart:
    """The dashboard on our part in a conference, by a token of our own or through the bus."""

    def __init__(
        self, membership: OurPart, settings: Settings, *, rate: float | None, colours: bool
    ) -> None:
        from pexdash.session.moderation.action import Place
        from pexdash.ui.app import DashboardApp
        from pexdash.ui.browser import browser_for
        from pexdash.ui.calling import Calling
        from pexdash.ui.commands.recent import RecentDestinations
        from pexdash.ui.drawing.glyphs import glyphs_for
        from pexdash.ui.features import TerminalFeatures
        from pexdash.ui.pictures.protocols import drawing_for

        process.want_colours(colours)
        # Whoever looks at a page has no use for a window here.
        is_served = process.SERVED_VARIABLE in os.environ
        self._membership = membership
        self._settings = settings
        self.app = DashboardApp(
            membership.feed,
            membership,
            keys=keys_of(settings)[Place.CONFERENCE],
            alarm_rules=host_rules(settings),
            features=TerminalFeatures(
                glyphs_for(sys.stdout.encoding, settings.glyphs),
                colours,
                drawing_for(os.environ),
                None if is_served else browser_for(os.environ),
                Calling(
                    settings.bell != "off",
                    settings.title,
                    settings.notify,
                    for_all=settings.bell == "alarms",
                ),
            ),
            theme=settings.theme,
            frame_seconds=frame_seconds(rate),
            recent=RecentDestinations(state_folder() / "recent-destinations"),
            player="" if is_served else settings.player,
        )

    async def run(
        self, options: JoinOptions, metrics: MetricsOptions, say: Callable[[str], None]
    ) -> Ending:
        """Show it until it ends; `say` is told what goes wrong beside it."""
        from pexdash.cli.invitation import audit_for
        from pexdash.ui.framework.held_screen import HeldScreen
        from pexdash.ui.way_out import run_dashboard

        membership = self._membership
        audit = audit_for(options.audit or self._settings.audit, say=say)
        if audit is not None:
            from pexdash.session.membership.auditing import audit_requests

            audit_requests(membership, audit)
        told = telling_of_conference(metrics, membership, frames=lambda: HeldScreen.drawn, say=say)
        try:
            async with told:
                return await run_dashboard(self.app, membership, reports=state_folder())
        finally:
            if audit is not None:
                await asyncio.to_thread(audit.close)
