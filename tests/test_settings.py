"""The settings file and the environment, which goes before it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pexdash.errors import UsageFault
from pexdash.settings import LARGEST_FILE, Settings, load_settings, settings_path, state_folder

FILE = """
node = "node1.example.com"
name = "Alice"
ca_file = "/etc/ssl/own.pem"
[keys]
mute = "M"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def load(file: Path, text: str | bytes, **environment: str) -> Settings:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_settings({"PEXDASH_CONFIG": str(file), **environment})


def test_the_file(file: Path) -> None:
    assert load(file, FILE) == Settings(
        "node1.example.com", "Alice", Path("/etc/ssl/own.pem"), keys={"mute": "M"}
    )
    assert load(file, "") == Settings()


def test_the_environment_goes_before_the_file(file: Path) -> None:
    found = load(file, FILE, PEXDASH_NODE="other", PEXDASH_NAME="Bob", PEXDASH_CA_FILE="/x.pem")
    assert found == Settings("other", "Bob", Path("/x.pem"), keys={"mute": "M"})
    found = load(file, "", PEXDASH_NODE="other")
    assert found == Settings(node="other")


def test_an_empty_variable_is_none(file: Path) -> None:
    found = load(file, FILE, PEXDASH_NODE="", PEXDASH_NAME="", PEXDASH_CA_FILE="")
    assert (found.node, found.name) == ("node1.example.com", "Alice")
    assert found.ca_file == Path("/etc/ssl/own.pem")


def test_without_a_file_nothing_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings({}) == Settings()
    assert load_settings({"PEXDASH_CONFIG": ""}) == Settings()
    assert load_settings({"PEXDASH_NODE": "n"}) == Settings(node="n")


def test_the_file_is_where_the_system_keeps_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    path = settings_path({})
    assert path.name == "settings.toml"
    assert tmp_path in path.parents
    assert tmp_path in state_folder().parents
    path.parent.mkdir(parents=True)
    path.write_text('name = "Alice"')
    assert load_settings({}) == Settings(name="Alice")


def test_a_file_that_was_named_must_be_there(file: Path) -> None:
    with pytest.raises(UsageFault, match=re.escape(f"{file}: there is no such settings file")):
        load_settings({"PEXDASH_CONFIG": str(file)})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="cannot be read"):
        load_settings({"PEXDASH_CONFIG": str(tmp_path)})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "Alice"\nnode = \n', "line 2"),
        ("name = 'x\x1b[2J'", "line 1"),
        ('name = "a"\nname = "b"', "end of document"),
        (b'name = "\xff"', "position 8"),
        ('nmae = "Alice"', "there is no setting 'nmae'"),
        ('"\\u001b[2J" = "x"', "there is no setting '\u241b\\[2J'"),
        ("[node]", "node must be a string"),
        ("name = 5", "name must be a string"),
        ("ca_file = true", "ca_file must be a string"),
        ("keys = 5", "must map action ids"),
        ("[keys]\nmute = 5", "must map action ids"),
        ("[keys.mute]\na = 'b'", "must map action ids"),
        ("name = " + "9" * 5000, "digits"),
        ("name = " + "[" * 100_000, "recursion"),
        ("ca_file = '~nobody-of-that-name/x.pem'", "no such home directory"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(file: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(UsageFault, match=said) as raised:
        load(file, text)
    assert str(raised.value).isprintable()
    if "home" not in said:
        assert str(file) in str(raised.value)


def test_the_home_directory_may_be_abbreviated(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/alice")
    assert load(file, "ca_file = '~/own.pem'").ca_file == Path("/home/alice/own.pem")


def test_an_endless_file_is_refused(file: Path) -> None:
    assert load(file, "#" * LARGEST_FILE) == Settings()
    with pytest.raises(UsageFault, match="too large"):
        load(file, "#" * (LARGEST_FILE + 1))
