"""The web page of the node's identity providers: one button, and the token goes back."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from html import escape

from starlette.responses import HTMLResponse, RedirectResponse, Response

from pexdash.node.refusals import wrong_method
from pexdash.node.sign_ins import Page, SignIns

_PREFIX = "/idp/"
_OVER = "This sign-in is over, or there never was one. Begin again where you came from."


def path_of(key: str) -> str:
    """The path of the page with that key."""
    return _PREFIX + key


def is_sign_in(raw_path: str) -> bool:
    """Whether a raw path is that of a sign-in's page."""
    return raw_path.startswith(_PREFIX)


def answer_of(raw_path: str, method: str, sign_ins: SignIns) -> Response:
    """The page, or the answer to its button; raises Refusal 405 for another method."""
    if method not in ("GET", "POST"):
        raise wrong_method(("GET", "POST"))
    key = raw_path.removeprefix(_PREFIX)
    page = sign_ins.page(key)
    if page is None:
        return _page("Sign in", f"<p>{_OVER}</p>", status=404)
    if method == "GET":
        return _page(page.provider.name, _button(page), action=True)
    token = sign_ins.finish(key)
    if page.target:
        # 303: the browser asks for the other page by GET.
        return RedirectResponse(page.way_back(token), 303, _headers("default-src 'none'"))
    return _page(page.provider.name, _shown(token), script=_telling(page, token))


def _button(page: Page) -> str:
    whom = f" as {page.name}" if page.name else ""
    return (
        f"<p>Sign in to {escape(page.alias)}.</p>"
        f'<form method="post"><button>Sign in{escape(whom)}</button></form>'
    )


def _shown(token: str) -> str:
    return (
        f"<p>You are signed in. The token, good for one use within a minute:</p><pre>{token}</pre>"
    )


def _telling(page: Page, token: str) -> str:
    """The script that gives the token to the page that has opened this one, and to no other."""
    if not page.origin:
        return ""
    said, origin = json.dumps({"result": "success", "token": token}), json.dumps(page.origin)
    script = f"if (window.opener) window.opener.postMessage({said}, {origin})"
    return script.replace("<", "\\u003c")


def _page(
    title: str, body: str, *, status: int = 200, script: str = "", action: bool = False
) -> Response:
    policy = "default-src 'none'"
    if script:
        policy += f"; script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
        body += f"<script>{script}</script>"
    if not action:
        policy += "; form-action 'none'"
    name = escape(title)
    head = f'<!doctype html><meta charset="utf-8"><title>{name}</title><h1>{name}</h1>'
    return HTMLResponse(head + body, status, _headers(policy))


def _headers(policy: str) -> dict[str, str]:
    return {
        "content-security-policy": f"{policy}; frame-ancestors 'none'",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
    }
