"""What a Guest does not see of the others: where they are, by what, and how."""

from __future__ import annotations

from pexdash.node.settings import ConferenceSettings
from tests.eventually import eventually
from tests.session.host import ALIAS, hosting

GUESTS = ConferenceSettings(ALIAS, host_pin="1234")


async def test_a_guest_sees_no_address_vendor_or_protocol_in_the_list_or_in_events() -> None:
    async with hosting(GUESTS, pin="none") as host:
        bob = await host.someone("Bob", protocol="sip", uri="sip:bob@example.com", vendor="Acme")
        shown = host.shown(bob.uuid)
        assert (shown.uri, shown.vendor, shown.protocol) == ("", "", "")
        await host.membership.source.fetcher.everything()
        shown = host.shown(bob.uuid)
        assert (shown.display_name, shown.uri, shown.vendor) == ("Bob", "", "")


async def test_a_host_sees_them_and_a_guest_who_becomes_one_does_too() -> None:
    async with hosting(GUESTS, pin="none") as host:
        bob = await host.someone("Bob", protocol="sip", uri="sip:bob@example.com")
        host.conference.change_role(host.me, "chair")
        await eventually(lambda: host.shown(bob.uuid).uri == "sip:bob@example.com")
