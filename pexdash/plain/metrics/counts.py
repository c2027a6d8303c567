"""What is counted as it happens: a number for each set of labels, and nothing else."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

from pexdash.plain.metrics.families import COUNTER, FAMILIES, HISTOGRAM, NODE

OTHER = "other"
"""The label of all that comes after the most there may be."""
UNKNOWN = "unknown"
"""The label of what has no node yet."""
MOST_NODES = 64
MOST_RULES = 50

ROLES = ("host", "guest")
_OF_A_NODE = tuple(
    family.name for family in FAMILIES.values() if family.kind == COUNTER and family.labels == NODE
)

Labels = tuple[str, ...]


class Names:
    """Lets so many different values become labels; those that come later are `other`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: set[str] = set()

    def label(self, name: str) -> str:
        """The label for a name."""
        if name not in self._known:
            if len(self._known) >= self._most:
                return OTHER
            self._known.add(name)
        return name


class Spread:
    """The values that a histogram has seen: how many fell into each bucket, and their sum."""

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        """Of each bucket alone; the last is of what is above all bounds."""
        self.total = 0.0

    def add(self, value: float) -> None:
        """Note one value."""
        self.counts[bisect_left(self._bounds, value)] += 1
        self.total += value


class Counts:
    """Every counter and histogram of `families`, by the values of its labels in their order.

    Who adds must have few different labels (`nodes`, `rules`), or drop those that have gone.
    """

    def __init__(self) -> None:
        self.nodes = Names(MOST_NODES)
        self.rules = Names(MOST_RULES)
        self.events: dict[str, Counter[type]] = {}
        """How many events of each type each node sent: the type alone is known without looking."""
        self.counters: dict[str, Counter[Labels]] = {
            family.name: Counter() for family in FAMILIES.values() if family.kind == COUNTER
        }
        self.spreads: dict[str, dict[Labels, Spread]] = {
            family.name: {} for family in FAMILIES.values() if family.kind == HISTOGRAM
        }

    def node(self, name: str) -> str:
        """The label of a node; "" has none yet."""
        return self.nodes.label(name) if name else UNKNOWN

    def events_of(self, node: str) -> Counter[type]:
        """Where to count the events of the node with this label."""
        return self.events.setdefault(node, Counter())

    def begin(self, node: str) -> None:
        """Have what is counted of a node begin at 0: what is not there cannot be seen to rise."""
        for name in _OF_A_NODE:
            self.add(name, node, more=0)
        for role in ROLES:
            self.add("pexdash_participant_joins_total", node, role, more=0)
            self.add("pexdash_participant_leaves_total", node, role, more=0)

    def add(self, name: str, *labels: str, more: float = 1) -> None:
        """Count one more, or so much more."""
        # typeshed has whole numbers in a Counter; seconds are counted too.
        self.counters[name][labels] += more  # type: ignore[assignment]

    def drop(self, name: str, *labels: str) -> None:
        """Have no such series any more."""
        self.counters[name].pop(labels, None)

    def observe(self, name: str, value: float, *labels: str) -> None:
        """Note a value of a histogram."""
        spreads = self.spreads[name]
        spread = spreads.get(labels)
        if spread is None:
            spread = spreads[labels] = Spread(FAMILIES[name].bounds)
        spread.add(value)
