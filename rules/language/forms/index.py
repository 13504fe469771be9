"""Which forms of file are there? To add one, add its file beside this one and its line here."""

from rules.language.forms.assignment import ASSIGNMENT
from rules.language.forms.attestations import ATTESTATIONS
from rules.language.forms.base import Form
from rules.language.forms.pack import PACK
from rules.language.forms.rule_tests import RULE_TESTS
from rules.language.forms.rules import RULES
from rules.language.forms.tailoring import TAILORING
from rules.language.forms.waivers import WAIVERS

_ALL = (PACK, RULES, RULE_TESTS, ATTESTATIONS, TAILORING, WAIVERS, ASSIGNMENT)
FORMS: dict[str, Form] = {form.name: form for form in _ALL}
