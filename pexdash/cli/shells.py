"""How bash, zsh and fish ask us for completions.

A shell runs `pexdash` with COMPLETION_VARIABLE set, and click answers. Click's own scripts take a
word for whole that bash has cut at its `=`, and put a blank behind every word.
"""

from __future__ import annotations

import os
from typing import Any

from click import Command
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from pexdash.cli.process import COMPLETION_VARIABLE

_BASH = """\
%(complete_func)s() {
    local kind value
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                COMPREPLY+=("$value")
                [[ $value == *[=@] ]] && compopt -o nospace
                ;;
        esac
    done < <(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1")
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
_ZSH = """\
#compdef %(prog_name)s
%(complete_func)s() {
    local kind value told
    local -a open plain explained
    while IFS= read -r kind && IFS= read -r value && IFS= read -r told; do
        case $kind in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain)
                if [[ $value == *[=@] ]]; then
                    open+=("$value")
                elif [[ $told == _ ]]; then
                    plain+=("$value")
                else
                    explained+=("$value:$told")
                fi
                ;;
        esac
    done < <(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) \\
        %(complete_var)s=zsh_complete %(prog_name)s)
    local offered=1
    (( $#open )) && compadd -U -S '' -V unsorted -a open && offered=0
    (( $#plain )) && compadd -U -V unsorted -a plain && offered=0
    (( $#explained )) && _describe -V unsorted explained -U && offered=0
    return offered
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""


class Bash(BashComplete):
    """Reads the line as bash has it, which cuts words at its COMP_WORDBREAKS, and a `=` is one."""

    source_template = _BASH
    _kept = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The whole words before the cursor's, and what there is of that."""
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)[1:]
        incomplete = words.pop() if words and not line[-1:].isspace() else ""
        breaks = os.environ.get("COMP_WORDBREAKS", "")
        cut = max((incomplete.rfind(one) + 1 for one in "=:" if one in breaks), default=0)
        if "@" in breaks:
            # bash cuts before this one, and the piece that it replaces begins with it.
            cut = max(cut, incomplete.rfind("@"))
        self._kept = incomplete[:cut]
        return words, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """The kind of the item, and what bash is to put in place of the piece it has cut off."""
        return f"{item.type},{item.value.removeprefix(self._kept)}"


class Zsh(ZshComplete):
    """Puts no blank behind the `=` of a field."""

    source_template = _ZSH


def register() -> None:
    """Have click answer by these classes."""
    add_completion_class(Bash, "bash")
    add_completion_class(Zsh, "zsh")


def script_for(shell: str, commands: Command) -> str:
    """The script that a shell reads once: "bash", "zsh" or "fish"."""
    register()
    found: type[ShellComplete] | None = get_completion_class(shell)
    assert found is not None, "click has these three"
    nothing: dict[str, Any] = {}
    return found(commands, nothing, "pexdash", COMPLETION_VARIABLE).source()
