"""The palette of a wall: what its keys do, its rules, and every conference by its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Protocol, runtime_checkable

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.estate.estate import Estate
from pexdash.session.moderation.action import Action
from pexdash.ui.commands.bindings import PALETTE_ALONE
from pexdash.ui.commands.wall_arming import Arming


@runtime_checkable
class HasWall(Protocol):
    """The screen to which this palette belongs."""

    estate: Estate
    arming: Arming

    @property
    def offered(self) -> Sequence[Action]: ...

    def action_act(self, action_id: str) -> None: ...

    def find(self, key: ConferenceKey) -> None: ...

    def key_of(self, action_id: str) -> str: ...


class WallCommands(Provider):
    """Finds actions by title and conferences by label; no name reaches a markup parser."""

    @property
    def _wall(self) -> HasWall:
        assert isinstance(self.screen, HasWall), "this palette belongs to the wall"
        return self.screen

    async def discover(self) -> Hits:
        """The actions, before anything is typed."""
        for text, command, told in (*self._actions(), *self._rules()):
            yield DiscoveryHit(Content.assemble(text, (f"\n  {told}", "$dim")), command, text=text)

    async def search(self, query: str) -> Hits:
        """Every command whose text matches `query`."""
        matcher = self.matcher(query)
        for text, command, told in (*self._actions(), *self._rules(), *self._conferences()):
            score = matcher.match(text)
            if score > 0:
                # The framework would read a help text in the `help` of a hit as markup.
                help_content = (f"\n  {told}", "$dim")
                yield Hit(score, Content.assemble(text, help_content), command, text=text)

    def _actions(self) -> Iterator[tuple[str, IgnoreReturnCallbackType, str]]:
        wall = self._wall
        for action in wall.offered:
            if action.bound:
                key = wall.key_of(action.id)
                told = "" if key == PALETTE_ALONE else f"key {key}"
                yield action.title, partial(wall.action_act, action.id), told

    def _rules(self) -> Iterator[tuple[str, IgnoreReturnCallbackType, str]]:
        """Arming of each rule in every conference, or making it a dry run again."""
        arming = self._wall.arming
        for one in arming.standings():
            told = (
                f"armed in {one.armed} of {one.conferences} conferences,"
                f" has acted on {one.acted} people, would have on {one.would}"
            )
            told += f", stopped in {one.stopped}" if one.stopped else ""
            for is_armed, verb in ((True, "Arm"), (False, "Disarm")):
                if one.armed < one.conferences if is_armed else one.armed:
                    arm = partial(arming.arm, one, is_armed=is_armed)
                    yield f"{verb} the rule {one.rule.name} everywhere", arm, told

    def _conferences(self) -> Iterator[tuple[str, IgnoreReturnCallbackType, str]]:
        wall = self._wall
        for slot in wall.estate.slots:
            if slot is not None:
                told = f"go to it  {slot.alias}"
                yield slot.label, partial(wall.find, slot.key), told
