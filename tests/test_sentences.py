"""What the program says is plain English that stands by itself and is read once."""

from __future__ import annotations

import re

import pytest

from tests.sentences import PACKAGE, SAYING, Sentence, every_sentence, sentences, system_words

ON_THE_SCREEN = {"Notice", "notify", "GaveUp", "_tell"}

UNREADABLE = re.compile(
    r"\[Errno|\bErrno\b"
    r"|\b[Ww]hom to\b|\bto nowhere\b|\bfrom nowhere\b"  # read twice: who, and where?
    r"|\bof whom\b|\bto whom\b|\bby whom\b"
    r"|^\w+ ‹…› not \w+:"  # "event 5 not understood: hello"
    r"|\b(nor|neither) (is|was|were|are)\b"
    r"|\b(invalid|illegal|fatal|abort\w*|oops|please|unable to)\b"
    r"|\b(e\.g\.|i\.e\.|etc\b|viz\b)"
    r"|n't\b|'ll\b|'re\b"
    r"|!$"
)
"""Numbers of the system, orders of words and words that a host has to read twice."""


def own_sentences() -> list[Sentence]:
    """All but the embedded node's, which speaks as Pexip's do, and its people as people do."""
    return [one for one in every_sentence() if not one.place.startswith("node/")]


def flaws_of(one: Sentence) -> list[str]:
    """What is wrong with a sentence, in words."""
    text, found = one.text, []
    if UNREADABLE.search(text):
        found.append("has to be read twice")
    if not one.said_by:
        return found
    if re.search(r"\S {2,}\S", text):
        found.append("has two blanks in a row")
    if re.search(r"(^\s|[\s,;:(-]$)", text):
        found.append("ends as if it went on")
    is_one = not re.search(r"[.?!] |\.\n", text)
    if is_one and text.endswith("."):
        found.append("is one sentence, and has a full stop")
    if not is_one and not re.search(r"[.?…\n›]$", text):
        found.append("is several sentences, and the last has no full stop")
    if one.said_by in ON_THE_SCREEN and re.match(r"[a-z]", text):
        found.append("begins small on the screen")
    return found


def test_every_sentence_of_the_program_is_read_once() -> None:
    assert [(one, flaws) for one in own_sentences() if (flaws := flaws_of(one))] == []


def test_no_sentence_has_the_words_of_the_system_for_programmers() -> None:
    found = [
        (str(path.relative_to(PACKAGE)), line)
        for path in sorted(PACKAGE.rglob("*.py"))
        for line in system_words(path.read_text("utf-8"))
    ]
    assert found == []


def test_the_list_has_what_is_said() -> None:
    every = own_sentences()
    texts = {one.text for one in every}
    assert "standard output holds" not in texts
    assert "standard input holds one PIN or token, not two" in texts
    assert "The line is live" in texts
    said = [one for one in every if one.said_by]
    assert len(said) > 200
    assert {one.said_by for one in said} <= SAYING


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("Whom to?", "has to be read twice"),
        ("Transfer to nowhere Ann Smith: the node said no", "has to be read twice"),
        ("[Errno 111] Connect call failed", "has to be read twice"),
        ("Event ‹…› not understood: ‹…›", "has to be read twice"),
        ("It didn't go through", "has to be read twice"),
        ("The call  has ended", "has two blanks in a row"),
        ("The call has ended, ", "ends as if it went on"),
        ("The call has ended.", "is one sentence, and has a full stop"),
        ("It has ended. Call again", "is several sentences, and the last has no full stop"),
        ("the call has ended", "begins small on the screen"),
    ],
)
def test_a_sentence_with_a_flaw_would_be_found(text: str, flaw: str) -> None:
    assert flaws_of(Sentence("", text, "Notice")) == [flaw]


@pytest.mark.parametrize(
    "text", ["The call has ended", "It has ended. Call again.", "Which one? Ann, or ‹…›"]
)
def test_a_sentence_without_one_is_left_alone(text: str) -> None:
    assert flaws_of(Sentence("", text, "Notice")) == []


def test_sentences_are_found_wherever_they_stand_and_code_is_none() -> None:
    source = '''
"""A docstring is not said."""
CSS = "Screen { align: center middle; }\\n #form { width: 66; }"
def f(one):
    """Nor is this one here."""
    raise UsageFault(f"the file {one} cannot be read" if one else "there is no file")
    assert one, "for programmers alone, of course"
    return one.say("a word " "in two parts")
'''
    assert {(one.text, one.said_by) for one in sentences(source, "f.py")} == {
        ("the file ‹…› cannot be read", "UsageFault"),
        ("there is no file", "UsageFault"),
        ("a word in two parts", "say"),
    }


def test_the_text_of_a_fault_of_the_system_would_be_found() -> None:
    source = """
try:
    pass
except OSError as fault:
    f"{path} cannot be read: {fault}"
    f"{path} cannot be read: {clean(str(fault))}"
    f"{path} cannot be read: {fault.strerror}"
except PexdashError as fault:
    f"not joined: {fault}"
"""
    assert list(system_words(source)) == [5, 6]
