"""The environment variable of each option."""

from __future__ import annotations

import click

_NONE = ("--yes", "--arm", "--insecure", "--output")
"""Options without a variable: what risks something is said each time anew, or not at all."""
_OTHER: dict[tuple[str, str], str | None] = {
    # There is nothing to record, so a variable that is there for `join` must not stop it.
    ("ctl", "--record"): None,
    # PEXDASH_CONFIG names the settings file.
    ("node", "--config"): None,
    ("wall", "--config"): "PEXDASH_WALL",
    ("collect", "--config"): "PEXDASH_WALL",
    ("demo", "--wall"): None,
}

OTHER_VARIABLES = {
    "PEXDASH_PIN": "the PIN; it is taken out of the environment once it is read",
    "PEXDASH_CONFIG": "the settings file, in place of the usual one",
    "PEXDASH_PICTURES": "how pictures are drawn: kitty, sixel, blocks or off",
    "PEXDASH_REPAINT": "regions leaves the drawing to the framework",
}
"""The variables that are no option's, and what each is for."""


def name_variables(command: click.Command) -> None:
    """Give each option of `command`, and of its subcommands, its variable, and show it in --help.

    The variable is PEXDASH_ and the option's name in capitals, as in PEXDASH_PIN_FILE.
    """
    for option in command.params:
        if isinstance(option, click.Option):
            option.envvar = variable_of(command.name or "", option.opts[0])
            option.show_envvar = option.envvar is not None
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            name_variables(inner)


def variable_of(command: str, option: str) -> str | None:
    """The variable of an option as it is written, such as `--pin-file`; None where it has none."""
    if option in _NONE:
        return None
    usual = "PEXDASH_" + option.removeprefix("--").replace("-", "_").upper()
    return _OTHER.get((command, option), usual)


class SettingOption(click.Option):
    """An option whose variable is read with the settings file, and not by the command line.

    A pasted address goes before both, and a certificate brings its own key: only who knows that the
    option itself was given can tell.
    """

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """Nothing: see `pexdash.settings`."""
        return None
