"""Whatever a terminal sends, however it is cut into reads: only keys that were pressed are keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from pexdash.ui.framework.input.pasting import MOST_PASTED
from pexdash.ui.framework.input.stage import (
    ESCAPE_SECONDS,
    INTRODUCED_SECONDS,
    LATE_SECONDS,
    MOST_STRING,
    SILENT_SECONDS,
)
from pexdash.ui.framework.key_press import KeyPress
from tests.ui.framework.input.answers import ANSWERS, UNKNOWN
from tests.ui.framework.input.typing_in import SHORT, Terminal, cut, keys_of, told

KEYS = {
    b"\x1b[A": "up",
    b"\x1bOB": "down",
    b"\x1bOS": "f4",
    b"\x1b[15~": "f5",
    b"\x1b[1;5C": "ctrl+right",
    b"\x1b[[A": "f1",
    b"\x1b[3~": "delete",
    b"\x1b[Z": "shift+tab",
    b"\x1b[109;1:1;109u": "m",
    b"\x1b[13u": "enter",
    b"\x1b[27u": "escape",
    b"\r": "enter",
    b"\x03": "ctrl+c",
    b"\x7f": "backspace",
    b"\x8fS": "f4",
    b"\xc2\x8fS": "f4",
    b"m": "m",
    "é".encode(): "é",
}
QUIET = 0.25
"""A pause after which an ESC is the key, but what it introduced may still come."""
NOISE = [*ANSWERS.values(), *UNKNOWN.values()]

noise = st.sampled_from(NOISE).map(lambda data: (data, ""))
keys = st.sampled_from([*KEYS.items()])
cuts = st.lists(st.integers(0, 200), max_size=12)
control = st.builds(
    lambda parameters, between, final: f"\x1b[{parameters}{between}{final}".encode(),
    st.text("0123456789:;<=>?", max_size=12),
    st.text(" !\"#%&'()*+,-./", max_size=3),
    st.sampled_from([chr(code) for code in range(0x40, 0x7F) if chr(code) not in "MTu"]),
)
GO_ON = {b"\x1b[t", b"\x1b[[", b"\x1b[200~"}
"""What a sequence of this shape is only the beginning of."""


@given(st.lists(noise | keys, max_size=12), cuts)
def test_keys_between_anything_else_are_those_keys(
    sent: list[tuple[bytes, str]], places: list[int]
) -> None:
    reads: list[bytes] = []
    for data, key in sent:
        # Letters come one by one: three in one read are text.
        new = not reads or len(key) == 1 or reads[-1][-1:] in (b"m", b"\xa9")
        reads += [data] if new else [reads.pop() + data]
    reads = [one for read in reads for one in cut(read, places)]
    assert keys_of(*reads) == [key for _, key in sent if key]
    assert told(*reads).bursts == []


@given(st.lists(noise, min_size=1, max_size=6), st.integers(0, 100))
def test_a_longer_pause_makes_no_key_but_an_escape(
    sent: list[tuple[bytes, str]], place: int
) -> None:
    reads = cut(b"".join(data for data, _ in sent), [place])
    assert set(keys_of(*reads, pause=QUIET)) <= {"escape"}


@given(st.sampled_from([*ANSWERS]), st.integers(1, 100))
def test_what_comes_after_a_string_was_given_up_is_no_key_of_it(name: str, place: int) -> None:
    data = ANSWERS[name]
    first, *rest = cut(data, [min(place, len(data) - 1)])
    if first != b"\x1b":
        assert set(keys_of(first, *rest, pause=SILENT_SECONDS + SHORT)) <= {"escape"}


@given(st.lists(control, max_size=6), cuts)
def test_no_sequence_is_a_letter(sent: list[bytes], places: list[int]) -> None:
    terminal = told(*cut(b"".join(one for one in sent if one not in GO_ON), places))
    assert [key for key in terminal.keys if len(key) == 1] == []
    assert (terminal.bursts, terminal.pasted) == ([], [])


@given(st.binary(max_size=300), cuts)
def test_any_bytes_at_all_are_taken_and_little_is_held(data: bytes, places: list[int]) -> None:
    terminal = Terminal()
    for read in cut(data, places):
        terminal.send(read)
        assert terminal.held <= len(data)
    terminal.wait(SILENT_SECONDS + LATE_SECONDS)
    terminal.send(b"\x1b[A")
    assert terminal.keys[-1:] == ["up"] or terminal.stage._pasting is None


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=3, max_size=40))
def test_three_characters_in_one_read_are_text(text: str) -> None:
    terminal = told(text.encode())
    assert (terminal.bursts, terminal.keys) == ([text], [])


def test_two_characters_may_be_keys() -> None:
    assert keys_of(b"mL") == ["m", "L"]
    assert keys_of(b"q\r") == ["q", "enter"]
    assert keys_of("éЖ".encode()) == ["é", "Ж"]


def test_line_ends_and_tabs_in_text_are_blanks() -> None:
    terminal = told(b"Marcus\r\nmLG\tS\r")
    assert (terminal.bursts, terminal.keys) == (["Marcus  mLG S "], [])


def test_other_controls_around_text_are_keys() -> None:
    terminal = told(b"\x7f\x7fMarcus\x03")
    assert (terminal.bursts, terminal.keys) == (["Marcus"], ["backspace", "backspace", "ctrl+c"])


def test_text_around_a_key_is_text() -> None:
    terminal = told(b"mL\x1b[AG")
    assert (terminal.bursts, terminal.keys) == (["mL", "G"], ["up"])


@pytest.mark.parametrize("name", [*ANSWERS, *UNKNOWN])
def test_no_answer_is_a_key_or_text(name: str) -> None:
    data = (ANSWERS | UNKNOWN)[name]
    for reads in [[data], cut(data, range(len(data))), *(cut(data, [at]) for at in range(30))]:
        terminal = told(*reads)
        assert (terminal.keys, terminal.bursts) == ([], [])


REPORTED = {
    "late answer to a colour query": ([b"\x1b", b"]11;rgb:1414/1919/1f1f\x1b\\"], ["escape"]),
    "an answer that stalls": ([b"\x1b]11;rgb:1414/19", b"19/1f1f\x1b\\"], []),
    "an answer that stalls before its end": ([b"\x1b]11;rgb:1414/1919/1f1f\x1b", b"\\"], []),
    "mouse in two reads": ([b"\x1b[<0;10;7", b"m"], []),
    "F4 in two reads": ([b"\x1b", b"OS"], ["escape", "f4"]),
    "F4 in two reads, cut behind": ([b"\x1bO", b"S"], ["f4"]),
    "F16 of Konsole": ([b"\x1bO2S"], ["shift+f4"]),
    "keypad of PuTTY": ([b"\x1bOX"], []),
    "letters in one read": ([b"Marcus"], []),
    "a letter of another encoding": ([b"\xe9"], []),
    "a paste cut inside a character": ([b"\x1b[200~m\xc3", b"\x1b[201~"], []),
    "a click far right": ([b"\x1b[M \xe9!"], []),
    "a key beyond Unicode": ([b"\x1b[1114112u"], []),
}


@pytest.mark.parametrize("what", REPORTED)
def test_what_has_acted_once_does_not(what: str) -> None:
    reads, expected = REPORTED[what]
    assert keys_of(*reads, pause=QUIET) == expected


def test_an_escape_is_the_key_after_a_tenth_of_a_second() -> None:
    terminal = Terminal()
    terminal.send(b"\x1b")
    terminal.wait(ESCAPE_SECONDS - 0.01)
    assert terminal.keys == []
    terminal.wait(0.01)
    assert terminal.keys == ["escape"]
    terminal.send(b"[")
    terminal.wait(INTRODUCED_SECONDS)
    terminal.send(b"Am")
    assert terminal.keys == ["escape", "left_square_bracket", "A", "m"]


def test_a_key_that_acts_is_none_together_with_an_escape() -> None:
    for reads in ([b"\x1bm"], [b"\x1b", b"m"]):
        assert keys_of(*reads) == ["escape"]
    assert keys_of(b"\x1b/") == ["escape", "slash"]
    assert keys_of(b"\x1b\x1b[A") == ["escape", "up"]
    assert keys_of(b"\x1b", b"m", pause=QUIET) == ["escape", "m"]


def test_nor_is_a_function_key_that_acts() -> None:
    for sent in (b"\x1b\x1bOS", b"\x1b\x1b[14~", b"\x1b\x1b[115;1;115u"):
        terminal = Terminal(acting=["f4", "s"])
        terminal.send(sent, b"\x1bOS")
        assert terminal.keys == ["escape", "f4"]


def test_nor_is_one_behind_a_sequence_that_may_have_been_typed() -> None:
    assert keys_of(b"\x1b", b"OlSx", pause=QUIET) == ["escape", "x"]


def test_keys_work_again_after_a_string_was_given_up() -> None:
    assert keys_of(b"\x1b]11;rgb", b"m", b"\x1b[A", pause=SILENT_SECONDS) == ["m", "up"]
    later = SILENT_SECONDS + LATE_SECONDS
    assert keys_of(b"\x1b[<0;10;7", b"m", pause=later) == ["m"]
    assert keys_of(b"\x1b[200~text", b"m", pause=SILENT_SECONDS) == ["m"]


def test_the_end_of_a_string_that_nobody_began_is_no_key() -> None:
    assert keys_of(b"\x1b\\") == keys_of(b"\x1b", b"\\") == keys_of(b"\xc2\x9c") == []


def test_a_key_in_a_started_string_breaks_it_off() -> None:
    assert keys_of(b"\x1b]11;rgb:14", b"\x1b[A", b"m") == ["up", "m"]
    assert keys_of(b"\x1b[12;3\x18", b"m") == ["m"]


@pytest.mark.parametrize("begin", [b"\x1b]", b"\x1bP", b"\x1b_", b"\xc2\x9d", b"\x9d", b"\x1b["])
def test_a_string_that_never_ends_is_not_kept(begin: bytes) -> None:
    terminal = Terminal()
    terminal.send(begin)
    for _ in range(100):
        terminal.send(b"1" * 4096)
        assert terminal.held <= 2 * MOST_STRING
    terminal.wait(ESCAPE_SECONDS)
    terminal.send(b"\x1b[B")
    assert (terminal.keys, terminal.bursts) == (["down"], [])


def test_reports_that_are_cut_one_after_the_other_do_not_add_up() -> None:
    terminal = Terminal()
    for read in cut(b"\x1b[<35;100;20M" * 2000 + b"\x1b[A", range(0, 30_000, 4096)):
        terminal.send(read)
    assert len([one for one in terminal.told if isinstance(one, events.MouseMove)]) == 2000
    assert terminal.keys == ["up"]


def test_what_is_pasted_is_no_key_however_long() -> None:
    letters = b"mLGSra\r" * 100
    terminal = Terminal()
    terminal.send(b"\x1b[200~")
    for _ in range(MOST_PASTED // len(letters) + 10):
        terminal.send(letters)
        assert terminal.held < MOST_PASTED + len(letters)
    terminal.send(b"m\x1b[201~")
    terminal.wait(SILENT_SECONDS)
    terminal.send(b"\x1b[A")
    assert (terminal.keys, terminal.bursts) == (["up"], [])


def test_the_late_end_of_a_paste_is_no_key() -> None:
    assert keys_of(b"\x1b[200~text", b"m\x1b[201~", pause=SILENT_SECONDS) == []
    assert keys_of(b"\x1b[200~text\x1b[20", b"1~", pause=SILENT_SECONDS) == []


@given(st.integers(1, 4), st.sampled_from([b"m", b"Marcus", b"q\r", b"\x03", b"\x1b[A"]))
def test_a_paste_whose_mark_comes_in_two_parts_is_one(place: int, text: bytes) -> None:
    begun, rest = b"\x1b[200~"[: place + 1], b"\x1b[200~"[place + 1 :]
    for reads in ([rest + text + b"\x1b[201~"], [rest + text, b"\x1b[201~"]):
        terminal = told(begun, *reads, pause=SILENT_SECONDS - SHORT)
        late = Terminal()
        late.send(begun)
        late.wait(SILENT_SECONDS + SHORT)
        late.send(*reads)
        late.wait(SILENT_SECONDS)
        for one in (terminal, late):
            assert (one.keys, one.bursts, len(one.pasted)) == ([], [], 1)


def test_a_control_is_no_part_of_what_was_given_up() -> None:
    for control, key in [(b"\x03", "ctrl+c"), (b"\r", "enter"), (b"\x7f", "backspace")]:
        terminal = Terminal()
        terminal.send(b"\x1b[<0;10;7")
        terminal.wait(SILENT_SECONDS)
        terminal.send(control, control, b"m", pause=SHORT)
        assert terminal.keys == [key, key]


def test_a_letter_of_another_encoding_is_not_counted_with_later_ones() -> None:
    assert keys_of(b"\xe9", b"m", b"L", pause=QUIET) == ["m", "L"]
    assert told(b"Zo\xeb!").bursts == ["Zo\ufffd!"]


@pytest.mark.parametrize(
    "text", ["32:32:32", "160:8195:32", "32" + ":32" * 9, "109:109:109;5", "1" * 5000, "9:10:13"]
)
def test_a_text_that_cannot_be_seen_or_is_none_is_nothing(text: str) -> None:
    text, _, modifiers = text.partition(";")
    terminal = told(f"\x1b[0;{modifiers};{text}u".encode(), b"\x1b[A")
    assert (terminal.bursts, terminal.keys) == ([], ["up"])


@given(st.text("0123456789:", min_size=1, max_size=60), st.sampled_from(["", "1", "5", "2:2"]))
def test_text_of_kittys_protocol_is_seen_where_it_is_told(text: str, modifiers: str) -> None:
    terminal = told(f"\x1b[109;{modifiers};{text}u".encode())
    assert all(burst.strip() for burst in terminal.bursts)


@pytest.mark.parametrize("length", [MOST_STRING, 2 * MOST_STRING - 10])
def test_a_sequence_longer_than_any_key_or_report_is_neither(length: int) -> None:
    data = b"\x1b[109:" + b"1" * length + b"u"
    terminal = told(*cut(data, range(0, length, MOST_STRING)), b"\x1b[A")
    assert (terminal.bursts, terminal.keys) == ([], ["up"])


def test_marks_of_repeated_keys_are_told_and_keys_let_go_are_none() -> None:
    sent = [b"\x1b[109;1:1;109u", b"\x1b[109;1:2;109u", b"\x1b[109;1:3u", b"\x1b[1;1:2A", b"m"]
    pressed = [one for one in told(*sent).told if isinstance(one, KeyPress)]
    assert [(one.key, one.is_repeat) for one in pressed] == [
        ("m", False),
        ("m", True),
        ("up", True),
        ("m", None),
    ]


def test_a_press_without_a_mark_is_one_of_its_own_where_the_terminal_has_marked_the_key() -> None:
    """Kitty leaves the mark of a press away, and marks the repeats alone."""
    press, repeat = b"\x1b[15~", b"\x1b[15;1:2~"
    terminal = Terminal(acting=["f5", "f6", "m"])
    terminal.send(press, repeat, b"\x1b[15;1:3~", press, b"\x1b[17~", b"\x1b[109;1:2u", b"m")
    pressed = [one for one in terminal.told if isinstance(one, KeyPress)]
    assert [(one.key, one.is_repeat) for one in pressed] == [
        ("f5", None),
        ("f5", True),
        ("f5", False),
        ("f6", None),
        ("m", True),
        ("m", None),
    ]
