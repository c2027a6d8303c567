"""Rules in every conference of a wall, armed and disarmed for all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.feed.notices import Notice
from pexdash.session.membership.membership import Membership
from pexdash.session.membership.ruling import follow_rules
from pexdash.session.rules.at_work import RulesAtWork, Standing
from pexdash.session.rules.rule import Rule


class WallStanding(Struct, frozen=True):
    """How a rule stands: in how many `conferences` it is at work, and in how many armed or stopped.

    `acted` and `would` are on how many people it has acted, and would have while it was not armed.
    """

    rule: Rule
    conferences: int
    armed: int
    stopped: int
    acted: int
    would: int


class WallRules:
    """Follows `rules` in each conference that `begin` is called for.

    A conference that is joined anew goes on as it was: what a host armed there, or what stopped
    itself, is so still. `say` is given what a rule has to say, with the alias in front.
    """

    def __init__(self, rules: Sequence[Rule], *, arm: bool, say: Callable[[str], None]) -> None:
        self._rules = tuple(rules)
        self._say = say
        self._are_armed = {one.name: arm and not one.only_suggests for one in rules}
        self._works: dict[ConferenceKey, RulesAtWork] = {}

    def begin(self, key: ConferenceKey, membership: Membership) -> None:
        """Follow the rules in the conference of a membership that is about to join."""
        conference = membership.feed.conference

        def tell(notice: Notice) -> None:
            self._say(f"{conference.alias}: {notice.text}")

        before = self._works.get(key)
        work = follow_rules(membership, self._rules, arm=False, tell=tell)
        for standing in work.standings:
            is_armed = self._are_armed[standing.rule.name]
            if before is not None:
                earlier = before.standing(standing.rule)
                is_armed = earlier.is_armed
                standing.acted, standing.stopped = earlier.acted, earlier.stopped
            if is_armed:
                work.arm(standing)
        self._works[key] = work

    def arm(self, rule: Rule, *, is_armed: bool = True) -> None:
        """Let a rule act in every conference, or only say what it would do."""
        self._are_armed[rule.name] = is_armed
        for work in self._works.values():
            work.arm(work.standing(rule), is_armed=is_armed)

    def standings(self) -> list[WallStanding]:
        """How each rule stands, over the conferences that we are in."""
        return [self._standing(rule) for rule in self._rules]

    def _standing(self, rule: Rule) -> WallStanding:
        found = list(self._of(rule))
        return WallStanding(
            rule,
            len(found),
            sum(one.is_armed for one in found),
            sum(bool(one.stopped) for one in found),
            sum(one.acted for one in found),
            sum(one.would for one in found if not one.is_armed),
        )

    def _of(self, rule: Rule) -> Iterator[Standing]:
        for work in self._works.values():
            if not work.is_closed:
                yield work.standing(rule)
