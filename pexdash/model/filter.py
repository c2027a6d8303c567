"""The words a host types to narrow the roster."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.model.participant import Participant, Presence, Role

Test = Callable[[Participant], bool]

STATES: dict[str, Test] = {
    "muted": lambda one: one.is_muted,
    "waiting": lambda one: one.is_waiting,
    "connecting": lambda one: one.presence is Presence.CONNECTING,
    "presenting": lambda one: one.is_presenting,
    "spotlight": lambda one: one.spotlight is not None,
    "hand": lambda one: one.has_hand_up,
    "host": lambda one: one.role is Role.HOST,
    "guest": lambda one: one.role is not Role.HOST,
    "api": lambda one: one.is_api,
    "audio": lambda one: one.is_audio_only_call,
    "hold": lambda one: one.is_on_hold,
    "external": lambda one: one.is_external,
    "streaming": lambda one: one.is_streaming_conference,
}


def filter_of(text: str) -> Test:
    """The test for a filter: all words must match, and `!` before a word negates it.

    `is:` is followed by the start of one of `STATES`, `role:` and `protocol:` by the start of a
    value. Any other word is looked for in the name, the overlay text and the address. Upper and
    lower case are the same.
    """
    tests = [_word(word) for word in text.casefold().split()]
    if len(tests) == 1:
        return tests[0]
    return lambda one: all(test(one) for test in tests)


def _word(word: str) -> Test:
    bare = word.lstrip("!") or word[-1:]
    if (len(word) - len(bare)) % 2:
        test = _bare(bare)
        return lambda one: not test(one)
    return _bare(bare)


def _bare(word: str) -> Test:
    kind, colon, value = word.partition(":")
    if colon and kind == "is" and value:
        return _state(value)
    if colon and kind == "role":
        return lambda one: one.role.name.casefold().startswith(value)
    if colon and kind in ("protocol", "proto"):
        return lambda one: one.protocol.casefold().startswith(value)
    return lambda one: (
        word in one.name.casefold()
        or word in one.overlay_text.casefold()
        or word in one.uri.casefold()
    )


def _state(value: str) -> Test:
    """Any of the states that start with `value`, so that a word acts while it is being typed."""
    tests = [test for state, test in STATES.items() if state.startswith(value)]
    return lambda one: any(test(one) for test in tests)
