"""Has a file the keys that its form asks for, each with a value of its kind?

Follows the tables of `rules.language.forms` and knows no key by its name. Everything is told at
once: a key that is missing, unknown or broken hides nothing beside it.
"""

from rules.compiled import limits
from rules.errors import Place, Problem
from rules.language import traps
from rules.language.document import Mapping, Scalar, Value
from rules.language.entry import Entry, Sound, Teller
from rules.language.forms.base import Case, Form, Kind, Record, When
from rules.language.here import Here
from rules.language.kinds import read
from rules.language.suggest import did_you_mean


def check(form: Form, of: Mapping, problems: list[Problem]) -> Entry:
    """What is sound of a file of this form; what is wrong is added to `problems`."""
    teller = Teller(problems, most=len(problems) + limits.PROBLEMS_IN_FILE)
    entry = check_record(form.keys, of, teller)
    if teller.is_full:
        problems.append(traps.too_many(problems[-1].place))
    return entry


def check_record(record: Record, of: Mapping, teller: Teller) -> Entry:
    """What is sound of one mapping that should be this record."""
    named = of.get(record.rule_by) if record.rule_by else None
    if isinstance(named, Scalar):
        teller = Teller(teller.problems, named.text, most=teller.most)
    told, narrowed = len(teller.problems), _narrowed(record, of)
    sound: dict[str, Sound] = {}
    there = {key.text: value for key, value in of.entries}
    for key in record.keys:
        value = there.get(key.name)
        if value is not None:
            here = Here(key.name, of, teller, check_record)
            found = read(narrowed.get(key.name, key.kind), value, here)
            if found is not None:
                sound[key.name] = found
    _Keys(record, of, teller).check()
    lost = any(key.text not in sound for key, _ in of.entries)
    return Entry(of, teller, sound, is_whole=not lost and len(teller.problems) == told)


def _narrowed(record: Record, of: Mapping) -> dict[str, Kind]:
    """The kinds that other keys' words ask for, in place of those of the table."""
    return {key: kind for when in record.whens if _holds(when, of) for key, kind in when.kinds}


def _holds(when: When, of: Mapping) -> bool:
    value = of.get(when.key)
    return isinstance(value, Scalar) and value.text in when.among


class _Keys:
    """Which keys of a record are there, missing, too many or unknown?"""

    def __init__(self, record: Record, of: Mapping, teller: Teller) -> None:
        self._record = record
        self._teller = teller
        self._of = of
        self._there = {key.text: None for key, _ in of.entries}

    def check(self) -> None:
        self._unknown()
        self._missing()
        if self._record.cases:
            self._cases()
        for when in self._record.whens:
            if _holds(when, self._of):
                self._when(when)

    def _unknown(self) -> None:
        names = {key.name: None for key in self._record.keys}
        for key, value in self._of.entries:
            if key.text in names or self._teller.is_full:
                continue
            if self._of.is_flow and isinstance(value, Scalar) and value.is_null:
                message = f"in {{ }} a comma ends the text before {key.text[:40]!r}"
                self._teller.say("DL002", message, key.place, "put quotes around the whole text")
            else:
                message = f"{self._record.what} has no key {key.text[:40]!r}"
                self._teller.say("DL101", message, key.place, did_you_mean(key.text, names))

    def _missing(self) -> None:
        what = self._record.what
        lacking = [key for key in self._record.keys if key.is_required]
        lacking = [key for key in lacking if key.name not in self._there]
        for code in dict.fromkeys(key.code for key in lacking):
            keys = [key for key in lacking if key.code == code]
            message = f"{what} needs {_all_of([key.name for key in keys])}"
            help_ = "; ".join(key.hint for key in keys if key.hint)
            self._teller.say(code, message, self._of.place, help_)
        if len(self._there) < self._record.least:
            optional = [key.name for key in self._record.keys if not key.is_required]
            help_ = f"it needs one of {', '.join(optional)}"
            self._teller.say("DL107", f"{what} is empty", self._of.place, help_)

    def _cases(self) -> None:
        keyed = [case for case in self._record.cases if case.key is not None]
        chosen = [case for case in keyed if case.key in self._there]
        for other in chosen[1:]:
            self._exclude(keyed, chosen[0], other)
        fallen = [case for case in self._record.cases if case.key is None]
        for case in chosen[:1] or fallen:
            self._needs(case)
        self._strangers(keyed, chosen[0] if chosen else None)

    def _exclude(self, keyed: list[Case], one: Case, other: Case) -> None:
        every = _all_of([str(case.key) for case in keyed])
        message = f"{self._record.what} has one of {every}, not {one.key} and {other.key}"
        self._teller.say("DL104", message, self._key_place(str(other.key)), other.both)

    def _needs(self, case: Case) -> None:
        for name in case.needs:
            key = self._record.key(name)
            if key is None or name in self._there:
                continue
            if case.key is None:
                message = f"{self._record.what} asks nothing"
                self._teller.say("DL107", message, self._begin(), key.hint)
            else:
                message = f"`{case.key}` needs `{name}`"
                self._teller.say("DL104", message, self._value(case.key).place, key.hint)

    def _strangers(self, keyed: list[Case], chosen: Case | None) -> None:
        fitting = {*chosen.needs, *chosen.allows} if chosen else set()
        owned = self._record.of_cases
        for name in (name for name in self._there if name in owned):
            homes = [str(case.key) for case in keyed if name in (*case.needs, *case.allows)]
            if name not in fitting:
                message = f"`{name}` goes with {' or '.join(homes)}"
                self._teller.say("DL104", message, self._key_place(name))

    def _when(self, when: When) -> None:
        word = self._value(when.key)
        said = word.text if isinstance(word, Scalar) else ""
        for name in when.needs:
            key = self._record.key(name)
            if name not in self._there and key is not None:
                message = f"{self._record.what} with {when.key} {said} needs {name}"
                self._teller.say(when.code, message, word.place, key.hint)
        for name in when.refuses:
            if name in self._there:
                message = f"`{name}` does not go with {when.key} {said}"
                self._teller.say(when.code, message, self._key_place(name), "leave it out")

    def _begin(self) -> Place:
        return self._of.entries[0][1].place if self._of.entries else self._of.place

    def _key_place(self, name: str) -> Place:
        key = self._of.key(name)
        return key.place if key is not None else self._of.place

    def _value(self, name: str) -> Value:
        return self._of.get(name) or self._of


def _all_of(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
