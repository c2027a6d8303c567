"""What is told of a participant in words, in one place for every front end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pexdash.model.participant import Participant, Presence, Role

Fact = str | bool | float | None
"""Words, yes or no, or a Unix time; None and "" where there is nothing to tell."""

_IDENTITIES = {True: "verified", False: "not verified", None: None}
_ROLES = {Role.HOST: "Host", Role.GUEST: "Guest", Role.UNKNOWN: "unknown"}

FACTS: tuple[tuple[str, Callable[[Participant], Fact]], ...] = (
    ("Name", lambda one: one.display_name),
    ("Overlay text", lambda one: one.overlay_text),
    ("Identity", lambda one: _IDENTITIES[one.is_idp_authenticated]),
    ("Role", lambda one: _ROLES[one.role]),
    ("State", lambda one: one.presence.value),
    ("Address", lambda one: one.uri),
    ("Protocol", lambda one: one.protocol),
    ("Direction", lambda one: one.call_direction),
    ("Encryption", lambda one: one.encryption),
    ("Client", lambda one: one.vendor),
    ("Joined", lambda one: one.start_time),
    ("Muted by a Host", lambda one: one.is_muted),
    ("Muted by themselves", lambda one: one.is_client_muted),
    ("Kept from sending", lambda one: one.is_tx_muted or None),
    ("Camera off", lambda one: one.is_video_muted),
    ("Picture", lambda one: _picture(one)),
    ("Layout of their own", lambda one: one.receive_from_video_mix.layout),
    ("Pinned in group", lambda one: one.layout_group),
    ("Hears", lambda one: _unless_main(one.receive_from_audio_mix)),
    ("Heard in", lambda one: _unless_main(*(mix.mix_name for mix in one.send_to_audio_mixes))),
    ("Studio sound", lambda one: one.studiosound_enabled),
    ("Live captions", lambda one: one.show_live_captions or None),
    ("Media", lambda one: one.has_media),
    ("Presenting", lambda one: one.is_presenting),
    ("May see presentation", lambda one: one.rx_presentation_allowed),
    ("Presentation in mix", lambda one: one.needs_presentation_in_mix or None),
    ("Records", lambda one: one.is_recording or None),
    ("Transcribes", lambda one: one.is_transcribing or None),
    ("Feeds an AI", lambda one: one.is_ai_enabled or None),
    ("Spotlight since", lambda one: one.spotlight),
    ("Hand raised", lambda one: one.buzz_time),
    ("On node", lambda one: one.external_node_uuid),
    ("uuid", lambda one: one.uuid),
)
"""Everything known of a participant, each with its title; what only newer nodes say, where so."""


def _picture(one: Participant) -> str | None:
    """What is wrong with a picture, None where it is as it should be."""
    if one.is_main_video_dropped_out:
        return "dropped out"
    return "frozen, black or without a face" if one.is_video_silent else None


def _unless_main(*mixes: str) -> str | None:
    return None if mixes == ("main",) else ", ".join(mixes) or "nobody"


_PRESENT = {
    Presence.IN: "is in the conference",
    Presence.WAITING: "is waiting",
    Presence.CONNECTING: "is being called",
    Presence.PIN_ENTRY: "is entering a PIN",
    Presence.ON_HOLD: "is on hold",
}
_IN_ROLE = {
    Role.HOST: "is a Host",
    Role.GUEST: "is a Guest",
    Role.UNKNOWN: "has a role of no known name",
}

_SENTENCES: tuple[Callable[[Participant], str], ...] = (
    lambda one: _PRESENT[one.presence],
    lambda one: "is muted" if one.is_muted else "is unmuted",
    lambda one: "is kept from sending" if one.is_tx_muted else "may send again",
    lambda one: "has the camera off" if one.is_video_muted else "has the camera on",
    lambda one: _IN_ROLE[one.role],
    lambda one: "has the spotlight" if one.spotlight else "no longer has the spotlight",
    lambda one: "presents" if one.is_presenting else "stopped presenting",
    lambda one: (
        "may see the presentation"
        if one.rx_presentation_allowed
        else "may not see the presentation"
    ),
    lambda one: "raises a hand" if one.buzz_time else "lowers the hand",
)
"""What a change of a participant is told by, each sentence without its subject."""


def news_of(before: Participant, after: Participant) -> Iterator[str]:
    """What changed between two states of a participant that is worth a line, without the name."""
    for sentence in _SENTENCES:
        if (now := sentence(after)) != sentence(before):
            yield now
    if before.name != after.name:
        yield "has a new name"
    elif before.overlay != after.overlay:
        yield f"is {after.overlay or after.name} on the picture"
