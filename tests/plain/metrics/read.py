"""The text of a scrape, read by Prometheus' own library."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families


@dataclass
class Scrape:
    """What was told at one moment."""

    text: str

    @property
    def families(self) -> dict[str, Metric]:
        """Every metric by its name, a counter without `_total`."""
        return {one.name: one for one in text_string_to_metric_families(self.text)}

    def values(self, name: str) -> dict[tuple[str, ...], float]:
        """The values of a series by its labels, in the order of their names."""
        found = {}
        for family in self.families.values():
            for sample in family.samples:
                if sample.name == name:
                    labels = tuple(value for _, value in sorted(sample.labels.items()))
                    assert labels not in found, f"{name} {labels} twice"
                    found[labels] = sample.value
        return found

    def sum(self, name: str, **labels: str) -> float:
        """What all series of that name say that have these labels."""
        return sum(
            sample.value
            for family in self.families.values()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


def read(text: bytes) -> Scrape:
    return Scrape(text.decode())
