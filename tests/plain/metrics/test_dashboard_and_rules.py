"""The dashboard and the alert rules: they ask for nothing that is not told."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pexdash.cli.main import cli
from pexdash.plain.metrics.families import FAMILIES, HISTOGRAM

FOLDER = files("pexdash.plain.metrics")
_NAME = re.compile(r"\bpexdash_[a-z_]+")
_MATCHED = re.compile(r"(pexdash_[a-z_]+)\{([^}]*)\}")
_LABEL = re.compile(r"([a-z_]+)\s*(?:=~|!=|!~|=)")


def printed(name: str) -> str:
    """What `pexdash config` prints."""
    done = CliRunner().invoke(cli, ["config", name])
    assert (done.exit_code, done.exception) == (0, None)
    return done.output


def series_of(name: str) -> set[str]:
    """The series of a metric, as queries name them."""
    if FAMILIES[name].kind == HISTOGRAM:
        return {f"{name}_{part}" for part in ("bucket", "sum", "count")}
    return {name}


SERIES = {one: name for name in FAMILIES for one in series_of(name)}


@pytest.mark.parametrize(("name", "least"), [("grafana", 14), ("prometheus", 9)])
def test_every_series_and_label_that_is_asked_for_is_told(name: str, least: int) -> None:
    text = printed(name)
    asked = set(_NAME.findall(text))
    assert len(asked) >= least
    assert asked <= SERIES.keys()
    for series, matchers in _MATCHED.findall(text.replace('\\"', '"')):
        assert set(_LABEL.findall(matchers)) <= set(FAMILIES[SERIES[series]].labels), series


def test_the_dashboard_is_one_that_grafana_imports() -> None:
    dashboard: dict[str, Any] = json.loads(printed("grafana"))
    assert dashboard["title"] == "pexdash"
    assert {one["name"] for one in dashboard["templating"]["list"]} == {"datasource", "job", "node"}
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels) > 10
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
        assert panel["datasource"]["uid"] == "${datasource}"
        assert all(target["expr"] for target in panel["targets"])


def test_each_alert_says_how_bad_it_is_and_what_to_do() -> None:
    alerts = printed("prometheus").split("- alert: ")[1:]
    assert len(alerts) >= 8
    for alert in alerts:
        assert re.search(r"severity: (critical|warning)\n", alert)
        assert "summary: " in alert
        assert "description: " in alert


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_takes_the_alert_rules(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(printed("prometheus"))
    subprocess.run(["promtool", "check", "rules", str(file)], check=True, capture_output=True)
