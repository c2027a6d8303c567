"""The command palette: every action, every participant, and every action on every participant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from pexdash.model.participant import Participant
from pexdash.session.moderation.actions import ACTIONS, Action, Target
from pexdash.ui.commands.host_actions import HostActions


class HostCommands(Provider):
    """Finds actions by title and participants by name; names are shown, never parsed."""

    @property
    def _host(self) -> HostActions:
        host = getattr(self.screen, "host", None)
        assert isinstance(host, HostActions), "the palette belongs to the conference screen"
        return host

    async def discover(self) -> Hits:
        """The actions, before anything is typed."""
        for action in ACTIONS:
            if action.id != "palette":
                yield DiscoveryHit(
                    Content.assemble(action.title, (f"\n  key {self._host.key_of(action)}", "dim")),
                    partial(self._host.act, action.id),
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
        for action in ACTIONS:
            if action.id != "palette":
                run = partial(host.act, action.id)
                yield action.title, run, f"key {host.key_of(action)}"
        for uuid, one in host.feed.conference.participants.items():
            yield one.name, partial(host.find, uuid), f"find  {_told_apart(one)}"
            for action in ACTIONS:
                if action.target is Target.PARTICIPANTS and action.suits(one):
                    yield self._on_one(action, one)

    def _on_one(
        self, action: Action, one: Participant
    ) -> tuple[str, IgnoreReturnCallbackType, str]:
        uuid, name = one.uuid, one.name
        key = f"key {self._host.key_of(action)}  {_told_apart(one)}"
        if not action.steps:
            return f"{action.title}: {name}", partial(self._host.open_dialog, action, [uuid]), key
        conference = self._host.feed.conference
        first, *others = action.steps
        step = others[0] if others and first.shown(conference, uuid) else first
        return f"{step.title}: {name}", partial(self._host.act_on, action, [uuid], step), key


def _told_apart(one: Participant) -> str:
    """What tells a participant from another of the same name."""
    return f"{one.uri}  ({one.short_uuid})" if one.uri else f"({one.short_uuid})"
