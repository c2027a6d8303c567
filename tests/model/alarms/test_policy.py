"""Which rules are in force: profiles, expectations, and settings of which the nearer wins."""

from __future__ import annotations

import pytest

from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.policy import PROFILES, RULES, Profile, RuleSettings, policy_of

ON, OFF = RuleSettings(enabled=True), RuleSettings(enabled=False)
BY_DEFAULT = {
    "line-stale",
    "node-down",
    "node-maintenance",
    "refused",
    "removed",
    "demoted",
    "self-waiting",
    "clock-skew",
    "waiting",
    "no-admitter",
    "host-missing",
    "not-started",
    "sudden-loss",
    "participant-flaps",
    "recording-gone",
    "dial-failed",
    "presenter-lost",
    "help-asked",
    "program-behind",
    "disk-full",
}

BY_SETTINGS = {
    "required-missing": Expectations(required=("a@x",)),
    "people-low": Expectations(people_min=2),
    "people-high": Expectations(people_max=2),
    "record-expected": Expectations(record=True),
    "lock-expected": Expectations(locked=True),
    "outsider-locked": Expectations(home_domains=("x",)),
    "unverified": Expectations(verified=True),
    "classification-low": Expectations(classification="SECRET"),
}


@pytest.mark.parametrize(
    ("profile", "more", "less"),
    [
        ("noc", "", ""),
        ("event", "silence all-muted no-picture", ""),
        ("confidential", "unencrypted outsider-locked unwanted-bot lock-expected", ""),
        ("host", "hand-long", "no-admitter"),
    ],
)
def test_a_profile_has_the_rules_of_the_table(profile: str, more: str, less: str) -> None:
    expected = (BY_DEFAULT | set(more.split())) - set(less.split())
    assert policy_of(profile).limits.keys() == expected


@pytest.mark.parametrize("rule", BY_SETTINGS)
def test_a_rule_that_needs_an_expectation_is_on_where_there_is_one(rule: str) -> None:
    assert policy_of("noc", BY_SETTINGS[rule]).limits.keys() - BY_DEFAULT == {rule}


def test_a_confidential_conference_should_be_locked_unless_it_is_said_otherwise() -> None:
    assert policy_of("confidential").expects.locked is True
    policy = policy_of("confidential", Expectations(locked=False))
    assert "lock-expected" not in policy.limits


def test_the_nearer_setting_wins_each_for_itself() -> None:
    profiles = {"quiet": Profile(name="quiet", alarms={"waiting": RuleSettings(value=2, on=2)})}
    layers = [
        {"waiting": RuleSettings(value=3, on=3, off=3)},
        {"waiting": RuleSettings(value=4, on=4, off=4, critical_after=4)},
    ]
    own = {"waiting": RuleSettings(value=1)}
    limits = policy_of("quiet", layers=layers, own=own, profiles=profiles).limits["waiting"]
    assert (limits.value, limits.on, limits.off, limits.critical_after) == (1, 2, 3, 4)
    assert limits.severity is Severity.WARNING


def test_a_rule_can_be_switched_on_and_off() -> None:
    policy = policy_of(own={"waiting": OFF, "lobby-crowd": ON})
    assert "waiting" not in policy.limits
    assert "lobby-crowd" in policy.limits
    assert (
        policy_of("event", own={"silence": OFF}).limits.keys()
        == policy_of(layers=[{"all-muted": ON, "no-picture": ON}]).limits.keys()
    )


def test_a_profile_of_the_file_stands_on_another() -> None:
    profiles = {
        "quiet": Profile(name="quiet", base="host", alarms={"hand-long": OFF}),
        "calm": Profile(name="calm", base="quiet", group_wait=30),
    }
    policy = policy_of("calm", profiles=profiles)
    assert policy.limits["waiting"].value == 0
    assert "hand-long" not in policy.limits
    assert policy.group_wait == 30
    assert policy_of("quiet", profiles=profiles).group_wait == PROFILES["host"].group_wait


def test_a_profile_that_does_not_exist_or_stands_on_itself_is_refused() -> None:
    with pytest.raises(KeyError):
        policy_of("none")
    circle = {
        "a": Profile(name="a", base="b"),
        "b": Profile(name="b", base="a"),
    }
    with pytest.raises(ValueError, match="its own base"):
        policy_of("a", profiles=circle)


def test_every_rule_says_what_to_do_in_the_words_of_an_action_it_can_name() -> None:
    for rule in RULES.values():
        assert rule.advice or not rule.action, rule.id
