"""QR codes as characters: every module in its half of a cell, and only where they fit."""

from __future__ import annotations

import sys
import types

import pytest

from pexdash.ui.pictures.qr import MISSING, NoCode, qr_lines


def library(modules: list[str]) -> types.SimpleNamespace:
    """Plays segno: a code with these rows of modules, # for a dark one."""
    rows = [[one == "#" for one in row] for row in modules]
    code = types.SimpleNamespace(matrix_iter=lambda border: rows)
    return types.SimpleNamespace(make_qr=lambda text, **_: code)


def test_light_modules_are_drawn_and_dark_ones_are_the_ground(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "segno", library(["##. ", "#.#.", "...#"]))
    assert qr_lines("x", 4, 2) == [" ▄▀█", "███▄"]
    assert qr_lines("x", 4, 2, on_light=True) == ["█▀▄ ", "   ▀"]


@pytest.mark.parametrize(("width", "height"), [(3, 9), (9, 1)])
def test_a_code_that_does_not_fit_says_what_it_needs(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "segno", library(["....", "....", "...."]))
    with pytest.raises(NoCode, match="4x2 cells"):
        qr_lines("x", width, height)


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    with pytest.raises(NoCode) as missing:
        qr_lines("x", 80, 24)
    assert str(missing.value) == MISSING


def test_the_real_library_makes_a_code_that_fits_a_small_terminal() -> None:
    lines = qr_lines("https://node.example.com/" + "x" * 50, 74, 22)
    assert len({len(line) for line in lines}) == 1
    assert lines[0] == "█" * len(lines[0])
    with pytest.raises(NoCode, match="too long"):
        qr_lines("x" * 8000, 999, 999)
