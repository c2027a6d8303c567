"""The token a node gives for a conference, and what else its answer says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pexdash.api.coerce import as_flag, as_number, as_text
from pexdash.api.ice import ice_servers_of
from pexdash.api.participants import role_of, uuid_of
from pexdash.errors import BadAnswer
from pexdash.model.media import IceServer
from pexdash.model.participant import Role
from pexdash.secret import Secret, masked
from pexdash.text import NAME_LIMIT, fits_header

LONGEST_TOKEN = 8192
_LONGEST_LIFE = 86_400.0
"""The most seconds a token is believed to live."""
_LIFE_FOR_NONSENSE = 10.0
"""How many seconds a token is taken to live where the node names no usable time."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token of `expires` seconds (API guide, request_token).

    `ice_servers` are the only servers that a media call of ours may ask for its address. `told` is
    the node's whole result without its secrets.
    """

    secret: Secret
    expires: float
    participant_uuid: str
    role: Role
    display_name: str
    service_type: str
    chat_enabled: bool
    version: str
    ice_servers: tuple[IceServer, ...] = ()
    told: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)

    def refreshed(self, result: object) -> Token:
        """The token after a refresh_token answer; its role is UNKNOWN where the answer has none.

        Raises BadAnswer where the answer holds no usable token.
        """
        fields = _fields(result)
        names_servers = "stun" in fields or "turn" in fields
        return replace(
            self,
            secret=_secret(fields),
            expires=_expires(fields),
            role=role_of(fields.get("role")),
            ice_servers=ice_servers_of(fields) if names_servers else self.ice_servers,
            told=_without_secrets(fields),
        )


def is_token(text: str) -> bool:
    """Whether `text` may be a token as somebody hands it on: plain characters without a blank."""
    return 0 < len(text) <= LONGEST_TOKEN and fits_header(text) and " " not in text


def token_of(result: object) -> Token:
    """The token of a request_token answer; raises BadAnswer where it is unusable."""
    fields = _fields(result)
    version = fields.get("version")
    return Token(
        secret=_secret(fields),
        expires=_expires(fields),
        participant_uuid=uuid_of(fields.get("participant_uuid")),
        role=role_of(fields.get("role")),
        display_name=as_text(fields.get("display_name"), NAME_LIMIT),
        service_type=as_text(
            fields.get("current_service_type", fields.get("service_type")), NAME_LIMIT
        ),
        chat_enabled=as_flag(fields.get("chat_enabled", True)),
        version=as_text(version.get("version_id"), NAME_LIMIT) if isinstance(version, dict) else "",
        ice_servers=ice_servers_of(fields),
        told=_without_secrets(fields),
    )


def _fields(result: object) -> dict[str, object]:
    if not isinstance(result, dict):
        raise BadAnswer("the node answered a token request without a token")
    return result


def _without_secrets(fields: dict[str, object]) -> dict[str, object]:
    hidden = masked(fields)
    return hidden if isinstance(hidden, dict) else {}


def _secret(fields: dict[str, object]) -> Secret:
    text = fields.get("token")
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_TOKEN or not fits_header(text):
        raise BadAnswer("the node sent a token that no header can carry")
    return Secret(text)


def _expires(fields: dict[str, object]) -> float:
    expires = as_number(fields.get("expires"), 0.0, _LONGEST_LIFE, 0.0)
    return expires if expires >= 1 else _LIFE_FOR_NONSENSE
