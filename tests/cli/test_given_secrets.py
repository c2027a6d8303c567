"""PINs and tokens from files, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.api.requests import REQUEST_TOKEN, TRANSFER
from pexdash.cli.given_secrets import pin_from, pin_of, token_from
from pexdash.cli.request_values import read_fields
from pexdash.errors import UsageFault
from pexdash.secret import Secret


@pytest.mark.parametrize("text", ["\ufeff1234\r\n", "\u200b 1234\u00a0"])
def test_what_nobody_sees_around_a_pin_is_dropped(text: str, tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    assert pin_from(file) == pin_of(text) == Secret("1234")


@pytest.mark.parametrize("character", ["\u200b", "\u00a0", "\u00ad", "\n"])
def test_what_nobody_sees_within_a_pin_is_named_without_the_pin(character: str) -> None:
    with pytest.raises(UsageFault, match=rf"invisible character U\+{ord(character):04X}") as raised:
        pin_of(f"4815{character}1623")
    assert "4815" not in str(raised.value)


@pytest.mark.parametrize("text", ["", " \n", "two words", "t\u00f6ken", "a\nb", "x" * 9000])
def test_a_file_without_a_token_is_refused_and_not_shown(text: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    with pytest.raises(UsageFault, match=r"is empty|is no token") as refused:
        token_from(file)
    assert not text.strip() or text not in str(refused.value)


def test_the_fields_of_a_request_take_them_as_the_options_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").write_text("\ufeffabc-_/+=\u200b\n", "utf-8")
    Path("pin").write_text("\ufeff1234\n", "utf-8")
    for file in (Path("-"), Path("pin")):
        file.chmod(0o600)
    assert read_fields(REQUEST_TOKEN, ["token=@-"]) == {"token": "abc-_/+="}
    words = ["role=guest", "conference_alias=meet.bob", "pin=@pin"]
    assert read_fields(TRANSFER, words)["pin"] == "1234"
    assert capsys.readouterr().err == ""
    Path("pin").chmod(0o644)
    read_fields(TRANSFER, words)
    assert "others may read the PIN file" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nothing", "a\0b", "", "."])
def test_a_file_that_cannot_be_read_is_a_fault_of_the_user(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="cannot be read"):
        read_fields(REQUEST_TOKEN, [f"token=@{name}"])
    with pytest.raises(UsageFault, match="cannot be read"):
        pin_from(tmp_path / (name or "."))
