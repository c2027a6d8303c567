"""`pexdash completion`: the script by which a shell completes what is typed after `pexdash`."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes commands, options, requests and fields in SHELL.

    bash: add `eval "$(pexdash completion bash)"` to ~/.bashrc (bash 4.4 or newer).

    zsh: add `eval "$(pexdash completion zsh)"` to ~/.zshrc, after compinit.

    fish: write it to ~/.config/fish/completions/pexdash.fish.
    """
    from pexdash.cli.shells import script_for

    click.echo(script_for(shell))
