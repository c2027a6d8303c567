"""`python -m tests.man_page`: the manual page, written from the command line itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

import pexdash
from pexdash import errors
from pexdash.cli.main import cli
from pexdash.cli.variables import OTHER_VARIABLES
from pexdash.crash import CRASHED
from tests.commands import every_command

PAGE = Path(__file__).parents[1] / ".prefix" / "share" / "man" / "man1" / "pexdash.1"
"""Below `.prefix` lies what an installation puts beside the program."""
STATUSES = (
    ("0", "we left, or the conference ended"),
    ("1", "doctor: something is wrong"),
    (str(errors.UsageFault.exit_status), "usage, or a settings file that cannot be meant"),
    (str(errors.NodeFault.exit_status), "the node cannot be reached or trusted"),
    (
        str(errors.Refused.exit_status),
        "refused: PIN, role, no such conference; or a question for a PIN was left unanswered",
    ),
    (str(errors.Removed.exit_status), "removed by somebody else"),
    (str(errors.GivenUp.exit_status), "the node gave us up and did not take us back"),
    (str(CRASHED), "a fault of pexdash's own"),
    ("128+n", "ended by signal n"),
)
VARIABLES = (
    *OTHER_VARIABLES.items(),
    ("NO_COLOR", "no colours, where it is set to anything"),
    ("HTTPS_PROXY, ALL_PROXY, NO_PROXY", "the proxy to a node, and who goes without"),
)


def page() -> str:
    """The text of the page, in roff."""
    summary, rest = _paragraphs(cli)
    lines = [
        f'.TH PEXDASH 1 "" "pexdash {pexdash.__version__}" "User Commands"',
        # No word is cut at the end of a line: many are to be typed.
        ".nh",
        ".ad l",
        ".SH NAME",
        _text(f"pexdash - {summary[0].lower()}{summary[1:].rstrip('.')}"),
        ".SH SYNOPSIS",
        ".B pexdash",
        ".br",
        ".B pexdash",
        r"\fICOMMAND\fR [\fIOPTIONS\fR] ...",
        ".SH DESCRIPTION",
        *_paragraph_lines(rest),
        ".SH COMMANDS",
    ]
    for words, command in every_command():
        lines += _command(words, command)
    lines += [".SH EXIT STATUS", *_terms(STATUSES)]
    lines += [".SH ENVIRONMENT"]
    lines += [
        _text(
            "Each option that shows a variable above may also come from it. An option goes "
            "before its variable, and that before the settings file. And:"
        )
    ]
    lines += _terms(VARIABLES)
    lines += [".SH FILES", *_terms((("settings.toml", "see pexdash config path"),))]
    return "\n".join(lines) + "\n"


def _command(words: tuple[str, ...], command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=words[-1])
    usage = " ".join(command.collect_usage_pieces(context))
    yield f".SS {_text(' '.join(['pexdash', *words, usage]))}"
    summary, rest = _paragraphs(command)
    yield from _paragraph_lines([summary, *rest])
    options = [one for one in command.get_params(context) if isinstance(one, click.Option)]
    records = (one.get_help_record(context) for one in options if "--help" not in one.opts)
    yield from _terms(record for record in records if record is not None)


def _paragraphs(command: click.Command) -> tuple[str, list[str]]:
    """The first paragraph of a command's help, and the others, each on one line."""
    text = inspect.cleandoc(command.help or "")
    first, *rest = [" ".join(one.split()) for one in text.split("\n\n")]
    return first, rest


def _paragraph_lines(paragraphs: list[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield ".PP"
        yield _text(paragraph)


def _terms(terms: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, told in terms:
        yield ".TP"
        yield rf"\fB{_text(term)}\fR"
        yield _text(told)


def _text(text: str) -> str:
    """`text` on one line of roff, where a line that begins with a dot would be a request."""
    escaped = re.sub(r"\s+", " ", text).replace("\\", r"\e").replace("-", r"\-")
    return r"\&" + escaped if escaped.startswith((".", "'")) else escaped


def main() -> None:
    """Write the page where the package takes it from."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
