"""`pexdash config`: where a setting comes from, and a file to begin with."""

from __future__ import annotations

import re
import resource
import stat
import tomllib
from pathlib import Path

import pytest

from pexdash.cli.config import TEMPLATE, USUAL
from pexdash.cli.main import cli
from pexdash.errors import UsageFault
from pexdash.settings import VARIABLES, Settings, load_settings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of somebody without any variable of ours, which is not there yet."""
    for name in VARIABLES.values():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PEXDASH_CONFIG", str(tmp_path / "new" / "settings.toml"))
    return tmp_path / "new" / "settings.toml"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    cli.main(["config", *words], standalone_mode=False)
    return capsys.readouterr().out


def rows(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    """Value and source of each name that `config show` tells."""
    found = {}
    for line in said(capsys, "show").splitlines():
        name, value, source = re.split(r"  +", line, maxsplit=2)
        found[name] = value, source
    return found


def test_the_path_is_told_whether_there_is_a_file_or_not(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "path") == f"{file}\n"


def test_each_value_has_its_source(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file.parent.mkdir()
    file.write_text(
        "node = 'a'\nplayer = 'mpv'\n[keys]\nmute = 'u'\n[keys.wall]\nx = 'y'\n"
        "[alarms.waiting]\nvalue = 90\n"
    )
    monkeypatch.setenv("PEXDASH_NODE", "b")
    monkeypatch.setenv("PEXDASH_RATE", "9")
    monkeypatch.setenv("PEXDASH_RAET", "9")
    told = rows(capsys)
    assert told["node"] == ("b", "environment: PEXDASH_NODE")
    assert told["player"] == ("mpv", str(file))
    assert told["keys.mute"] == ("u", str(file))
    assert told["keys.wall.x"] == ("y", str(file))
    assert told["alarms.waiting.value"] == ("90", str(file))
    assert told["key_file"] == ("-", "default")
    assert told["name"][1].startswith("default: ")
    assert told["PEXDASH_RATE"] == ("9", "environment: --rate")
    assert "no such option" in told["PEXDASH_RAET"][1]
    assert told["PEXDASH_CONFIG"][0] == str(file)


def test_a_command_is_told_as_it_would_be_typed(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.parent.mkdir()
    file.write_text("bell_command = ['play', 'a b.ogg']")
    told = rows(capsys)
    assert told["bell_command"] == ("play 'a b.ogg'", str(file))
    assert told["alarm_command"] == ("-", "default")


def test_every_setting_is_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.parent.mkdir()
    file.write_text("")
    tables = {"alarms", "profile", "bus", "keys", "place_keys"}
    names = {name for name in Settings._fields if name not in tables}
    assert names <= rows(capsys).keys()


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_each_variable_is_read(name: str, file: Path) -> None:
    file.parent.mkdir()
    file.write_text("")
    value = "light" if name == "theme" else "/some.value"
    environment = {"PEXDASH_CONFIG": str(file), VARIABLES[name]: value}
    assert str(getattr(load_settings(environment), name)) == value


def test_a_theme_of_the_environment_is_told_as_that(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file.parent.mkdir()
    file.write_text("theme = 'dark'")
    monkeypatch.setenv("PEXDASH_THEME", "light")
    told = rows(capsys)
    assert told["theme"] == ("light", "environment: PEXDASH_THEME")
    assert "PEXDASH_THEME" not in told


def test_an_empty_setting_is_not_told_as_made(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.parent.mkdir()
    file.write_text("node = ''\nca_file = ''\nkey_file = ''\n")
    told = rows(capsys)
    assert told["key_file"] == ("-", "default")
    assert told["ca_file"] == ("-", USUAL["ca_file"])
    assert told["node"] == ("-", USUAL["node"])


@pytest.mark.parametrize("name", ["PEXDASH_TOKEN", "PEXDASH_PASSWORD", "PEXDASH_PINN"])
def test_a_secret_under_a_wrong_name_is_not_shown(
    name: str, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file.parent.mkdir()
    file.write_text("")
    monkeypatch.setenv(name, "73195")
    value, meaning = rows(capsys)[name]
    assert value == "***"
    assert "no such option" in meaning


def test_a_file_that_does_not_fit_on_the_disk_is_told_and_taken_away(file: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(UsageFault, match="cannot be written: File too large"):
            cli.main(["config", "init"], standalone_mode=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.parent.is_dir()
    assert not file.exists()


def test_no_pin_is_shown(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file.parent.mkdir()
    file.write_text("")
    monkeypatch.setenv("PEXDASH_PIN", "73195")
    monkeypatch.setenv("PEXDASH_HOST_PIN", "73196")
    told = rows(capsys)
    assert told["PEXDASH_PIN"][0] == told["PEXDASH_HOST_PIN"][0] == "***"


def test_a_file_with_a_mistake_is_refused(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("nodes = 'a'")
    with pytest.raises(UsageFault, match="no setting 'nodes'"):
        cli.main(["config", "show"], standalone_mode=False)


def test_the_first_file_makes_no_setting_and_is_its_owners(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "init") == f"{file}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_settings({"PEXDASH_CONFIG": str(file)}) == Settings(
        place_keys={"wall": {}, "replay": {}}
    )


def test_a_file_that_is_there_stays(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("node = 'a'")
    with pytest.raises(UsageFault, match="is there already"):
        cli.main(["config", "init"], standalone_mode=False)
    assert file.read_text() == "node = 'a'"


def test_a_file_that_cannot_be_is_told(file: Path) -> None:
    file.parent.write_text("no folder")
    with pytest.raises(UsageFault, match="cannot be written: Not a directory"):
        cli.main(["config", "init"], standalone_mode=False)


def test_the_first_file_explains_every_setting() -> None:
    made = re.sub(r"^# (\w+ = |\[)", r"\1", TEMPLATE, flags=re.MULTILINE)
    values = tomllib.loads(made)
    assert values.pop("keys")["mute"] == "u"
    assert set(values) == {name for name in Settings._fields if "keys" not in name}
