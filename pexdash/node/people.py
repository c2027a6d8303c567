"""The people of the embedded meetings: names of several scripts, and how they connect."""

from __future__ import annotations

import itertools
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

_FIRST_NAMES = (
    "Ann Bob Chen Dee Eli Fatima Georg Hanna Igor Jana Kofi Lena Marco Nadia Omar Priya Quentin "
    "Rosa Sven Tom Ursula Vera Wendy Xaver Yuki Zoë Amélie Bjørn Carlos Dagmar Emre Frida Gülay "
    "Håkon Ines Jürgen Katarzyna Luís Mónica Niamh Olga Paweł Ravi Søren Thảo Uwe Viktor Zsófia"
)
_LAST_NAMES = (
    "Smith Jones Li Novák Müller Weber König García Rossi Dubois Silva Kowalski Ivanova Yılmaz "
    "Nguyễn Tanaka Kim Okafor Mensah Haddad Cohen Patel Singh Andersen Lindqvist Virtanen Nagy "
    "Popescu O'Brien MacDonald van-Dijk Papadopoulos Schwarz Fischer Horvat Jansen Moreau Costa"
)

_PROTOCOLS = ("webrtc", "webrtc", "webrtc", "sip", "sip", "h323", "mssip")
_DOMAINS = ("example.com", "example.com", "example.org", "partner.example", "example.net")
_VENDORS = {
    "webrtc": (
        "Pexip Infinity Connect/1.13.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0",
        "Pexip Infinity Connect/1.13.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    ),
    "sip": ("TANDBERG/4137 (ce11.22.1.1)", "PolycomRealPresenceGroup500/6.2.2"),
    "h323": ("LifeSize 220/5.0.9", "TANDBERG Codec C60/TC7.3.21"),
    "mssip": ("UCCAPI/16.0.17928 OC/16.0.17928 (Skype for Business)",),
    "rtmp": ("",),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can join: the arguments of `NodeConference.join`, `fields` being wire fields."""

    name: str
    protocol: str
    uri: str
    fields: dict[str, object] = field(default_factory=dict)


_PHONE: dict[str, object] = {
    "is_video_call": "NO",
    "is_audio_only_call": "YES",
    "presentation_supported": "NO",
}
_RECORDER: dict[str, object] = {
    "is_streaming_conference": True,
    "is_recording": True,
    "is_video_call": "NO",
    "presentation_supported": "NO",
    "call_direction": "out",
}
_EXTERNAL: dict[str, object] = {
    "is_external": True,
    "external_node_uuid": "6fa1b0c2-3d0e-4c55-9d5c-2a6a0f3f7f11",
}

_FIRST_COMERS = (
    Person("Ann Smith", "webrtc", "ann.smith@example.com"),
    Person("Bob Jones", "sip", "sip:bob.jones@example.com"),
    Person("Chen Li", "h323", "chen.li@example.org"),
    Person("Jürgen Müller", "webrtc", "juergen.mueller@example.com"),
    Person("山田 太郎", "webrtc", "taro.yamada@example.org"),
    Person("+49 30 1234567", "sip", "sip:+49301234567@pstn.example.net", _PHONE),
    Person("Tom [Sales]", "webrtc", "tom.taylor@example.com"),
    Person(
        "Board Room 4.12",
        "sip",
        "sip:room412@example.com",
        {"overlay_text": "Berlin, 4th floor", "fecc_supported": "YES"},
    ),
    Person("Recording", "rtmp", "rtmps://recorder.example.com/live/board", _RECORDER),
    Person("Ольга Иванова", "mssip", "sip:olga.ivanova@partner.example", _EXTERNAL),
    Person("Dee", "webrtc", "dee@example.com"),
    Person(
        "Prof. Dr. Maximiliane von Hohenstein-Lichtenfels (University Hospital)",
        "webrtc",
        "m.hohenstein@hospital.example",
    ),
    Person("فاطمة الزهراء", "webrtc", "fatima@example.org"),
    Person("Zoë Nuñez-O'Brien", "mssip", "sip:zoe.nunez@partner.example", _EXTERNAL),
    Person("김민준", "h323", "minjun.kim@example.org"),
    Person("bob@example.com", "sip", "sip:bob@example.com"),
    Person("Ελένη Παπαδοπούλου", "webrtc", "eleni@example.net"),
)


class People:
    """An endless queue of people, in the same order for the same seed.

    The first ones are the `regulars`, who are the same for every seed.
    """

    def __init__(self, seed: int, *, regulars: bool = True) -> None:
        self._rng = random.Random(f"{seed} people")
        first = _FIRST_COMERS if regulars else ()
        self._line = itertools.chain(first, self._others())

    def next(self) -> Person:
        """The next in the queue."""
        return next(self._line)

    def next_caller(self) -> Person:
        """The next in the queue who is a person and no recorder."""
        return next(one for one in self._line if not one.fields.get("is_streaming_conference"))

    def _others(self) -> Iterator[Person]:
        taken = {person.name for person in _FIRST_COMERS}
        for round_number in itertools.count():
            pairs = list(itertools.product(_FIRST_NAMES.split(), _LAST_NAMES.split()))
            self._rng.shuffle(pairs)
            for first, last in pairs:
                initial = f"{chr(ord('A') + (round_number - 1) % 26)}. " if round_number else ""
                name = f"{first} {initial}{last}"
                if name not in taken:
                    yield self._person(name)

    def _person(self, name: str) -> Person:
        protocol = self._rng.choice(_PROTOCOLS)
        address = f"{_ascii(name)}@{self._rng.choice(_DOMAINS)}"
        uri = f"sip:{address}" if protocol in ("sip", "mssip") else address
        fields: dict[str, object] = {"vendor": self._rng.choice(_VENDORS[protocol])}
        return Person(name, protocol, uri, fields | (_EXTERNAL if protocol == "mssip" else {}))


RECORDER = next(one for one in _FIRST_COMERS if one.fields.get("is_recording"))


def vendor_of(protocol: str) -> str:
    """The vendor string of a usual endpoint of that protocol."""
    return _VENDORS.get(protocol, ("",))[0]


def address_of(name: str, protocol: str) -> str:
    """An address for someone of whom only the name is known."""
    plain = ".".join(name.lower().split())
    return f"{'sip:' if protocol == 'sip' else ''}{plain}@example.com"


def in_plain_letters(name: str, uri: str) -> str:
    """`name` without accents; the address where the name has other letters than Latin.

    The font that comes with Pillow has no others.
    """
    letters = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()
    return plain if plain and plain.isascii() else _without_accents(uri.removeprefix("sip:"))


_PLAIN = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ı": "i", "ß": "ss"})


def _without_accents(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _ascii(name: str) -> str:
    plain = _without_accents(name)
    return ".".join(part.strip(".'") for part in plain.lower().split())
