"""The command palette: actions, participants, and each action for each participant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from pexdash.model.participant import Participant
from pexdash.session.moderation.action import Action, Target
from pexdash.session.moderation.journal import PALETTE
from pexdash.ui.commands.bindings import PALETTE_ALONE
from pexdash.ui.commands.host_actions import HostActions


class HostCommands(Provider):
    """Finds actions by title and participants by name; names never reach a markup parser."""

    @property
    def _host(self) -> HostActions:
        host = getattr(self.screen, "host", None)
        assert isinstance(host, HostActions), "the palette belongs to the conference screen"
        return host

    async def discover(self) -> Hits:
        """The actions, before anything is typed."""
        for action in self._host.actions:
            if self._offers(action):
                yield DiscoveryHit(
                    Content.assemble(action.title, (f"\n  {self._reached(action)}", "$dim")),
                    partial(self._host.act, action, source=PALETTE),
                    text=action.title,
                )

        for text, command, help_text in self._rules():
            yield DiscoveryHit(
                Content.assemble(text, (f"\n  {help_text}", "$dim")), command, text=text
            )

    async def search(self, query: str) -> Hits:
        """Every command whose text matches `query`."""
        matcher = self.matcher(query)
        for text, command, help_text in self._commands():
            score = matcher.match(text)
            if score > 0:
                # The framework would read a help text in the `help` of a hit as markup.
                help_content = (f"\n  {help_text}", "$dim")
                yield Hit(score, Content.assemble(text, help_content), command, text=text)

    def _commands(self) -> Iterator[tuple[str, IgnoreReturnCallbackType, str]]:
        host = self._host
        for action in self._host.actions:
            if self._offers(action):
                yield action.title, partial(host.act, action, source=PALETTE), self._reached(action)
        yield from self._rules()
        for uuid, one in host.feed.conference.participants.items():
            apart = _told_apart(one)
            yield one.name, partial(host.find, uuid), f"find  {apart}"
            for action in self._host.actions:
                of_one = action.target is Target.PARTICIPANTS and action.of_all is None
                if of_one and action.suits(one):
                    yield from self._on_one(action, one, apart)

    def _rules(self) -> Iterator[tuple[str, IgnoreReturnCallbackType, str]]:
        """Arming of each rule, or making it a dry run again."""
        rules = self._host.rules
        for one in rules.standings if rules is not None else ():
            name = one.rule.name
            text = f"Disarm the rule {name}" if one.is_armed else f"Arm the rule {name}"
            done = f"has acted on {one.acted} people, would have on {one.would}"
            how = f"stopped: {one.stopped}" if one.stopped else done
            yield text, partial(self._host.arm, one), how

    def _on_one(
        self, action: Action, one: Participant, apart: str
    ) -> Iterator[tuple[str, IgnoreReturnCallbackType, str]]:
        """The command of an action for one participant; none where we may not carry it out."""
        host, uuid = self._host, one.uuid
        title, step = action.title, None
        if action.steps:
            step = host.planner.direction(action, [uuid])
            title = step.title
        request = step.request if step else action.sends[0]
        if not host.policy.denial(request, uuid):
            run = partial(host.act, action, [uuid], step, PALETTE)
            yield f"{title}: {one.name}", run, f"{self._reached(action)}  {apart}"

    def _offers(self, action: Action) -> bool:
        return action.bound and action.is_there(self._host.feed.conference)

    def _reached(self, action: Action) -> str:
        """The key of an action; "" where the palette alone has it."""
        key = self._host.key_of(action)
        return "" if key == PALETTE_ALONE else f"key {key}"


def _told_apart(one: Participant) -> str:
    """The address and short uuid that tell a participant from another of the same name."""
    return f"{one.uri}  ({one.short_uuid})" if one.uri else f"({one.short_uuid})"
