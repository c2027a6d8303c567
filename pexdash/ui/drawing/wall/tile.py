"""One conference as a tile: a frame with a title, and what matters in it."""

from __future__ import annotations

from collections.abc import Sequence

from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import Span, fit, fit_spans
from pexdash.ui.drawing.wall.curve import curve_line
from pexdash.ui.drawing.wall.digits import big_digits
from pexdash.ui.drawing.wall.facts import AlarmLine, TileFacts, sign_of

Line = list[Span]
_MOST_CURVE = 60
"""A curve has no more cells than an hour has minutes."""
_MOST_EVENTS = 6
_BESIDE = 2
"""The blanks between what stands at the left of a line and what stands at its right."""


def tile_lines(facts: TileFacts, width: int, height: int, glyphs: Glyphs) -> list[Line]:
    """A framed tile of exactly `height` lines of `width` cells each."""
    inner = width - 4
    body = [_people(facts, inner, glyphs), *_middle(facts, inner, height - 4, glyphs)]
    body += [[] for _ in range(height - 3 - len(body))]
    body = [*body[: height - 3], _foot(facts, inner, glyphs)]
    wall = Span(glyphs.box[1], _edge(facts))
    lines = [_title(facts, width, glyphs)]
    lines += [
        [wall, Span(" "), *fit_spans(line, inner, glyphs.ellipsis), Span(" "), wall]
        for line in body
    ]
    flat, _, _, _, left, right = tuple(glyphs.box[:6])
    lines.append([Span(left + flat * (width - 2) + right, _edge(facts))])
    return lines


