"""Has rules act through a membership."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pexdash.session.feed.notices import Notice
from pexdash.session.membership.membership import Membership
from pexdash.session.rules.at_work import RulesAtWork
from pexdash.session.rules.rule import Rule


def follow_rules(
    membership: Membership,
    rules: Sequence[Rule],
    *,
    arm: bool,
    tell: Callable[[Notice], None] | None = None,
) -> RulesAtWork:
    """Put rules to work in the conference of `membership`, until that is closed.

    `tell` is as in `RulesAtWork`.
    """
    tokens = membership.tokens

    def joined_at() -> float | None:
        return tokens.joined_at if tokens.admission is not None else None

    membership.rules = RulesAtWork(
        membership.feed,
        membership.moderation,
        rules,
        arm=arm,
        joined_at=joined_at,
        tell=tell,
        deadlines=membership.deadlines,
    )
    return membership.rules
