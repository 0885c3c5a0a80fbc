"""The functions with which shells ask what may follow on a line. What they are told stands in completion.py."""

from __future__ import annotations

from collections.abc import Mapping

#: the variables in which the function says which shell it is of, and the line
SHELL, LINE = "_OSTEON_COMPLETE", "_OSTEON_LINE"

SCRIPTS: Mapping[str, str] = {
    "bash": f"""\
_osteon() {{
    local IFS=$'\\n'
    COMPREPLY=($({SHELL}=bash {LINE}="${{COMP_LINE:0:COMP_POINT}}" osteon 2>/dev/null))
}}
complete -o nospace -F _osteon osteon""",
    "zsh": f"""\
#compdef osteon
_osteon() {{
    local -a found
    found=("${{(@f)$({SHELL}=zsh {LINE}="${{(j: :)words[1,CURRENT]}}" osteon 2>/dev/null)}}")
    [[ -n $found ]] && compadd -Q -S '' -- $found
}}
compdef _osteon osteon""",
    "fish": f"""\
complete --command osteon --no-files --arguments \
'({SHELL}=fish {LINE}=(commandline --current-process --cut-at-cursor | string collect) osteon 2>/dev/null)'""",
}
