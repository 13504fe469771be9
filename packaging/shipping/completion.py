"""What does the Tab key offer? Tables made from the program, so that no Python starts for it."""

from collections.abc import Iterator, Sequence

from shipping.products import Product
from shipping.words import Verb, verbs

_BASH = """\
# bash completion of {name}; made from the program.
_{id}() {{
    local at=() word before=
    for word in "${{COMP_WORDS[@]:0:COMP_CWORD}}"; do
        [[ $word == -* || $before == --home ]] || at+=("$word")
        before=$word
    done
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}
    at[0]={name}
    while :; do
        case "${{at[*]}} $prev" in
{choices}
        esac
        case "${{at[*]}}" in
{words}
            *) unset "at[${{#at[@]}}-1]"; [ ${{#at[@]}} -gt 0 ] || return 0; continue ;;
        esac
        break
    done
}}
complete -o default -F _{id} {name}
"""
_ZSH = """\
#compdef {name}
# zsh completion of {name}; made from the program.
autoload -U +X bashcompinit && bashcompinit
source {bash}
"""


def scripts(product: Product) -> dict[str, str]:
    """The script of each shell by the place where the shell looks for it."""
    known = verbs(product)
    bash = f"usr/share/bash-completion/completions/{product.name}"
    return {
        bash: _bash(product, known),
        f"usr/share/zsh/vendor-completions/_{product.name}": _ZSH.format(
            name=product.name, bash=f"/{bash}"
        ),
        f"usr/share/fish/vendor_completions.d/{product.name}.fish": "".join(_fish(product, known)),
    }


def _bash(product: Product, known: Sequence[Verb]) -> str:
    words = (
        f'            "{" ".join(verb.words)}") COMPREPLY=($(compgen -W'
        f' "{" ".join([*verb.commands, *verb.options])}" -- "$cur")) ;;'
        for verb in known
    )
    choices = (
        f'            "{" ".join(verb.words)} {option}") COMPREPLY=($(compgen -W'
        f' "{" ".join(of)}" -- "$cur")); return 0 ;;'
        for verb in known
        for option, of in verb.choices.items()
    )
    return _BASH.format(
        name=product.name,
        id=product.name.replace("-", "_"),
        words="\n".join(words),
        choices="\n".join(choices),
    )


def _fish(product: Product, known: Sequence[Verb]) -> Iterator[str]:
    for verb in known:
        above, last = verb.words[1:-1], verb.words[-1]
        if len(verb.words) > 1:
            seen = f"__fish_seen_subcommand_from {' '.join(above)}" if above else "true"
            yield f"complete -c {product.name} -n '{seen}' -a {last} -d {_quoted(verb.help)}\n"
        seen = f"__fish_seen_subcommand_from {last}" if len(verb.words) > 1 else "true"
        for option in verb.options:
            if option.startswith("--"):
                yield f"complete -c {product.name} -n '{seen}' -l {option[2:]}\n"


def _quoted(text: str) -> str:
    line = text.strip().split("\n", 1)[0].replace("'", "\\'")
    return f"'{line}'"
