"""The settings file and the environment, which goes before it."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_commands_are_words_and_alertmanager_is_a_url(file: Path) -> None:
    found = load(file, "bell_command = ['play', 'a b.ogg']\nalertmanager = 'http://alerts:9093'")
    assert found == Settings(bell_command=("play", "a b.ogg"), alertmanager="http://alerts:9093")


def test_places_have_keys_of_their_own(file: Path) -> None:
    found = load(file, "[keys]\nmute = 'M'\n[keys.wall]\nnext = 'n'\n[keys.replay]\npause = 'p'")
    assert found.keys == {"mute": "M"}
    assert found.place_keys == {"wall": {"next": "n"}, "replay": {"pause": "p"}}


def test_the_environment_goes_before_the_file(file: Path) -> None:
    found = load(file, FILE, PEXDASH_NODE="other", PEXDASH_NAME="Bob", PEXDASH_CA_FILE="/x.pem")
    assert found == Settings("other", "Bob", Path("/x.pem"), keys={"mute": "M"})
    found = load(file, "", PEXDASH_NODE="other")
    assert found == Settings(node="other")


def test_a_certificate_and_its_key_come_from_the_same_place(file: Path) -> None:
    text = "cert_file = 'own.pem'\nkey_file = '~/own.key'\n"
    found = load(file, text)
    assert (found.cert_file, found.key_file) == (Path("own.pem"), Path.home() / "own.key")
    found = load(file, text, PEXDASH_CERT_FILE="/other.pem")
    assert (found.cert_file, found.key_file) == (Path("/other.pem"), None)
    found = load(file, text, PEXDASH_CERT_FILE="/other.pem", PEXDASH_KEY_FILE="/other.key")
    assert (found.cert_file, found.key_file) == (Path("/other.pem"), Path("/other.key"))
    found = load(file, text, PEXDASH_KEY_FILE="/other.key")
    assert (found.cert_file, found.key_file) == (Path("own.pem"), Path("/other.key"))


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


@pytest.mark.fault(90)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "Alice"\nnode = \n', "line 2"),
        ("name = 'x\x1b[2J'", "line 1"),
        ('name = "a"\nname = "b"', "end of document"),
        (b'name = "\xff"', "UTF-8 .at line 1."),
        ('nmae = "Alice"', "there is no setting 'nmae'"),
        ('"\\u001b[2J" = "x"', "there is no setting '\u241b\\[2J'"),
        ("[node]", "node must be a string"),
        ("name = 5", "name must be a string"),
        ("ca_file = true", "ca_file must be a string"),
        ("keys = 5", "must map action ids"),
        ("[keys]\nmute = 5", "must map action ids"),
        ("[keys.mute]\na = 'b'", "must map action ids"),
        ("[keys]\nwall = 'b'", r"\[keys.wall\] must map action ids"),
        ("[keys.wall]\nnext = 5", r"\[keys.wall\] must map action ids"),
        ("[keys.wall.next]\na = 'b'", r"\[keys.wall\] must map action ids"),
        ("name = " + "9" * 5000, "digits"),
        ("name = " + "[" * 100_000, "recursion"),
        ("ca_file = '~nobody-of-that-name/x.pem'", "no such home directory"),
        ('ca_file = "~\\u0000/x.pem"', "ca_file cannot hold a NUL"),
        ('player = "a\\u0000b"', "player cannot hold a NUL"),
        ('bell_command = "play"', "bell_command must be an array of words"),
        ("alarm_command = ['page', 1]", "alarm_command must be an array of words"),
        ("alarm_command = ['', 'x']", "alarm_command must begin with the name of a command"),
        ('bell_command = ["a\\u0000"]', "bell_command cannot hold a NUL"),
        ("alertmanager = 1", "alertmanager must be a string"),
        ('bell = "loud"', "bell is off, waiting or alarms, not 'loud'"),
        ('title = "yes"', "title must be true or false"),
        ('notify = "osc52"', "notify is off, osc9 or osc777, not 'osc52'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(file: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(UsageFault, match=said) as raised:
        load(file, text)
    assert str(raised.value).isprintable()
    assert str(file) in str(raised.value)


@pytest.mark.fault(90)
@given(
    st.binary()
    | st.text().map(str.encode)
    | st.lists(
        st.sampled_from(["node", "name", "ca_file", "key_file", "keys", "[keys]", "x", "é", " = "])
        | st.sampled_from(["\n", '"a"', '"~"', "'~x/y'", '"\\u0000"', "[", "{}", "1", "\ufeff"]),
    ).map(lambda parts: "".join(parts).encode())
)
def test_any_bytes_are_settings_or_a_fault_with_its_place(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "settings.toml"
        try:
            found = load(file, content)
        except UsageFault as fault:
            said = str(fault)
            assert said.startswith(str(file))
            assert said.isprintable()
            known = re.search(r"at line (\d+)", said)
            assert not known or 1 <= int(known[1]) <= content.count(b"\n") + 1
        else:
            texts = [found.node, found.name, found.player, *found.keys, *found.keys.values()]
            assert all(isinstance(text, str) for text in texts)


def test_a_mistake_in_the_environment_is_not_blamed_on_the_file(file: Path) -> None:
    with pytest.raises(UsageFault, match=r"^PEXDASH_CA_FILE: ~nobody-of-that-name"):
        load(file, "", PEXDASH_CA_FILE="~nobody-of-that-name")


def test_a_byte_order_mark_is_no_mistake(file: Path) -> None:
    assert load(file, b'\xef\xbb\xbfname = "Alice"') == Settings(name="Alice")


@pytest.mark.fault(90)
def test_the_line_of_a_letter_that_is_no_utf_8_is_told(file: Path) -> None:
    with pytest.raises(UsageFault, match="line 3"):
        load(file, b'node = "n"\n# comment\nname = "K\xf6nig"\n')


@pytest.mark.fault(89)
def test_a_home_that_is_no_folder_holds_no_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", os.devnull)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert load_settings({}) == Settings()


@pytest.mark.fault(90)
def test_a_path_that_would_act_on_the_terminal_is_named_without_harm() -> None:
    with pytest.raises(UsageFault) as raised:
        load_settings({"PEXDASH_CONFIG": "/nonexistent/\x1b]52;c;eA==\x07"})
    assert str(raised.value).isprintable()


def test_the_home_directory_may_be_abbreviated(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/alice")
    assert load(file, "ca_file = '~/own.pem'").ca_file == Path("/home/alice/own.pem")


@pytest.mark.fault(90)
def test_an_endless_file_is_refused(file: Path) -> None:
    assert load(file, "#" * LARGEST_FILE) == Settings()
    with pytest.raises(UsageFault, match="too large"):
        load(file, "#" * (LARGEST_FILE + 1))


def test_theme_and_glyphs_are_among_the_known_ones(file: Path) -> None:
    file.write_text('theme = "light"\nglyphs = "ascii"\n')
    environment = {"PEXDASH_CONFIG": str(file)}
    settings = load_settings(environment)
    assert (settings.theme, settings.glyphs) == ("light", "ascii")
    assert load_settings({**environment, "PEXDASH_THEME": "ansi"}).theme == "ansi"
    with pytest.raises(UsageFault, match="PEXDASH_THEME is dark, light, contrast or ansi, not 'x'"):
        load_settings({**environment, "PEXDASH_THEME": "x"})
    for name in ("theme", "glyphs"):
        file.write_text(f'{name} = "x"\n')
        with pytest.raises(UsageFault, match=f"{name} is .* or .*, not 'x'"):
            load_settings(environment)
