"""The lines below the alarms: the nodes, and what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pexdash.session.estate.estate import NodeLines
from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import Span, fit_spans


def nodes_line(nodes: Sequence[NodeLines], width: int, glyphs: Glyphs) -> list[Span]:
    """How our lines to each node stand; those that are not well come first where room is short."""
    told = [_node(one, len({each.cluster for each in nodes}) > 1) for one in nodes]
    if sum(span.width for spans in told for span in spans) > width:
        order = sorted(range(len(nodes)), key=lambda at: _is_well(nodes[at]))
        told = [told[at] for at in order]
    spans: list[Span] = []
    left = width - 6
    for at, one in enumerate(told):
        cells = sum(span.width for span in one)
        if cells > left:
            spans.append(Span(f"  +{len(told) - at}", "dim"))
            break
        spans += one
        left -= cells
    return fit_spans(spans, width, glyphs.ellipsis)


def _is_well(node: NodeLines) -> bool:
    return not (node.is_down or node.is_in_maintenance or node.stale)


def _node(node: NodeLines, says_cluster: bool) -> list[Span]:
    name = f"{node.cluster} {node.node}" if says_cluster else node.node
    look = "" if _is_well(node) else "strong"
    spans = [Span(f" {simple_width(name)} ", "dim" if _is_well(node) else "strong")]
    spans.append(Span(f"{node.live} live", "dim"))
    if node.stale:
        spans.append(Span(f" {node.stale} stale", look))
    if node.other:
        spans.append(Span(f" {node.other} other", "dim"))
    if node.is_down:
        spans.append(Span(" DOWN", "strong"))
    if node.is_in_maintenance:
        spans.append(Span(" maintenance", "strong"))
    spans.append(Span("  "))
    return spans


def ticker_line(
    lead: Sequence[str], happened: Iterable[str], width: int, glyphs: Glyphs
) -> list[Span]:
    """`lead`, of which only what stands behind the first word is no dim text, and what happened.

    `happened` is the newest first; only whole ones are shown.
    """
    spans = [Span(" ")]
    if lead:
        spans += [Span(f"{lead[0]} ", "dim"), Span(simple_width(" ".join(lead[1:])))]
    left = width - sum(span.width for span in spans) - 1
    between = ""
    if len(spans) > 1:
        between = f" {glyphs.between} "
    for one in happened:
        span = Span(f"{between}{simple_width(one)}", "dim")
        if span.width > left and between:
            break
        spans.append(span)
        left -= span.width
        between = f" {glyphs.between} "
        if left <= 0:
            break
    return fit_spans(spans, width, glyphs.ellipsis)
