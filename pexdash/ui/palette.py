"""The command palette: every action, every participant, and every action on every participant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from pexdash.session.actions import ACTIONS, Action, Target
from pexdash.ui.host_actions import HostActions


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
                    Content(action.title),
                    partial(self._host.act, action.id),
                    text=action.title,
                    help=f"key {self._host.key_of(action)}",
                )

    async def search(self, query: str) -> Hits:
        """Whatever matches `query`."""
        matcher = self.matcher(query)
        for text, command, help_text in self._commands():
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, Content(text), command, text=text, help=help_text)

    def _commands(self) -> Iterator[tuple[str, IgnoreReturnCallbackType, str]]:
        host = self._host
        for action in ACTIONS:
            if action.id != "palette":
                run = partial(host.act, action.id)
                yield action.title, run, f"key {host.key_of(action)}"
        for uuid, one in host.session.conference.participants.items():
            yield one.name, partial(host.find, uuid), "put the cursor on this participant"
            for action in ACTIONS:
                if action.target is Target.PARTICIPANTS and action.suits(one):
                    yield self._on_one(action, uuid, one.name)

    def _on_one(
        self, action: Action, uuid: str, name: str
    ) -> tuple[str, IgnoreReturnCallbackType, str]:
        conference = self._host.session.conference
        first, *others = action.steps
        step = others[0] if others and first.shown(conference, uuid) else first
        run = partial(self._host.act_on, action, [uuid], step)
        return f"{step.title}: {name}", run, f"key {self._host.key_of(action)}"
