"""The words a host types to narrow the roster."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.model.filter import STATES, people_grammar
from pexdash.model.participant import Participant, Role
from tests.model.people import NOW, person

PEOPLE = [
    person(
        "ann",
        "Ann Smith",
        role=Role.HOST,
        uri="sip:ann@example.com",
        protocol="sip",
        is_idp_authenticated=True,
    ),
    person("bob", "Bob Jones", is_muted=True, uri="bob@partner.example"),
    person("wen", "Wendy Weber", service_type="waiting_room"),
    person("dia", "", uri="sip:dia@example.com", service_type="connecting", protocol="sip"),
    person("pre", "STRASSE", is_presenting=True, spotlight=NOW, overlay_text="Board room"),
    person("api", "Monitor", protocol="api", has_media=False, role=Role.HOST),
    person("tel", "+49 30 1234567", is_audio_only_call=True, is_on_hold=True, buzz_time=NOW),
    person("ext", "Eve", is_external=True, protocol="mssip"),
    person("rec", "Recorder", is_streaming_conference=True, protocol="rtmp", role=Role.UNKNOWN),
]
GRAMMAR = people_grammar(lambda: {"ann", "bob"})
filter_of = GRAMMAR.test_of


def found(text: str) -> str:
    test = filter_of(text)
    return " ".join(one.uuid for one in PEOPLE if test(one))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "ann bob wen dia pre api tel ext rec"),
        ("ann", "ann"),
        ("  ANN   smith ", "ann"),
        ("smith ann", "ann"),
        ("ann bob", ""),
        ("partner.example", "bob"),
        ("board", "pre"),
        ("straße", "pre"),
        ("dia@", "dia"),
        ("1234", "tel"),
        ("is:muted", "bob"),
        ("is:waiting", "wen"),
        ("is:connecting", "dia"),
        ("is:presenting", "pre"),
        ("is:spotlight", "pre"),
        ("is:hand", "tel"),
        ("is:host", "ann api"),
        ("is:guest", "bob wen dia pre tel ext rec"),
        ("is:api", "api"),
        ("is:audio", "tel"),
        ("is:hold", "tel"),
        ("is:external", "ext"),
        ("is:streaming", "rec"),
        ("is:h", "ann api tel"),
        ("IS:MuTeD", "bob"),
        ("is:nonsense", ""),
        ("role:host", "ann api"),
        ("role:g", "bob wen dia pre tel ext"),
        ("protocol:sip", "ann dia"),
        ("proto:rt", "rec"),
        ("!is:guest", "ann api"),
        ("!!ann", "ann"),
        ("is:host !api", "ann api"),
        ("is:host !is:api", "ann"),
        ("!", ""),
        ("!" * 2000 + "ann", "ann"),
        ("!" * 1999 + "is:muted", "ann wen dia pre api tel ext rec"),
        ("!" * 2001, ""),
        ("(.*)[a-z]{99}\\1+?|^$", ""),
        ("is:" * 3000, ""),
        ("👩‍👩‍👧‍👦", ""),
        ("ann" * 3000, ""),
        ("is:", "ann bob wen dia pre api tel ext rec"),
        ("role:", "ann bob wen dia pre api tel ext rec"),
        ("!domain:", ""),
        ("is:speaking", "ann bob"),
        ("is:speaking is:muted", "bob"),
        ("is:verified", "ann"),
        ("role:chair", "ann api"),
        ("role:x", ""),
        ("domain:example.com", "ann dia"),
        ("domain:PARTNER", "bob"),
        ("!domain:p domain:e", "ann dia"),
        ("domain:+49", ""),
        ("nobody:ann", ""),
    ],
)
def test_grammar(text: str, expected: str) -> None:
    assert found(text) == expected


def test_every_state_finds_somebody_and_not_everybody() -> None:
    for state in STATES:
        assert 0 < len(found(f"is:{state}").split()) < len(PEOPLE), state


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ""),
        ("ann is:muted !role:guest domain:x protocol:y", ""),
        ("is:", ""),
        ("is:hnad", "is:hnad is not known; did you mean is:hand?"),
        ("ann !is:specking", "is:specking is not known; did you mean is:speaking?"),
        ("role:xyz", "role:xyz is not known; there are role:host, role:chair, role:guest, "),
        ("is:zzz", "is:zzz is not known; there are is:muted, is:waiting, "),
        ("foo:bar", "foo: is not known; there are is:, role:, protocol:, "),
        ("prtocol:sip", "prtocol: is not known; did you mean protocol:?"),
        ("sip:ann@example.com", ""),
        ("12:30", ""),
        (":", ""),
        ("!", ""),
        ("is:zzz foo:bar", "is:zzz "),
    ],
)
def test_what_is_not_known_is_told(text: str, told: str) -> None:
    flaw = GRAMMAR.flaw_of(text)
    assert flaw.startswith(told)
    assert bool(flaw) is bool(told)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("", []),
        ("ann ", []),
        ("ro", ["role:"]),
        ("pro", ["protocol:", "proto:"]),
        ("ann !is:sp", ["ann !is:spotlight", "ann !is:speaking"]),
        ("IS:mut", ["is:muted"]),
        ("is:muted", []),
        ("protocol:r", ["protocol:rtmp"]),
        ("domain:", ["domain:example.com", "domain:partner.example"]),
        ("domain:zzz", []),
        ("wendy", []),
        ("foo:", []),
    ],
)
def test_how_a_filter_can_be_ended(text: str, ends: list[str]) -> None:
    assert GRAMMAR.options(text, PEOPLE) == ends


@given(st.text("!aiprsz:domainspeaking "))
def test_an_end_is_known_and_finds_no_more_than_what_was_typed(text: str) -> None:
    for end in GRAMMAR.options(text, PEOPLE):
        assert end.casefold().startswith(text.casefold())
        if not end.endswith(":"):
            assert GRAMMAR.flaw_of(end.split()[-1]) == ""


words = st.sampled_from(
    ["ann", "is:muted", "is:h", "role:guest", "proto:sip", "!e", "e", "!!is:api"]
)


@given(st.lists(words | st.text(), max_size=4))
def test_every_word_narrows(parts: list[str]) -> None:
    test = filter_of(" ".join(parts))
    single = [filter_of(word) for part in parts for word in part.casefold().split()]
    for one in PEOPLE:
        assert test(one) == all(word(one) for word in single)


@given(st.text(min_size=1).filter(lambda text: not text[0].isspace()))
def test_an_exclamation_mark_turns_a_word_round(text: str) -> None:
    word = text.split()[0]
    plain, turned = filter_of(word), filter_of(f"!{word}")
    for one in PEOPLE:
        assert plain(one) is not turned(one)


def test_a_person_without_any_text_can_still_be_looked_for() -> None:
    nobody = Participant(uuid="x")
    assert filter_of("no name")(nobody)
    assert filter_of("role:unknown")(nobody)
