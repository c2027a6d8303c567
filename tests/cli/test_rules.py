"""`pexdash rules check`: mistakes with status 2, rules in words, and what they would have done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pexdash.cli.main import cli
from pexdash.errors import UsageFault
from tests.session.ruling import COLLEAGUES


def check(*words: str) -> Result:
    return CliRunner().invoke(cli, ["rules", "check", *words])


def test_each_rule_is_told_in_words(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(COLLEAGUES + '[[rule]]\nname = "all"\nwhen = "waiting"\ndo = "admit"\n')
    done = check(str(file))
    assert done.exit_code == 0, done.output
    first, second = done.output.splitlines()
    assert first == (
        "colleagues: Admit, when waiting, who domain:example.com is:verified, at most 20 in 60 s"
    )
    assert "only suggests" in second


def test_mistakes_end_with_status_2(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('[[rule]]\nname = "x"\nwhen = "now"\ndo = "admitt"\n')
    done = check(str(file))
    assert isinstance(done.exception, UsageFault)
    assert done.exception.exit_status == 2
    assert "rules.toml:3: " in str(done.exception)


def test_a_recording_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(COLLEAGUES)
    done = check(str(file), "--against", str(file))
    assert isinstance(done.exception, UsageFault)
    assert "is no recording" in str(done.exception)


def test_what_would_have_happened_is_printed(tmp_path: Path) -> None:
    file, recording = tmp_path / "rules.toml", tmp_path / "meeting.ndjson"
    file.write_text(COLLEAGUES)
    me = {"uuid": "m", "display_name": "Me", "role": "chair", "protocol": "api"}
    ann = {
        "uuid": "5e9a0f4b-7c5b-4f0e-9a44-6b3f6d3a1c0d",
        "display_name": "Ann",
        "uri": "ann@example.com",
        "role": "guest",
        "protocol": "webrtc",
        "has_media": True,
        "service_type": "waiting_room",
        "is_idp_authenticated": True,
    }
    lines = [
        {
            "pexdash-recording": 2,
            "alias": "meet",
            "cluster": "",
            "node": "n",
            "started": "2026-01-02T10:00:00Z",
            "version": "1",
        },
        {"t": 0, "me": {"uuid": "m", "role": "host"}},
        {"t": 0, "line": "live"},
        {"t": 0.1, "list": [me]},
        {"t": 5, "event": "participant_create", "data": json.dumps(ann), "id": "1"},
        {"t": 9, "mark": "end"},
    ]
    recording.write_text("".join(f"{json.dumps(one)}\n" for one in lines))
    done = check(str(file), "--against", str(recording))
    assert done.exit_code == 0, done.output
    title, act, count = done.output.splitlines()
    assert title == "meet:"
    assert act.endswith("colleagues: Admit Ann ann@example.com (5e9a0f4b)")
    assert count == "  colleagues: 1 time"


@pytest.mark.parametrize("words", [("--arm",), ("--arm", "--rules", "x", "--read-only")])
def test_what_cannot_be_armed_is_told(words: tuple[str, ...]) -> None:
    from pexdash.cli.options import JoinOptions
    from pexdash.cli.screen import rules_in

    options = JoinOptions(
        arm=True,
        rules=Path("x") if "--rules" in words else None,
        read_only="--read-only" in words,
    )
    with pytest.raises(UsageFault, match="--arm"):
        rules_in(options)
