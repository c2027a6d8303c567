"""The sentences for certificates that do not hold, for every reason OpenSSL has."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.certificate import Certificate
from pexdash.api.tls import untrusted
from pexdash.errors import NodeUntrusted

NOW = 1_800_000_000.0  # 2027-01-15
DAY = 86_400.0
FINGERPRINT = ":".join(["AB"] * 16) + " " + ":".join(["CD"] * 16)
HELD = Certificate(FINGERPRINT, "Acme", ("a.example",), NOW - DAY, NOW + DAY)


def fault(code: int, message: str = "the reason of OpenSSL") -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, f"certificate verify failed: {message}")
    error.verify_code, error.verify_message = code, message
    return error


def said(code: int, certificate: Certificate | None = HELD) -> str:
    error = untrusted("node.example", "node.example", fault(code), certificate, NOW)
    assert isinstance(error, NodeUntrusted)
    return str(error)


@pytest.mark.fault(7)
@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (10, "the certificate of an authority behind it has expired"),
        (9, "the certificate of an authority behind it is not yet valid, and "),
        (62, "its certificate is for a.example, not for node.example"),
        (64, "its certificate is for a.example, not for node.example"),
        (18, "its certificate is self-signed"),
        (19, "by an authority this computer does not know"),
        (20, "by an authority this computer does not know"),
        (21, "by an authority this computer does not know"),
        (92, "the reason of OpenSSL"),
    ],
)
def test_every_cause_with_issuer_and_fingerprint(code: int, cause: str) -> None:
    sentence = said(code)
    assert sentence.startswith("node.example could not prove who it is: ")
    assert cause in sentence
    assert "It was issued by Acme." in sentence
    assert f"SHA-256 {FINGERPRINT}." in sentence
    may_be_trusted = code in (18, 19, 20, 21)
    assert sentence.endswith("add its file to the trusted authorities") is may_be_trusted
    assert sentence.endswith(f"SHA-256 {FINGERPRINT}.") is not may_be_trusted


@pytest.mark.parametrize("code", [9, 10])
def test_dates_come_with_this_computers_own(code: int) -> None:
    dated = Certificate(FINGERPRINT, "Acme", (), NOW + DAY, NOW - DAY)
    sentence = said(code, dated)
    assert "this computer's clock says 2027-01-15" in sentence
    assert ("2027-01-16" if code == 9 else "2027-01-14") in sentence


@pytest.mark.parametrize("code", [9, 10, 18, 20, 62, 64, 92])
def test_a_certificate_nobody_could_look_at_has_a_cause_all_the_same(code: int) -> None:
    sentence = said(code, None)
    assert sentence.isprintable()
    assert "SHA-256" not in sentence
    assert "issued" not in sentence
    assert "None" not in sentence


def test_words_of_a_library_without_an_end_are_cut() -> None:
    error = untrusted("n", "n", fault(50, "\x1b[2J" + "x" * 5000), None, NOW)
    assert str(error).isprintable()
    assert len(str(error)) < 400


@given(
    st.sampled_from([9, 10, 18, 20, 62, 92]),
    st.floats(-1e10, 2.5e11),
    st.floats(-1e10, 2.5e11),
)
def test_no_date_a_certificate_can_have_harms(code: int, early: float, late: float) -> None:
    assert said(code, Certificate(FINGERPRINT, "", (), early, late)).isprintable()
