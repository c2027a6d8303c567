"""What a node says of a sign-in that it wants before it lets us in."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from pexdash.api.coerce import as_flag, as_text
from pexdash.errors import BadAnswer, IdentityProvider, SignInRequired
from pexdash.text import NAME_LIMIT

MOST_PROVIDERS = 100
"""How many identity providers of a conference are offered."""
_LONGEST_UUID = 64
_LONGEST_URL = 8192
"""How many characters the address of a sign-in may have: it carries a whole request of SAML."""


def sign_in_of(result: Mapping[str, object]) -> SignInRequired:
    """The sign-in that a refusal of request_token asks for.

    Raises BadAnswer where it names no provider, or an address that no browser should open.
    """
    if "redirect_url" not in result:
        providers = _providers(result.get("idp"))
        if not providers:
            raise BadAnswer("the node wants a sign-in and names no identity provider")
        names = ", ".join(one.name for one in providers)
        return SignInRequired(f"the conference wants a sign-in by {names}", providers)
    url = result["redirect_url"]
    if not isinstance(url, str) or not is_page(url):
        raise BadAnswer("the node sent an address for the sign-in that no browser should open")
    provider = _provider(result.get("redirect_idp"), result) or IdentityProvider("", "the node")
    return SignInRequired(
        f"the conference wants a sign-in by {provider.name}: open {url} in a browser, and give the"
        " token that it leads to",
        (provider,),
        url=url,
    )


def is_page(url: str) -> bool:
    """Whether `url` is the address of a web page, without anything that a terminal would obey."""
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _providers(value: object) -> tuple[IdentityProvider, ...]:
    found = value if isinstance(value, list) else []
    providers = (_provider(one, one) for one in found[:MOST_PROVIDERS])
    return tuple(one for one in providers if one is not None)


def _provider(value: object, said: object) -> IdentityProvider | None:
    """The provider in `value`; the object `said` tells whether it comes back to us."""
    if not isinstance(value, dict) or not isinstance(said, Mapping):
        return None
    uuid = as_text(value.get("uuid"), _LONGEST_UUID)
    name = as_text(value.get("name"), NAME_LIMIT) or uuid
    comes_back = as_flag(said.get("disable_popup_flow", False))
    return IdentityProvider(uuid, name, comes_back) if uuid else None
