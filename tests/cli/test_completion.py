"""What the shells complete, asked of real shells where they are installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from pexdash.api.request_fields import Kind
from pexdash.api.requests import REQUESTS
from pexdash.cli.completing import recent_aliases, request_names, request_words
from pexdash.cli.main import cli
from pexdash.cli.shells import script_for
from pexdash.session.membership.recent_conferences import RecentConference, RecentConferences

# A shell that has read our script and, for each line it is given, prints what it would offer at the
# end of it, and then a line of its own.
_OFFERED = {
    "bash": """
        eval "$(pexdash completion bash)"
        compopt() { :; }
        for line; do
            COMP_LINE=$line COMP_POINT=${#line}
            _pexdash_completion pexdash
            printf '%s\\n' "${COMPREPLY[@]}" .
        done
    """,
    "zsh": """
        compdef() { : }
        compadd() { print -l -- ${(P)@[-1]} }
        _describe() { print -l -- ${(P)@[-2]} }
        eval "$(pexdash completion zsh)"
        for line; do
            words=(${(z)line})
            [[ $line == *' ' ]] && words+=('')
            CURRENT=$#words
            _pexdash_completion
            print .
        done
    """,
    "fish": """
        pexdash completion fish | source
        for line in $argv
            complete -C "$line"
            echo .
        end
    """,
}
_BEGIN = {"bash": ["--norc", "-c"], "zsh": ["-f", "-c"], "fish": ["--no-config", "-c"]}


def offered(shell: str, lines: list[str], folder: Path) -> list[list[str]]:
    """What `shell` offers at the end of each of `lines`, without what it says of each word."""
    program = shutil.which(shell)
    if program is None:
        assert shell != "bash", "bash is not installed, and its part is tested everywhere"
        pytest.skip(f"{shell} is not installed")
    ours = folder / "pexdash"
    ours.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pexdash "$@"\n', "utf-8")
    ours.chmod(0o755)
    name = [] if shell == "fish" else [shell]
    done = subprocess.run(
        [program, *_BEGIN[shell], _OFFERED[shell], *name, *lines],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder)},
    )
    told = [part.split("\n") for part in done.stdout.split(".\n")[:-1]]
    # After a tab or a colon stands what the word is for.
    return [[re.split("[\t:]", one)[0] for one in part if one] for part in told]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_requests_fields_and_values(shell: str, tmp_path: Path) -> None:
    some = {
        "pexdash completion ": ["bash", "fish", "zsh"],
        "pexdash ctl meet.alice start_": ["start_conference"],
        "pexdash ctl meet.alice dial prot": ["protocol="],
        # bash has cut the word at its =, and puts what is offered in place of the rest.
        "pexdash ctl meet.alice dial destination=bob@example.com role=gu": [
            "guest" if shell == "bash" else "role=guest"
        ],
    }
    told = offered(shell, list(some), tmp_path)
    assert [sorted(one) for one in told] == list(some.values())


def test_the_conferences_joined_last_are_completed(tmp_path: Path) -> None:
    recent = RecentConferences(tmp_path / "recent")
    for alias in ("meet.bob", "board@example.com", "meet.alice", "meet $(reboot)"):
        recent.add(RecentConference(alias))
    recent.add(RecentConference("meet.bob", "https://node.example.com"))
    told = [one.value for one in recent_aliases(tmp_path / "recent", "meet")]
    assert told == ["meet.bob", "meet.alice"], "nothing on which a shell would act"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_an_alias_is_completed_past_its_at_sign(
    shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    recent = RecentConferences(tmp_path / "state" / "pexdash" / "recent-conferences")
    recent.add(RecentConference("board@example.com"))
    told = offered(shell, ["pexdash join boa", "pexdash join board@exa"], tmp_path)
    # bash has cut the word before its @, and puts what is offered in place of the rest.
    rest = "@example.com" if shell == "bash" else "board@example.com"
    assert told == [["board@example.com"], [rest]]


def test_every_request_is_completed_but_the_events() -> None:
    names = [one.value for one in request_names("")]
    assert names == [one for one in dict.fromkeys(row.name for row in REQUESTS) if one != "events"]
    assert [one.value for one in request_names("unmuteg")] == ["unmuteguests"]


def test_every_field_with_a_few_values_has_them_completed() -> None:
    looked_at = 0
    for request in REQUESTS:
        for field in request.fields:
            if field.kind is not Kind.FLAG and not field.choices:
                continue
            values = field.choices or ("true", "false")
            told = [one.value for one in request_words(request.name, (), f"{field.name}=")]
            assert {f"{field.name}={one}" for one in values} <= set(told), request.name
            looked_at += 1
    assert looked_at > 10


@pytest.mark.parametrize(
    ("name", "given", "begun", "words"),
    [
        ("mute", (), "", ["me"]),
        ("mute", ("me",), "", []),
        ("role", ("me",), "", ["role="]),
        ("role", ("me", "role=guest"), "", []),
        ("transform_layout", (), "transforms.lay", ["transforms.layout="]),
        ("request_token", (), "sso_tok", ["sso_token=@"]),
        ("no_such_request", (), "", []),
        ("dial", (), "no_such_field=", []),
    ],
)
def test_the_words_after_a_request(
    name: str, given: tuple[str, ...], begun: str, words: list[str]
) -> None:
    assert [one.value for one in request_words(name, given, begun)] == words


def test_a_request_for_two_kinds_of_targets_offers_the_fields_of_both_until_it_is_clear() -> None:
    rows = [row for row in REQUESTS if row.name == "message"]
    assert len(rows) > 1
    assert "payload=" in [one.value for one in request_words("message", (), "")]
    assert "payload=" in [one.value for one in request_words("message", ("Ann",), "")]


def test_there_is_no_script_for_another_shell() -> None:
    with pytest.raises(click.BadParameter, match="tcsh"):
        cli.main(["completion", "tcsh"], standalone_mode=False)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_asks_in_the_way_of_its_shell(shell: str) -> None:
    assert f"_PEXDASH_COMPLETE={shell}_complete" in script_for(shell, cli)
