"""Arms the rules of a wall in every conference at once, and tells how many are armed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pexdash.session.estate.estate import Estate
from pexdash.session.estate.wall_rules import WallRules, WallStanding
from pexdash.session.feed.notices import Notice, Weight
from pexdash.ui.drawing.wall.header import RulesTold


class Arming:
    """Arms `rules`, None where there are none, and says by `say` what came of it."""

    def __init__(
        self, rules: WallRules | None, estate: Estate, say: Callable[[Notice], None]
    ) -> None:
        self._rules = rules
        self._estate = estate
        self._say = say

    def standings(self) -> Sequence[WallStanding]:
        """How each rule stands."""
        return () if self._rules is None else self._rules.standings()

    def told(self) -> RulesTold | None:
        """How many rules are armed anywhere, for the first line; None where there is no rule."""
        standings = self.standings()
        if not standings:
            return None
        armed = sum(bool(one.armed) for one in standings)
        return RulesTold(len(standings), armed, sum(bool(one.stopped) for one in standings))

    def arm(self, standing: WallStanding, *, is_armed: bool) -> None:
        """Let a rule act in every conference, or only have it say what it would do."""
        assert self._rules is not None, "only rules at work have a standing"
        refusal = standing.rule.why_not_armed
        if self._estate.read_only:
            refusal = "READ ONLY: no rule acts from this wall"
        if is_armed and refusal:
            self._say(Notice(refusal, Weight.WARNING))
            return
        self._rules.arm(standing.rule, is_armed=is_armed)
        how = "armed everywhere, and acts from now on" if is_armed else "a dry run everywhere"
        self._say(Notice(f"Rule {standing.rule.name} is {how}"))
