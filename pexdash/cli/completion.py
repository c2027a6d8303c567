"""`pexdash completion`: the script by which a shell completes what is typed after `pexdash`."""

from __future__ import annotations

import click

from pexdash.cli import process


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes commands, options, requests and fields in SHELL.

    bash: add `eval "$(pexdash completion bash)"` to ~/.bashrc (bash 4.4 or newer).

    zsh: add `eval "$(pexdash completion zsh)"` to ~/.zshrc, after compinit.

    fish: write it to ~/.config/fish/completions/pexdash.fish.
    """
    process.take_pin()  # for no conference
    from pexdash.cli.shells import script_for

    click.echo(script_for(shell, context.find_root().command))
