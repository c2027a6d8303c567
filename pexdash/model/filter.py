"""The words a host types to narrow the roster."""

from __future__ import annotations

from collections.abc import Callable, Container

from pexdash.model.grammar import Grammar
from pexdash.model.participant import Participant, Presence, Role, domain_of

Test = Callable[[Participant], bool]
Voices = Callable[[], Container[str]]
"""Returns the uuids of those who speak now."""

_STATES: dict[str, Test] = {
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
    "verified": lambda one: one.is_idp_authenticated is True,
}
_SPEAKING = "speaking"
STATES = (*_STATES, _SPEAKING)
"""What can stand after `is:`."""

_ROLES: dict[str, Test] = {
    "host": lambda one: one.role is Role.HOST,
    "chair": lambda one: one.role is Role.HOST,
    "guest": lambda one: one.role is Role.GUEST,
    "unknown": lambda one: one.role is Role.UNKNOWN,
}


def people_grammar(voices: Voices = tuple) -> Grammar[Participant]:
    """The grammar of the roster's filter.

    Plain words are looked for in the name, the overlay text and the address. The node's own word
    for a Host is a chair.
    """

    def protocol(one: Participant) -> str:
        return one.protocol.casefold()

    return Grammar(
        lambda one: (one.name, one.overlay_text, one.uri),
        {"is": {**_STATES, _SPEAKING: lambda one: one.uuid in voices()}, "role": _ROLES},
        {"protocol": protocol, "proto": protocol, "domain": lambda one: domain_of(one.uri)},
    )
