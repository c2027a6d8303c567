"""That the count of keys made of answers counts."""

from __future__ import annotations

import random

import pytest

from tests.trust.cut_answers import cut_answers
from tests.ui.framework.input import answers


def test_no_key_is_made_of_answers() -> None:
    figures = cut_answers(500, random.Random(1))
    assert (figures.tried, figures.keys, figures.texts) == (500, 0, 0)


def test_one_that_was_made_would_be_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(answers.ANSWERS, "a letter", b"m")
    monkeypatch.setitem(answers.ANSWERS, "a word", b"mute")
    figures = cut_answers(500, random.Random(1))
    assert figures.keys > 0
    assert figures.texts > 0
