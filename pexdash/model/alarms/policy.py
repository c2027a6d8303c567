"""Which rules are in force for a conference, with which numbers: the profiles and the settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from pexdash.model.alarms.admission_rules import ADMISSION_RULES
from pexdash.model.alarms.attendance_rules import ATTENDANCE_RULES
from pexdash.model.alarms.confidence_rules import CONFIDENCE_RULES
from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.line_rules import LINE_RULES, NODE_RULES, PROGRAM_RULES
from pexdash.model.alarms.rule import Limits, Rule
from pexdash.model.alarms.sound_rules import SOUND_RULES

RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        *LINE_RULES,
        *NODE_RULES,
        *PROGRAM_RULES,
        *ADMISSION_RULES,
        *ATTENDANCE_RULES,
        *CONFIDENCE_RULES,
        *SOUND_RULES,
    )
}
"""Every rule by its id."""

GROUP_WAIT_SECONDS = 5.0
"""How long bell and sending are held back, so that the cause of an alarm may come first."""
_MOST_MASKS = 500
"""Of how many kinds of changes a policy remembers which rules they concern."""


class RuleSettings(Struct, frozen=True, kw_only=True):
    """What the settings say of a rule, None where they say nothing.

    `value` is the first number in the rule's condition; `on`, `off` and `critical_after` are
    seconds.
    """

    value: float | None = None
    on: float | None = None
    off: float | None = None
    critical_after: float | None = None
    severity: Severity | None = None
    enabled: bool | None = None


class Profile(Struct, frozen=True, kw_only=True):
    """A named set of rules, on top of another one.

    `expects_lock` is whether its conferences should be locked unless they are told otherwise.
    `group_wait` is in seconds, None for that of the base.
    """

    name: str
    base: str = "noc"
    alarms: Mapping[str, RuleSettings] = {}
    expects_lock: bool = False
    group_wait: float | None = None


_ON = RuleSettings(enabled=True)

PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(name="noc", base=""),
        Profile(
            name="event",
            alarms=dict.fromkeys(("silence", "all-muted", "no-picture"), _ON),
        ),
        Profile(
            name="confidential",
            alarms=dict.fromkeys(("unencrypted", "outsider-locked", "unwanted-bot"), _ON),
            expects_lock=True,
        ),
        Profile(
            name="host",
            # A host looks at one meeting: each who waits is an alarm, which rings at once.
            alarms={
                "waiting": RuleSettings(value=0),
                "hand-long": _ON,
                "no-admitter": RuleSettings(enabled=False),
            },
            group_wait=0,
        ),
    )
}
"""The profiles that there are without any settings; `noc` has every rule that is on by default."""


class Policy:
    """The rules in force for a conference; many conferences may share one.

    `limits` maps the id of each rule that is on to its numbers. `group_wait` is in seconds.
    """

    def __init__(
        self, limits: Mapping[str, Limits], expects: Expectations, group_wait: float
    ) -> None:
        self.limits = limits
        self.expects = expects
        self.group_wait = group_wait
        self._by_mask: dict[int, tuple[tuple[Rule, Limits], ...]] = {}

    def rule(self, name: str) -> tuple[Rule, Limits] | None:
        """A rule that is in force, with its numbers, or None."""
        limits = self.limits.get(name)
        return None if limits is None else (RULES[name], limits)

    def concerned(self, touched: int) -> tuple[tuple[Rule, Limits], ...]:
        """The rules on a conference and its line that changes of this kind may concern."""
        known = self._by_mask.get(touched)
        if known is None:
            if len(self._by_mask) >= _MOST_MASKS:
                self._by_mask.clear()
            known = self._by_mask[touched] = tuple(
                (RULES[name], limits)
                for name, limits in self.limits.items()
                if RULES[name].reads & touched
            )
        return known


def policy_of(
    profile: str = "noc",
    expects: Expectations | None = None,
    layers: Sequence[Mapping[str, RuleSettings]] = (),
    *,
    own: Mapping[str, RuleSettings] | None = None,
    profiles: Mapping[str, Profile] | None = None,
) -> Policy:
    """The policy of a conference.

    What is nearer wins: `own`, the conference's settings; its profile; then `layers`, the nearest
    first, such as the wall file's `[alarms]` and that of the settings; then the rule itself.
    `profiles` are those of the wall file, beside the built-in ones. Raises KeyError for a profile
    that does not exist, and ValueError for one that is its own base.
    """
    chain = _chain(profile, {**PROFILES, **(profiles or {})})
    expects = Expectations() if expects is None else expects
    if expects.locked is None and any(one.expects_lock for one in chain):
        expects = msgspec.structs.replace(expects, locked=True)
    waits = (one.group_wait for one in chain if one.group_wait is not None)
    near = [own or {}, *(one.alarms for one in chain), *layers]
    limits = {}
    for rule in RULES.values():
        told = _merged(layer[rule.id] for layer in near if rule.id in layer)
        if is_on(rule, told, expects):
            limits[rule.id] = _limits(rule, told)
    return Policy(limits, expects, next(waits, GROUP_WAIT_SECONDS))


def _chain(name: str, profiles: Mapping[str, Profile]) -> list[Profile]:
    """The profile, its base, and so on."""
    chain: list[Profile] = []
    while name:
        one = profiles[name]
        if one in chain:
            raise ValueError(f"the profile {name} is its own base")
        chain.append(one)
        name = one.base
    return chain


def is_on(rule: Rule, told: RuleSettings, expects: Expectations) -> bool:
    """Whether a rule is in force: as the settings say, else where there is what it asks for."""
    if told.enabled is not None:
        return told.enabled
    return rule.is_default or (rule.is_set is not None and rule.is_set(expects))


def _merged(layers: Iterable[RuleSettings]) -> RuleSettings:
    """One from several, of which the first wins for each of its values."""
    said: dict[str, object] = {}
    for layer in layers:
        for name in RuleSettings.__struct_fields__:
            value = getattr(layer, name)
            if value is not None:
                said.setdefault(name, value)
    return msgspec.structs.replace(RuleSettings(), **said)


def _limits(rule: Rule, told: RuleSettings) -> Limits:
    after = rule.critical_after if told.critical_after is None else told.critical_after
    return Limits(
        severity=told.severity or rule.severity,
        on=rule.on if told.on is None else told.on,
        off=rule.off if told.off is None else told.off,
        value=rule.value if told.value is None else told.value,
        critical_after=after,
        is_named=told.enabled is True,
    )
