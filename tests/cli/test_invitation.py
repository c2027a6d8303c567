"""What the command line makes of an alias, a node and a PIN."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.api.address import parse_node
from pexdash.cli.invitation import invitation_for, own_certificate
from pexdash.cli.options import JoinOptions, check_standard_input
from pexdash.cli.pin_prompt import asking_on_terminal
from pexdash.errors import PinRequired, UsageFault
from pexdash.secret import Secret
from pexdash.session.membership.invitation import PinQuestion
from pexdash.settings import Settings

LINK = "https://link.example.com:8443/webapp/m/meet.alice?pin=48151623"


@pytest.mark.parametrize(
    ("option", "setting", "node", "is_pasted"),
    [
        (None, "", "link.example.com:8443", True),
        (None, "set.example.com", "link.example.com:8443", True),
        ("given.example.com", "set.example.com", "given.example.com", False),
        ("link.example.com:8443", "", "link.example.com:8443", False),
    ],
)
def test_only_an_option_goes_before_the_node_of_a_link(
    option: str | None, setting: str, node: str, is_pasted: bool
) -> None:
    invitation = invitation_for(LINK, JoinOptions(node=option), Settings(node=setting), None)
    assert invitation.alias == "meet.alice"
    assert invitation.node == parse_node(node)
    assert invitation.is_node_pasted is is_pasted
    assert any(str(invitation.node) in remark for remark in invitation.remarks) is is_pasted
    assert any("PIN in the address is dropped" in remark for remark in invitation.remarks)


def test_what_is_left_of_a_link_for_the_extension_is_told() -> None:
    options = JoinOptions(node="given.example.com", extension=LINK)
    invitation = invitation_for("reception", options, Settings(), None)
    assert (invitation.alias, invitation.extension) == ("reception", "meet.alice")
    assert invitation.node == parse_node("given.example.com")
    assert not invitation.is_node_pasted
    (node, pin) = invitation.remarks
    assert "link.example.com:8443 of the link for the extension is not used" in node
    assert "PIN in the address is dropped" in pin
    same = JoinOptions(node="link.example.com:8443", extension=LINK.partition("?")[0])
    assert invitation_for("reception", same, Settings(), None).remarks == ()


def test_an_alias_alone_takes_the_node_of_the_settings() -> None:
    invitation = invitation_for("\ufeffmeet\u200b", JoinOptions(), Settings(node="n"), None)
    assert (invitation.alias, invitation.node) == ("meet", parse_node("n"))
    assert (invitation.is_node_pasted, invitation.remarks) == (False, ())


def test_a_name_of_nothing_that_is_seen_is_none() -> None:
    unseen = invitation_for("meet", JoinOptions(name="\u200b\u00a0"), Settings(), None)
    assert unseen.name == invitation_for("meet", JoinOptions(), Settings(), None).name
    named = invitation_for("meet", JoinOptions(name="\ufeffAnn\u00a0Lee\u200b"), Settings(), None)
    assert named.name == "Ann Lee"


async def test_without_a_terminal_a_node_of_a_link_is_not_sent_the_pin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_terminal(*_: object) -> int:
        raise OSError

    monkeypatch.setattr("pexdash.cli.pin_prompt.os.open", no_terminal)
    invitation = invitation_for(LINK, JoinOptions(), Settings(), Secret("1234"))
    ask = asking_on_terminal(invitation)
    with pytest.raises(PinRequired, match=r"with --node link\.example\.com:8443 it is sent yours"):
        await ask(PinQuestion(True, False, 3, "link.example.com:8443"))


def test_a_key_comes_with_its_certificate() -> None:
    with pytest.raises(UsageFault, match="give that by --cert-file"):
        own_certificate(JoinOptions(key_file=Path("own.key")), Settings())
    assert own_certificate(JoinOptions(), Settings()) is None
    with pytest.raises(UsageFault, match=r"none\.pem cannot be read"):
        own_certificate(JoinOptions(cert_file=Path("none.pem")), Settings(key_file=Path("k")))


def test_the_token_of_a_sign_in_comes_from_its_file_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    file.write_text("\ufeffabc-_/+=\r\n", "utf-8")
    file.chmod(0o600)
    options = JoinOptions(token_file=file)
    invitation = invitation_for("meet", options, Settings(), None)
    assert invitation.fields == {"sso_token": Secret("abc-_/+=")}
    assert "abc" not in repr(invitation)
    assert capsys.readouterr().err == ""
    file.chmod(0o644)
    invitation_for("meet", options, Settings(), None)
    assert "others may read the token file" in capsys.readouterr().err


def test_a_node_of_a_link_is_not_sent_the_token(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("abcdef")
    file.chmod(0o600)
    with pytest.raises(UsageFault, match=r"--node link\.example\.com:8443"):
        invitation_for(LINK, JoinOptions(token_file=file), Settings(), None)


def test_standard_input_holds_one_secret() -> None:
    dash, file = Path("-"), Path("file")
    check_standard_input(JoinOptions(pin_file=dash, token_file=file))
    check_standard_input(JoinOptions(pin_file=file), "token=-")
    for options, others in (
        (JoinOptions(pin_file=dash, token_file=dash), ()),
        (JoinOptions(token_file=dash), ("sso_token=-",)),
        (JoinOptions(), ("pin=-", "token=-")),
    ):
        with pytest.raises(UsageFault, match="one PIN or token"):
            check_standard_input(options, *others)