def strip_lines(facts: TileFacts, width: int, height: int, glyphs: Glyphs) -> list[Line]:
    """A conference in at most `height` lines of `width` cells, without a frame."""
    sign = sign_of(facts.mark, glyphs)
    label = Span(f" {sign} {simple_width(facts.label)}  ", "strong" if facts.is_known else "")
    left = [label, *_counts(facts, glyphs)]
    right = [
        *_flags(facts),
        Span("  " if facts.flags and facts.word else ""),
        Span(facts.word, "dim"),
    ]
    if facts.is_loud:
        right = [*_flags(facts), Span(f"   {_loud_word(facts)}")]
    first = _apart(left, [*right, Span(" ")], width, glyphs)
    if facts.is_loud:
        text = "".join(span.text for span in fit_spans(first, width, glyphs.ellipsis))
        first = [Span(text, "attention reversed")]
    alarms = [_alarm(one, glyphs) for one in facts.alarms]
    if facts.why:
        alarms.insert(0, [Span(simple_width(facts.why), "" if facts.is_loud else "dim")])
    curve = curve_line(facts.curve, min(24, width // 4), glyphs)
    second = [Span("   "), Span(curve.ljust(min(24, width // 4)), "dim"), Span("  ")]
    second += alarms[0] if alarms else _speaker(facts)
    third = [Span("   "), *(alarms[1] if len(alarms) > 1 else [])]
    lines = [
        first,
        _apart(second, [*_advice(facts), Span(" ")], width, glyphs),
        _apart(third, [Span(f"{facts.node}  {facts.lasts} ".lstrip(), "dim")], width, glyphs),
    ]
    return [fit_spans(line, width, glyphs.ellipsis) for line in lines[:height]]


def _edge(facts: TileFacts) -> str:
    return "attention" if facts.is_loud else "line"


def _loud_word(facts: TileFacts) -> str:
    return f"UNACK  {facts.word}" if facts.word and facts.word != "UNACK" else "UNACK"


def _title(facts: TileFacts, width: int, glyphs: Glyphs) -> Line:
    """The first line; reversed from edge to edge while somebody has to take note."""
    label, sign = simple_width(facts.label), sign_of(facts.mark, glyphs)
    if facts.is_loud:
        word = f"  {_loud_word(facts)}  "
        return [
            Span(
                fit(f"  {sign} {label}", width - len(word), glyphs.ellipsis), "attention reversed"
            ),
            Span(word, "attention reversed"),
        ]
    flat, _, first, last = tuple(glyphs.box[:4])
    right = [Span(f" {facts.word} ", "dim")] if facts.word else []
    room = width - 6 - sum(span.width for span in right)
    shown = fit_spans([Span(label, "strong")], min(Span(label).width, room - 1), glyphs.ellipsis)
    taken = 5 + sum(span.width for span in (*shown, *right))
    lead = Span(f"{first} ", "line")
    rule = Span(flat * (width - taken - 2), "line")
    return [
        lead,
        Span(f"{sign} ", "dim"),
        *shown,
        Span(" "),
        rule,
        *right,
        Span(flat + last, "line"),
    ]


def _people(facts: TileFacts, width: int, glyphs: Glyphs) -> Line:
    """How many people there are, and at the right what holds for the meeting."""
    return _apart(_counts(facts, glyphs), _flags(facts), width, glyphs)


def _flags(facts: TileFacts) -> Line:
    return [Span(" ".join(facts.flags), "dim")] if facts.flags else []


def _counts(facts: TileFacts, glyphs: Glyphs) -> Line:
    """How many people, Hosts and who waits; nothing where nothing is known."""
    if not facts.is_known:
        return []
    quiet = "dim" if not facts.is_loud else "attention strong"
    sure = "?" if facts.is_stale else glyphs.live
    spans = [Span(f"{sure} ", "dim"), Span(f"{facts.people} in", "strong" if facts.is_loud else "")]
    if facts.hosts:
        spans.append(Span(f"  {facts.hosts} {'Host' if facts.hosts == 1 else 'Hosts'}", "dim"))
    elif facts.people:
        spans.append(Span("  NO HOST", quiet))
    if facts.waiting:
        waited = f" {facts.waited}" if facts.waited and not facts.digits else ""
        spans.append(Span(f"  {facts.waiting} WAIT{waited}", quiet))
    return spans


def _apart(left: Sequence[Span], right: Sequence[Span], width: int, glyphs: Glyphs) -> Line:
    """`left`, and `right` at the end of a line of `width` cells; `left` is cut where need be."""
    cells = sum(span.width for span in right)
    if not cells:
        return list(left)
    if cells + _BESIDE > width:
        return fit_spans(list(left), width, glyphs.ellipsis)
    room = width - cells
    kept = sum(span.width for span in left)
    if kept > room - _BESIDE:
        return [*fit_spans(list(left), room - _BESIDE, glyphs.ellipsis), Span("  "), *right]
    return [*left, Span(" " * (room - kept)), *right]


def _middle(facts: TileFacts, width: int, height: int, glyphs: Glyphs) -> list[Line]:
    """What stands between the people and the foot: at most `height` lines."""
    if facts.why:
        return [[Span(simple_width(facts.why), "" if facts.is_loud else "dim")]][:height]
    drawn = big_digits(facts.digits, glyphs) if facts.digits and height >= 3 else []
    lines: list[Line] = []
    if drawn:
        causes = [*facts.cause, "", "", ""]
        looks = ("", "", "dim")
        lines = [
            [Span(one, "attention"), Span(f"   {simple_width(cause)}", look)]
            for one, cause, look in zip(drawn, causes, looks, strict=False)
        ]
        rest = facts.alarms[1:]
    else:
        curve = curve_line(facts.curve, min(_MOST_CURVE, max(12, width // 2)), glyphs)
        lines.append(_apart([Span(curve, "dim")], _speaker(facts), width, glyphs))
        rest = facts.alarms
    lines += [_alarm(one, glyphs) for one in rest[:2]]
    if facts.presenter and height > len(lines) + 2:
        told = f"{glyphs.presenting} {simple_width(facts.presenter)} presents"
        lines.append([Span(told, "dim")])
    if facts.events and (room := min(_MOST_EVENTS, height - len(lines) - 1)) > 0:
        lines.append([])
        lines += [[Span(simple_width(one), "dim")] for one in facts.events[-room:]]
    return lines[:height]


def _speaker(facts: TileFacts) -> Line:
    return [Span(simple_width(facts.speaker), "dim")] if facts.speaker else []


def _alarm(one: AlarmLine, glyphs: Glyphs) -> Line:
    look = "" if one.is_loud else "dim"
    sign = Span(f"{sign_of(one.mark, glyphs)} ", "attention" if one.is_loud else "dim")
    return [sign, Span(simple_width(one.text), look)]


def _advice(facts: TileFacts) -> Line:
    if not facts.advice:
        return []
    key, _, words = facts.advice.partition(" ")
    return [Span(key, "accent strong"), Span(f" {words}", "accent strong")]


def _foot(facts: TileFacts, width: int, glyphs: Glyphs) -> Line:
    left = [Span(simple_width(facts.node), "dim")]
    if advice := _advice(facts):
        left += [Span("   " if facts.node else ""), *advice]
    return _apart(left, [Span(facts.lasts, "dim")], width, glyphs)
