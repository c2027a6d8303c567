"""The file of conferences: what may stand in it, and what is said of a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.errors import UsageFault
from pexdash.node.config import load_conferences
from pexdash.node.settings import ConferenceSettings
from pexdash.settings import LARGEST_FILE


def written(folder: Path, text: str) -> Path:
    path = folder / "node.toml"
    path.write_text(text, "utf-8")
    return path


def test_every_setting(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        [[conference]]
        alias = "meet.alice@example.com"
        host_pin = "1234"
        guest_pin = "56"
        participants = 24
        seed = 3
        lively = true
        speed = 2
        started = false
        classification_levels = ["Official", "Secret"]
        pinning_configs = ["panel"]
        live_captions = true
        guests_can_unmute = true
        guests_can_present = false
        lecture = true
        layouts = ["1:7", "2x2", "teams"]
        rooms = ["Red", "Blue"]

        [[conference]]
        alias = "free"
        host_pin = "1234#"
        guest_pin = "none"

        [[conference]]
        alias = "desk"
        reception = "mssip"
        """,
    )
    alice, free, desk = load_conferences(path)
    assert alice == ConferenceSettings(
        "meet.alice@example.com",
        host_pin="1234",
        guest_pin="56",
        participants=24,
        seed=3,
        lively=True,
        speed=2,
        started=False,
        classification_levels=("Official", "Secret"),
        pinning_configs=("panel",),
        live_captions=True,
        guests_can_unmute=True,
        guests_can_present=False,
        lecture=True,
        layouts=("1:7", "2x2", "teams"),
        rooms=("Red", "Blue"),
    )
    assert free == ConferenceSettings("free", host_pin="1234#")
    assert desk == ConferenceSettings("desk", reception="mssip")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no [[conference]]"),
        ("conference = []", "there is no [[conference]]"),
        ("conference = 5", "conferences are written as [[conference]]"),
        ("[conference]\nalias = 'a'", "conferences are written as [[conference]]"),
        ("port = 5", "there is no setting 'port'"),
        ("[[conference]]", "conference 1: alias is missing"),
        ("[[conference]]\nalias = 'a'\ncolour = 1", "conference 1: there is no setting 'colour'"),
        ("[[conference]]\nalias = 'a'\n[[conference]]\nalias = 'a'", "2: alias a is there twice"),
        ("[[conference]]\nalias = no", "line 2"),
        ("[[conference]]\nalias = 'a'\nguest_pin = '1'", "guest_pin needs a host_pin"),
        ("[[conference]]\nalias='a'\nhost_pin='1'\nguest_pin='1'", "must differ"),
        ("[[conference]]\nalias='a'\nreception='mssip'\nlively=true", "nobody meets in a recep"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageFault) as fault:
        load_conferences(path)
    assert str(fault.value).startswith(str(path))
    assert said in str(fault.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alias", "''"),
        ("alias", "' '"),
        ("alias", "'a/b'"),
        ("alias", "'..'"),
        ("alias", r'"a\u001b[31m"'),
        ("alias", "5"),
        ("host_pin", "1234"),
        ("host_pin", "'none'"),
        ("host_pin", "''"),
        ("guest_pin", "false"),
        ("participants", "-1"),
        ("participants", "5001"),
        ("participants", "true"),
        ("participants", "1.5"),
        ("seed", "'7'"),
        ("lively", "1"),
        ("speed", "0"),
        ("speed", "nan"),
        ("speed", "true"),
        ("classification_levels", "[]"),
        ("classification_levels", "'Secret'"),
        ("classification_levels", "['a', 'a']"),
        ("classification_levels", "['a', 5]"),
        ("pinning_configs", "['']"),
        ("pinning_configs", r'["a\u001b[31m"]'),
        ("live_captions", "'yes'"),
        ("guests_can_unmute", "1"),
        ("guests_can_present", "'no'"),
        ("reception", "'fancy'"),
        ("idps", "'Company'"),
        ("idps", "[]"),
        ("idps", "['Company', 'Company']"),
        ("idps", "['Company', 3]"),
        ("idps", "['']"),
        ("reception", "true"),
        ("reception", "[]"),
        ("started", "'no'"),
        ("lecture", "1"),
        ("layouts", "'1:7'"),
        ("layouts", "[]"),
        ("layouts", "[7]"),
        ("layouts", "['1:7', '1:7']"),
        ("layouts", "['a b']"),
        ("layouts", "[['1:7']]"),
        ("rooms", "'Red'"),
        ("rooms", "['Red', 7]"),
        ("rooms", "['Red', ' ']"),
        ("rooms", str(["R"] * 51)),
    ],
)
def test_values_of_the_wrong_kind(tmp_path: Path, name: str, value: str) -> None:
    alias = "" if name == "alias" else "alias = 'a'\n"
    path = written(tmp_path, f"[[conference]]\n{alias}{name} = {value}\n")
    with pytest.raises(UsageFault, match=f"conference 1: {name} must be "):
        load_conferences(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="cannot be read: No such file"):
        load_conferences(tmp_path / "nothing.toml")
    with pytest.raises(UsageFault, match="cannot be read: Is a directory"):
        load_conferences(tmp_path)
    with pytest.raises(UsageFault, match="too large"):
        load_conferences(written(tmp_path, "#" * (LARGEST_FILE + 1)))
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"[[conference]]\nalias = '\xe4'\n")
    with pytest.raises(UsageFault, match=r"latin\.toml: "):
        load_conferences(latin)


def test_the_identity_providers_of_a_conference(tmp_path: Path) -> None:
    path = written(tmp_path, "[[conference]]\nalias = 'a'\nidps = ['Company', 'Partner & Sons']")
    assert load_conferences(path) == (ConferenceSettings("a", idps=("Company", "Partner & Sons")),)


def test_a_reception_asks_for_no_sign_in_of_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, "[[conference]]\nalias = 'a'\nreception = 'mssip'\nidps = ['Company']")
    with pytest.raises(UsageFault, match="the conference behind has the idps"):
        load_conferences(path)
