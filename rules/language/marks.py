"""Which signs of YAML are not used in rules, and what did their author mean by them?

An anchor, an alias, a tag, `<<` and a key of more than a word: harmless text to who writes a rule,
and something else to a reader of YAML (DL004).
"""

import re

import yaml

from rules.errors import Problem
from rules.language.document import Scalar, Value
from rules.language.source import Source
from rules.language.traps import place


def marked(source: Source, event: yaml.NodeEvent) -> Problem | None:
    """An anchor, an alias, or a tag that would make something other than text of a value."""
    if event.anchor is not None:
        is_alias = isinstance(event, yaml.AliasEvent)
        sign, made = ("*", "an alias") if is_alias else ("&", "an anchor")
        message = f"YAML takes {sign}{event.anchor[:20]} for {made}"
        help_ = f"there are none in rules; put quotes around text that begins with {sign}"
        return Problem("DL004", message, place(source, event, len(event.anchor) + 1), help_)
    tag = getattr(event, "tag", None)
    if tag is None or _is_lost(event):
        return None
    message = f"YAML takes {tag[:40]} for a tag"
    return Problem("DL004", message, place(source, event), "there are no tags in rules")


def lost(source: Source, event: yaml.ScalarEvent) -> Problem | None:
    """A word that YAML took away as a tag (`!usb.x`), or made its own (`=`)."""
    if _is_lost(event):
        tag = str(event.tag)
        message = f"YAML takes {tag[:40]} for a tag, and drops it"
        where = place(source, event, len(tag))
        return Problem("DL004", message, where, "write `not` for !, or put quotes around it")
    if event.value == "=" and not event.style:
        message = "YAML has a meaning of its own for a lone ="
        return Problem("DL004", message, place(source, event), "put quotes around it")
    return None


def _is_lost(event: yaml.Event) -> bool:
    tag = getattr(event, "tag", None)
    is_word = tag is not None and re.match("![^!]", tag) is not None
    return is_word and isinstance(event, yaml.ScalarEvent)


def key(of: Value) -> Problem | None:
    """A key that is none of ours: `<<` merges in other readers."""
    if isinstance(of, Scalar) and of.text == "<<" and not of.quote:
        message = "`<<` merges other keys in"
        return Problem("DL004", message, of.place, "there is no merging in rules: write it out")
    return None


def complex_key(of: Value) -> Problem:
    """A key that is a list or a mapping."""
    help_ = "put quotes around text that begins with a bracket, or with ? and a blank"
    return Problem("DL004", "a key is one word", of.place, help_)
