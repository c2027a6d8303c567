"""The command palette: every action, every participant, and every action on every participant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from pexdash.model.participant import Participant
from pexdash.session.moderation.actions import Action, Place, Target
from pexdash.ui.commands.actions import actions_at
from pexdash.ui.commands.host_actions import HostActions

_ACTIONS = actions_at(Place.CONFERENCE)


class HostPalette(CommandPalette):
    """The palette, whose list is deaf until it has been laid out: paging through it would fail."""

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList)._lines:
            super()._action_command_list(action)


class HostCommands(Provider):
    """Finds actions by title and participants by name; names are shown, never parsed."""

    @property
    def _host(self) -> HostActions:
        host = getattr(self.screen, "host", None)
        assert isinstance(host, HostActions), "the palette belongs to the conference screen"
        return host

    async def discover(self) -> Hits:
        """The actions, before anything is typed."""
        for action in _ACTIONS:
            if action.bound:
                yield DiscoveryHit(
                    Content.assemble(action.title, (f"\n  key {self._host.key_of(action)}", "dim")),
                    partial(self._host.act, action),
                    text=action.title,
                )

    async def search(self, query: str) -> Hits:
        """Whatever matches `query`."""
        matcher = self.matcher(query)
        for text, command, help_text in self._commands():
            score = matcher.match(text)
            if score > 0:
                # The framework would take a help text of its own for markup.
                help_content = (f"\n  {help_text}", "dim")
                yield Hit(score, Content.assemble(text, help_content), command, text=text)

    def _commands(self) -> Iterator[tuple[str, IgnoreReturnCallbackType, str]]:
        host = self._host
        for action in _ACTIONS:
            if action.bound:
                yield action.title, partial(host.act, action), f"key {host.key_of(action)}"
        for uuid, one in host.session.conference.participants.items():
            yield one.name, partial(host.find, uuid), f"find  {_told_apart(one)}"
            for action in _ACTIONS:
                if action.target is Target.PARTICIPANTS and action.suits(one):
                    yield self._on_one(action, one)

    def _on_one(
        self, action: Action, one: Participant
    ) -> tuple[str, IgnoreReturnCallbackType, str]:
        uuid, name = one.uuid, one.name
        key = f"key {self._host.key_of(action)}  {_told_apart(one)}"
        if not action.steps:
            return f"{action.title}: {name}", partial(self._host.act, action, [uuid]), key
        conference = self._host.session.conference
        first, *others = action.steps
        step = others[0] if others and first.shown(conference, uuid) else first
        return f"{step.title}: {name}", partial(self._host.act, action, [uuid], step), key


def _told_apart(one: Participant) -> str:
    """What tells a participant from another of the same name."""
    return f"{one.uri}  ({one.short_uuid})" if one.uri else f"({one.short_uuid})"
