"""Which alarm speaks for which others."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.model.alarms.rule import Rule, Scope

_OF_THE_LINE = ("line-stale", "refused", "removed")
"""What speaks for everything of a conference of which nothing is heard."""
_OF_AN_EMPTY_ONE = ("empty-alive",)
_PARENTS = {
    "waiting": ("no-admitter",),
    "host-missing": ("not-started",),
    **dict.fromkeys(
        (
            "silence",
            "all-muted",
            "talks-muted",
            "no-picture",
            "presenter-lost",
            "people-low",
            "required-missing",
            "sudden-loss",
        ),
        _OF_AN_EMPTY_ONE,
    ),
}


def parent_of(rule: Rule, is_active: Callable[[str], bool], *, is_node_down: bool) -> str:
    """The id of the rule whose alarm speaks for one of this rule, "" where none does.

    `is_active` says of a rule whether it has an active alarm in the same conference;
    `is_node_down` is whether the conference's line is lost with its node.
    """
    if rule.scope not in (Scope.CONFERENCE, Scope.LINE):
        return ""
    if is_node_down:
        return "node-down"
    for_it = _PARENTS.get(rule.id, ())
    if rule.id not in _OF_THE_LINE:
        for_it = (*_OF_THE_LINE, *for_it)
    return next((parent for parent in for_it if is_active(parent)), "")
