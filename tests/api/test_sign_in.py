"""What a node says of a sign-in, in the shapes that real nodes use and in others."""

from __future__ import annotations

import pytest

from pexdash.api.sign_in import sign_in_of
from pexdash.errors import BadAnswer, IdentityProvider

COMPANY = {"name": "Company", "uuid": "1-2"}


def test_providers_are_listed_as_they_are_named() -> None:
    odd = [COMPANY, {"uuid": "3", "name": "\x1b[2J", "disable_popup_flow": True}, {"name": "x"}, 7]
    found = sign_in_of({"idp": odd, "version": {}})
    assert found.providers == (
        IdentityProvider("1-2", "Company"),
        IdentityProvider("3", "\u241b[2J", True),
    )
    assert found.url == ""
    assert found.exit_status == 4


def test_a_page_comes_with_its_provider() -> None:
    said = {"redirect_url": "https://idp.example.com/?a=1", "redirect_idp": COMPANY}
    found = sign_in_of({**said, "disable_popup_flow": True})
    assert found.url == "https://idp.example.com/?a=1"
    assert found.providers == (IdentityProvider("1-2", "Company", True),)
    assert found.url in str(found)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://h/\x1b]52;c;eA==\x07",
        "https://h/a b",
        "https://h/é",
        "http://[",
        "ftp://h/",
        "--help",
        7,
        None,
        "https://h/" + "x" * 10_000,
    ],
)
def test_what_no_browser_should_open_is_refused(url: object) -> None:
    with pytest.raises(BadAnswer):
        sign_in_of({"redirect_url": url, "redirect_idp": COMPANY})


@pytest.mark.parametrize("idp", [None, [], {}, [{"name": "x"}], "x"])
def test_a_sign_in_at_nobodys_is_refused(idp: object) -> None:
    with pytest.raises(BadAnswer):
        sign_in_of({"idp": idp})


def test_a_page_of_an_unnamed_provider_is_the_nodes() -> None:
    found = sign_in_of({"redirect_url": "https://h/", "redirect_idp": None})
    assert [one.name for one in found.providers] == ["the node"]
