"""One picture on the terminal: placed, replaced and taken off."""

from __future__ import annotations

import re

from textual.geometry import Offset, Size

from pexdash.ui.pictures.painter import GraphicsPainter
from pexdash.ui.pictures.protocols import Drawing
from tests.ui.pictures.drawn import RED, Paper, plain


def numbers(text: str, action: str) -> list[str]:
    return re.findall(rf"\x1b_Ga={action},[^;\x1b]*i=(\d+)", text)


def test_kitty_is_placed_once_replaced_and_deleted() -> None:
    paper = Paper()
    painter = GraphicsPainter(Drawing.KITTY, paper)
    graphic = painter.prepare(plain((80, 80), RED), Size(20, 5), (8, 16))
    assert (graphic.columns, graphic.rows) == (10, 5)
    assert painter.show(graphic, Offset(3, 4))
    assert paper.text.startswith("\x1b7\x1b[5;4H\x1b_G")
    assert paper.text.endswith("\x1b\\\x1b8")
    assert painter.show(graphic, Offset(3, 4))
    assert len(paper.written) == 1
    assert painter.show(graphic, Offset(3, 5))
    first, second = numbers(paper.text, "T")
    assert numbers(paper.text, "d") == [first] != [second]
    painter.hide()
    painter.hide()
    assert numbers(paper.text, "d") == [first, second]
    assert painter.shown is None


def test_sixel_is_sent_each_time() -> None:
    paper = Paper()
    painter = GraphicsPainter(Drawing.SIXEL, paper)
    graphic = painter.prepare(plain((80, 80), RED), Size(20, 5), (8, 16))
    assert painter.show(graphic, Offset(0, 0))
    assert painter.show(graphic, Offset(0, 0))
    assert paper.text.count("\x1bP") == paper.text.count("\x1b7") == 2
    painter.hide()
    assert len(paper.written) == 2


def test_nothing_is_sent_to_a_terminal_that_is_behind() -> None:
    paper = Paper()
    painter = GraphicsPainter(Drawing.KITTY, paper)
    graphic = painter.prepare(plain((8, 8), RED), Size(4, 4), (8, 16))
    paper.behind = True
    assert not painter.show(graphic, Offset(0, 0))
    assert not paper.written
    paper.behind = False
    assert painter.show(graphic, Offset(0, 0))


def test_sixels_need_the_size_of_a_cell() -> None:
    assert not GraphicsPainter(Drawing.SIXEL, Paper(cell=None)).can_draw()
    assert GraphicsPainter(Drawing.SIXEL, Paper()).can_draw()
    assert GraphicsPainter(Drawing.KITTY, Paper(cell=None)).can_draw()
