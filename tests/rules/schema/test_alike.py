"""The schema that editors use and the checker accept and refuse the same files.

For each form a good file, and rows that change one thing of it: where, to what, and whether the
file is good then. Where a form's keys say it all, a row needs no more than that.
"""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rules.compiled import catalogue
from rules.errors import Problem
from rules.language import structure
from rules.language.entry import Entry, Teller
from rules.language.files import read_document, read_text
from rules.language.forms.index import FORMS
from rules.workbench.cases.facts import FactText
from rules.workbench.schema import data, schema

Json = Any
GONE = object()
GOOD, BAD = True, False
LONG = "x" * 101

PACK: Json = {
    "dentinel": "pack/v1",
    "pack": "north-quay",
    "version": "1.0.0",
    "title": "North Quay",
    "requires_facts": "1.0",
    "language": 1,
    "retired": [{"id": "old-rule", "last": "0.9.0", "why": "It is gone."}],
}
RULES: Json = {
    "dentinel": "rules/v1",
    "pack": "north-quay",
    "rules": [
        {
            "id": "volumes-encrypted",
            "title": "Every disk that can hold images is encrypted",
            "plain": "If this computer is stolen, nobody can read the X-rays on it.",
            "severity": "critical",
            "controls": ["ENC-01", "ENC-02"],
            "cite": {"in_force": ["164.312(a)(2)(iv)"], "benchmark": ["SP800-111"]},
            "when": 'host.os == "linux"',
            "params": {
                "grace": {
                    "type": "duration",
                    "default": "24h",
                    "min": "1h",
                    "max": "7d",
                    "tighten": "at-most",
                    "basis": "practice_policy",
                    "about": "How long encryption may pause.",
                },
                "ciphers": {
                    "type": "list<enum(volume.cipher)>",
                    "default": ["xts_aes_256"],
                    "tighten": "subset",
                    "basis": "benchmark",
                    "source": "SP800-111",
                },
            },
            "define": {"fixed": 'volumes.filter(v, v.kind == "fixed")'},
            "must": [{"that": "fixed.size() > 0", "say": "no disk"}],
            "every": "volumes",
            "where": ["volume.holds_imaging", 'volume.kind == "fixed"'],
            "each_must": [{"that": "volume.cipher in params.ciphers", "say": "weak cipher"}],
            "if_none": "unknown",
            "fix": {"windows": "Turn on BitLocker.", "any": "Encrypt it."},
            "tags": ["disks"],
            "since": "1.0.0",
            "replaces": ["disks-encrypted"],
        },
        {
            "id": "services-off",
            "title": "Unneeded accounts are off",
            "severity": "low",
            "controls": ["HRD-01"],
            "cite": {"practice_policy": GONE},
            "some": "users",
            "where": "user.admin",
            "at_least": 2,
            "say": "too few",
        },
    ],
}
RULES["rules"][1]["cite"] = {"benchmark": ["CIS"]}
TESTS: Json = {
    "dentinel": "rule-tests/v1",
    "pack": "north-quay",
    "now": "2026-11-22T10:00:00Z",
    "fixtures": {"good-c": {"name": "C:", "kind": "fixed", "cipher": None}},
    "tests": [
        {
            "name": "a plain disk fails",
            "rule": "volumes-encrypted",
            "todo": True,
            "now": "2026-11-22T10:00:00+01:00",
            "params": {"ciphers": ["xts_aes_128"]},
            "facts": {"volumes": [{"$use": "good-c"}]},
            "expect": {
                "verdict": "fail",
                "items": [{"item": "C:", "clause": 0, "say": "weak cipher"}],
            },
        }
    ],
    "equivalent": [{"at": "disks.yaml:10 < to <=", "why": "A size is never 0."}],
}
ATTESTATIONS: Json = {
    "dentinel": "attestations/v1",
    "pack": "north-quay",
    "kinds": [
        {
            "id": "mfa-config",
            "title": "MFA is on",
            "controls": ["ACC-04"],
            "cite": {"in_force": ["164.312(d)"], "proposed": ["90FR898/mfa"]},
            "owner": "it_admin",
            "renew": "365d",
            "due_before": "30d",
            "scope": "clinic",
            "changed_by": ["remote_access"],
            "fields": {"systems": {"type": "list<string>", "required": True, "about": "Which."}},
            "may_hold_phi": False,
        }
    ],
}
TAILORING: Json = {
    "dentinel": "tailoring/v1",
    "extends": {"pack": "dental-baseline", "version": "2.3.x"},
    "scopes": [
        {
            "match": {"clinic": "bright-smiles"},
            "set": {
                "screen-locks": {"max_idle": "10m"},
                "services-off": {
                    "ports": {"add": [11112], "reason": "PACS", "approved_by": "dr_lee"}
                },
            },
            "severity": {"services-off": "high"},
            "disable": {
                "antivirus-on": {
                    "reason": "The vendor forbids it.",
                    "approved_by": "dr_lee",
                    "until": "2027-03-31",
                }
            },
        }
    ],
}
ASSIGNMENT: Json = {
    "dentinel": "assignment/v1",
    "sources": ["packs/north-quay"],
    "clinics": [
        {
            "clinic": "bright-smiles",
            "packs": {"dental-baseline": "1.0.0", "north-quay": "1.2.0"},
            "tailoring": ["bright-smiles.yaml"],
            "patrol": "30m",
            "data": {"windows-builds": "data/builds.json"},
            "machines": {"PANO-01": {"site": "main", "groups": ["xray"], "role": "workstation"}},
        }
    ],
}
WAIVERS: Json = {
    "dentinel": "waivers/v1",
    "waivers": [
        {
            "id": "W-2026-014",
            "rule": "usb-storage-blocked",
            "scope": {"machine": "SCAN-02"},
            "items": ['device.protection == "protected"'],
            "reason": "The scanner exports only over USB.",
            "compensating": "The stick is kept in the safe.",
            "risk_owner": "dr_lee",
            "from": "2026-11-01",
            "until": "2027-01-31",
        }
    ],
}

ROWS: dict[str, tuple[Json, list[tuple[str, Json, bool]]]] = {
    "pack/v1": (
        PACK,
        [
            ("retired", GONE, GOOD),
            ("retired", [], GOOD),
            ("version", "10.20.30", GOOD),
            ("title", "X" * 100, GOOD),
            ("requires_facts", "1.12", GOOD),
            *[(key, GONE, BAD) for key in ("pack", "version", "title", "requires_facts")],
            ("language", GONE, BAD),
            ("language", 2, BAD),
            ("language", "1", BAD),
            ("language", True, BAD),
            ("pack", "North Quay", BAD),
            ("pack", "north_quay", BAD),
            ("pack", "-north", BAD),
            ("pack", "n" * 49, BAD),
            ("pack", "n" * 48, GOOD),
            ("pack", 7, BAD),
            ("pack", ["north-quay"], BAD),
            ("version", "1.0", BAD),
            ("version", "v1.0.0", BAD),
            ("version", "01.0.0", BAD),
            ("version", 1.0, BAD),
            ("title", "", BAD),
            ("title", "  ", BAD),
            ("title", LONG, BAD),
            ("title", "two\nlines", BAD),
            ("title", "one line\n", BAD),
            ("title", None, BAD),
            ("requires_facts", "new", BAD),
            ("requires_facts", 1.0, BAD),
            ("retired.0.why", GONE, BAD),
            ("retired.0.last", "soon", BAD),
            ("retired.0.id", "Old", BAD),
            ("retired.0.until", "1.0.0", BAD),
            ("retired", {"id": "old-rule"}, BAD),
            ("colour", "red", BAD),
        ],
    ),
    "rules/v1": (
        RULES,
        [
            *[(f"rules.0.{key}", GONE, GOOD) for key in ("plain", "when", "must", "where")],
            *[(f"rules.0.{key}", GONE, GOOD) for key in ("fix", "tags", "since", "replaces")],
            *[(f"rules.0.{key}", GONE, BAD) for key in ("id", "title", "severity", "controls")],
            *[(f"rules.0.{key}", GONE, BAD) for key in ("cite", "each_must", "if_none", "every")],
            *[(f"rules.1.{key}", GONE, BAD) for key in ("some", "where", "say")],
            ("rules.1.at_least", GONE, GOOD),
            ("rules.0.no", "users", BAD),
            ("rules.0.some", "users", BAD),
            ("rules.1.every", "users", BAD),
            ("rules.0.say", "wrong", BAD),
            ("rules.0.at_least", 1, BAD),
            ("rules.1.if_none", "pass", BAD),
            ("rules.1.each_must", [{"that": "user.admin", "say": "x"}], BAD),
            ("rules", [], BAD),
            ("rules", {}, BAD),
            ("rules", GONE, BAD),
            ("rules.0", "volumes-encrypted", BAD),
            ("pack", GONE, BAD),
            ("dentinel", "rules/v2", BAD),
            ("rules.0.id", "Volumes", BAD),
            ("rules.0.id", "volumes--encrypted", BAD),
            ("rules.0.title", LONG, BAD),
            ("rules.0.plain", "x" * 160, GOOD),
            ("rules.0.plain", "x" * 161, BAD),
            ("rules.0.severity", "fatal", BAD),
            ("rules.0.severity", "High", BAD),
            ("rules.0.controls", "ENC-01", BAD),
            ("rules.0.controls", [], BAD),
            ("rules.0.controls", ["ENC-99"], BAD),
            ("rules.0.controls", ["ENC-01", "ENC-01"], BAD),
            ("rules.0.cite", {}, BAD),
            ("rules.0.cite", "CIS", BAD),
            ("rules.0.cite.in_force", ["90FR898/encryption"], BAD),
            ("rules.0.cite.proposed", ["90FR898/encryption"], GOOD),
            ("rules.0.cite.benchmark", ["CSI"], BAD),
            ("rules.0.cite.benchmark", [], BAD),
            ("rules.0.cite.law", ["CIS"], BAD),
            ("rules.0.when", ["x"], BAD),
            ("rules.0.when", "", BAD),
            ("rules.0.when", True, GOOD),
            ("rules.0.every", "disks", BAD),
            ("rules.0.every", "volume", BAD),
            ("rules.0.where", "volume.holds_imaging", GOOD),
            ("rules.0.where", [], BAD),
            ("rules.0.where", {"a": "b"}, BAD),
            ("rules.0.must", [], BAD),
            ("rules.0.must", "fixed.size() > 0", BAD),
            ("rules.0.must.0", "fixed.size() > 0", BAD),
            ("rules.0.must.0.say", GONE, BAD),
            ("rules.0.must.0.that", GONE, BAD),
            ("rules.0.must.0.that", {"a": 1}, BAD),
            ("rules.0.must.0.fix", "x", BAD),
            ("rules.0.if_none", "not_applicable", BAD),
            ("rules.0.if_none", "not-applicable", GOOD),
            ("rules.1.at_least", 0, BAD),
            ("rules.1.at_least", "2", BAD),
            ("rules.0.fix", "Encrypt it.", GOOD),
            ("rules.0.fix", ["Encrypt it."], BAD),
            ("rules.0.fix", {}, BAD),
            ("rules.0.fix.solaris", "Encrypt it.", BAD),
            ("rules.0.fix.linux", 7, BAD),
            ("rules.0.tags", "disks", BAD),
            ("rules.0.tags", ["disks", "disks"], BAD),
            ("rules.0.since", "1", BAD),
            ("rules.0.replaces", ["Old"], BAD),
            ("rules.0.note", "x", BAD),
            ("rules.0.define.Fixed", "1", BAD),
            ("rules.0.define.fixed", ["x"], BAD),
            ("rules.0.params.Grace", {"type": "bool", "default": True}, BAD),
            ("rules.0.params.flag", {"type": "bool", "default": True}, GOOD),
            ("rules.0.params.flag", {"type": "bool", "default": "true"}, BAD),
            ("rules.0.params.flag", {"type": "bool", "default": True, "min": False}, BAD),
            ("rules.0.params.word", {"type": "string", "default": "x"}, GOOD),
            ("rules.0.params.word", {"type": "string", "default": 7}, BAD),
            ("rules.0.params.word", {"type": "string", "default": "x", "tighten": "subset"}, BAD),
            ("rules.0.params.grace", "24h", BAD),
            ("rules.0.params.grace.type", GONE, BAD),
            ("rules.0.params.grace.type", "durations", BAD),
            ("rules.0.params.grace.type", "list<list<int>>", BAD),
            ("rules.0.params.grace.type", "enum(volume.colour)", BAD),
            ("rules.0.params.grace.default", GONE, BAD),
            ("rules.0.params.grace.default", "24 h", BAD),
            ("rules.0.params.grace.default", 24, BAD),
            ("rules.0.params.grace.default", ["24h"], BAD),
            ("rules.0.params.grace.default", "1d12h", GOOD),
            ("rules.0.params.grace.min", "now", BAD),
            ("rules.0.params.grace.tighten", "subset", BAD),
            ("rules.0.params.grace.tighten", "at-least", GOOD),
            ("rules.0.params.grace.tighten", GONE, GOOD),
            ("rules.0.params.grace.loosen", True, BAD),
            ("rules.0.params.grace.basis", GONE, BAD),
            ("rules.0.params.grace.basis", "law", BAD),
            ("rules.0.params.grace.basis", "benchmark", BAD),
            ("rules.0.params.grace.source", "CIS", BAD),
            ("rules.0.params.grace.about", LONG, BAD),
            ("rules.0.params.grace.unit", "h", BAD),
            ("rules.0.params.ciphers.default", "xts_aes_256", BAD),
            ("rules.0.params.ciphers.default", ["rot13"], BAD),
            ("rules.0.params.ciphers.default", [], GOOD),
            ("rules.0.params.ciphers.source", GONE, BAD),
            ("rules.0.params.ciphers.source", "90FR898/patching", BAD),
            ("rules.0.params.ciphers.basis", "in_force", BAD),
            ("rules.0.params.ciphers.min", ["aes"], BAD),
            ("rules.0.params.ciphers.tighten", "at-most", BAD),
            (
                "rules.0.params.years",
                {"type": "int", "default": 6, "basis": "in_force", "source": "164.316(b)(2)(i)"},
                GOOD,
            ),
            (
                "rules.0.params.years",
                {"type": "int", "default": 6, "basis": "in_force", "source": "164.312(d)"},
                BAD,
            ),
            (
                "rules.0.params.oldest",
                {"type": "version", "default": "1.2", "basis": "practice_policy"},
                GOOD,
            ),
            (
                "rules.0.params.oldest",
                {"type": "version", "default": "1.x", "basis": "practice_policy"},
                BAD,
            ),
            (
                "rules.0.params.share",
                {"type": "double", "default": 0.5, "basis": "practice_policy"},
                GOOD,
            ),
            (
                "rules.0.params.big",
                {"type": "int", "default": 2**63, "basis": "practice_policy"},
                BAD,
            ),
            ("rules.0.params.day", {"type": "timestamp", "default": "2026-11-22T10:00:00Z"}, GOOD),
            ("rules.0.params.day", {"type": "timestamp", "default": "2026-11-22"}, BAD),
        ],
    ),
    "rule-tests/v1": (
        TESTS,
        [
            *[(key, GONE, GOOD) for key in ("now", "equivalent")],
            *[(f"tests.0.{key}", GONE, GOOD) for key in ("todo", "now", "params", "facts")],
            *[(f"tests.0.{key}", GONE, BAD) for key in ("name", "rule", "expect")],
            ("tests", GONE, BAD),
            ("tests", [], BAD),
            ("pack", GONE, BAD),
            ("now", "today", BAD),
            ("now", "2026-11-22", BAD),
            ("now", "2026-13-22T10:00:00Z", BAD),
            ("tests.0.now", "2026-11-22T25:00:00Z", BAD),
            ("fixtures.Good", {}, BAD),
            ("fixtures.good-c", "C:", BAD),
            ("fixtures.other", {"volume name": "C:"}, BAD),
            ("tests.0.todo", "yes", BAD),
            ("tests.0.todo", False, GOOD),
            ("tests.0.rule", "Volumes", BAD),
            ("tests.0.name", LONG, BAD),
            ("tests.0.facts", ["volumes"], BAD),
            ("tests.0.facts.volumes", None, BAD),
            ("tests.0.facts.disks", [], BAD),
            ("tests.0.facts.volumes", {"$unknown": "timeout"}, GOOD),
            ("tests.0.facts.volumes", {"$unknown": "tired"}, BAD),
            ("tests.0.facts.volumes", {"$unknown": "timeout", "$items": []}, BAD),
            ("tests.0.facts.volumes", {"$items": [], "$missing": "timeout"}, GOOD),
            ("tests.0.facts.volumes", {"$items": []}, BAD),
            ("tests.0.facts.volumes.0.kind", "fixd", BAD),
            ("tests.0.facts.volumes.0.kind", {"$unknown": "timeout"}, GOOD),
            ("tests.0.facts.volumes.0.kind", None, BAD),
            ("tests.0.facts.volumes.0.cipher", None, GOOD),
            ("tests.0.facts.volumes.0.colour", "red", BAD),
            ("tests.0.facts.volumes.0.holds_imaging", "yes", BAD),
            ("tests.0.facts.volumes.0.state_since", "2026-11-22T10:00:00Z", GOOD),
            ("tests.0.facts.volumes.0.state_since", "2026-11-22", BAD),
            ("tests.0.facts.agent", {"cpu_day": "90s", "memory": 7}, GOOD),
            ("tests.0.facts.agent", {"cpu_day": "1m30s", "version": "1.2"}, GOOD),
            ("tests.0.facts.agent", {"cpu_day": 90}, BAD),
            ("tests.0.facts.agent", {"memory": "7"}, BAD),
            ("tests.0.facts.agent", {"version": "new"}, BAD),
            ("tests.0.facts.agent", [], BAD),
            ("tests.0.expect", "fail", BAD),
            ("tests.0.expect.verdict", GONE, BAD),
            ("tests.0.expect.verdict", "failed", BAD),
            ("tests.0.expect.verdict", "not-applicable", GOOD),
            ("tests.0.expect", {"verdict": "unknown", "why": "timeout"}, GOOD),
            ("tests.0.expect.why", "timeout", BAD),
            ("tests.0.expect.items", [], GOOD),
            ("tests.0.expect.items.0", "C:", BAD),
            ("tests.0.expect.items.0.clause", -1, BAD),
            ("tests.0.expect.items.0.clause", "0", BAD),
            ("tests.0.expect.items.0.colour", "red", BAD),
            ("tests.0.expects", {"verdict": "fail"}, BAD),
            ("equivalent.0.why", GONE, BAD),
            ("equivalent", [], BAD),
        ],
    ),
    "attestations/v1": (
        ATTESTATIONS,
        [
            *[(f"kinds.0.{key}", GONE, GOOD) for key in ("due_before", "changed_by", "fields")],
            *[(f"kinds.0.{key}", GONE, BAD) for key in ("id", "title", "controls", "cite")],
            *[(f"kinds.0.{key}", GONE, BAD) for key in ("owner", "renew", "scope", "may_hold_phi")],
            ("kinds", [], BAD),
            ("kinds.0.owner", "dentist", BAD),
            ("kinds.0.owner", "practice_owner", GOOD),
            ("kinds.0.renew", "each_event", GOOD),
            ("kinds.0.renew", "yearly", BAD),
            ("kinds.0.renew", 365, BAD),
            ("kinds.0.due_before", "soon", BAD),
            ("kinds.0.scope", "practice", BAD),
            ("kinds.0.scope", "vendor", GOOD),
            ("kinds.0.changed_by", ["weather"], BAD),
            ("kinds.0.changed_by", [], GOOD),
            ("kinds.0.fields.systems.type", "list", BAD),
            ("kinds.0.fields.systems.type", GONE, BAD),
            ("kinds.0.fields.systems.required", "yes", BAD),
            ("kinds.0.fields.Systems", {"type": "string"}, BAD),
            ("kinds.0.fields.day", {"type": "timestamp"}, GOOD),
            ("kinds.0.may_hold_phi", "no", BAD),
            ("kinds.0.may_hold_phi", 0, BAD),
            ("kinds.0.controls", ["ACC-4"], BAD),
            ("kinds.0.cite.proposed", ["164.312(d)"], BAD),
            ("kinds.0.colour", "red", BAD),
        ],
    ),
    "tailoring/v1": (
        TAILORING,
        [
            ("extends", GONE, BAD),
            ("extends.version", GONE, BAD),
            ("extends.version", "2.3.1", GOOD),
            ("extends.version", "latest", BAD),
            ("extends.version", 2.3, BAD),
            ("extends.pack", "Dental", BAD),
            ("scopes", GONE, BAD),
            ("scopes", [], BAD),
            ("scopes.0.match", GONE, BAD),
            ("scopes.0.match", {}, BAD),
            ("scopes.0.match.machine", "PANO-01", GOOD),
            ("scopes.0.match.room", "2", BAD),
            ("scopes.0", {"match": {"clinic": "bright-smiles"}}, BAD),
            ("scopes.0.severity.services-off", "fatal", BAD),
            ("scopes.0.severity.Services", "high", BAD),
            ("scopes.0.severity", "high", BAD),
            ("scopes.0.set", ["screen-locks"], BAD),
            ("scopes.0.set.screen-locks", "10m", BAD),
            ("scopes.0.set.screen-locks.max_idle", {"value": "10m", "reason": "x"}, GOOD),
            ("scopes.0.set.screen-locks.max_idle", ["10m"], GOOD),
            ("scopes.0.set.screen-locks.max_idle", None, BAD),
            ("scopes.0.set.screen-locks.Max", "10m", BAD),
            ("scopes.0.set.services-off.ports.add", 11112, BAD),
            ("scopes.0.set.services-off.ports.why", "PACS", BAD),
            ("scopes.0.disable.antivirus-on", True, BAD),
            ("scopes.0.disable.antivirus-on.until", "2027-03-31T18:00:00Z", GOOD),
            ("scopes.0.disable.antivirus-on.until", "spring", BAD),
            ("scopes.0.disable.antivirus-on.until", GONE, BAD),
            ("scopes.0.disable.antivirus-on.reason", GONE, BAD),
            ("scopes.0.disable.antivirus-on.approved_by", "", BAD),
            ("leaf", "true", BAD),
        ],
    ),
    "waivers/v1": (
        WAIVERS,
        [
            *[(f"waivers.0.{key}", GONE, GOOD) for key in ("items", "compensating")],
            *[(f"waivers.0.{key}", GONE, BAD) for key in ("id", "rule", "scope", "reason")],
            *[(f"waivers.0.{key}", GONE, BAD) for key in ("risk_owner", "from", "until")],
            ("waivers", [], BAD),
            ("waivers", GONE, BAD),
            ("waivers.0.id", "W 14", BAD),
            ("waivers.0.rule", "USB", BAD),
            ("waivers.0.scope", {}, BAD),
            ("waivers.0.scope", "SCAN-02", BAD),
            ("waivers.0.scope", {"clinic": "bright-smiles"}, GOOD),
            ("waivers.0.scope.room", "2", BAD),
            ("waivers.0.items", [], BAD),
            ("waivers.0.items", [{"a": 1}], BAD),
            ("waivers.0.reason", "x" * 161, BAD),
            ("waivers.0.from", "2026-11-01T08:00:00-06:00", GOOD),
            ("waivers.0.from", "1 November", BAD),
            ("waivers.0.until", "2027-02-00", BAD),
            ("waivers.0.until", 2027, BAD),
            ("waivers.0.approved", True, BAD),
        ],
    ),
    "assignment/v1": (
        ASSIGNMENT,
        [
            ("sources", GONE, GOOD),
            ("sources", ["packs/a:b"], BAD),
            *[(f"clinics.0.{key}", GONE, BAD) for key in ("clinic", "packs")],
            *[(f"clinics.0.{key}", GONE, GOOD) for key in ("tailoring", "patrol", "data")],
            ("clinics", [], BAD),
            ("clinics.0.clinic", "Bright Smiles", BAD),
            ("clinics.0.packs.north-quay", "newest", BAD),
            ("clinics.0.packs.North", "1.0.0", BAD),
            ("clinics.0.patrol", "often", BAD),
            ("clinics.0.machines.PANO-01", {}, GOOD),
            ("clinics.0.machines.PANO-01.role", "king", BAD),
            ("clinics.0.machines.PANO-01.groups", "xray", BAD),
            ("clinics.0.machines.PANO-01.site", "Main street", BAD),
            ("clinics.0.colour", "red", BAD),
        ],
    ),
}
FILES = [
    (form, path, value, is_good)
    for form, (_, rows) in ROWS.items()
    for path, value, is_good in [("", None, GOOD), *rows]
]
VALIDATORS = {name: Draft202012Validator(schema(form)) for name, form in FORMS.items()}


def changed(document: Json, path: str, value: Json) -> Json:
    """A copy of a document with one value changed, added or gone."""
    whole = copy.deepcopy(document)
    at, words = whole, [int(word) if word.isdigit() else word for word in path.split(".")]
    for word in words[:-1]:
        at = at[word]
    if value is GONE:
        del at[words[-1]]
    elif path:
        at[words[-1]] = value
    return whole


def judged(document: Json) -> tuple[bool, bool]:
    """What checker and schema say of a document that is written as a file."""
    problems: list[Any] = []
    read = read_text("file.yaml", json.dumps(document).encode(), problems)
    assert read is not None
    file = read_document(read, problems)
    form = document["dentinel"]
    if file is not None:
        of = structure.check(FORMS[form], file.of, problems)
        read_facts(of, problems)
    validator = VALIDATORS.get(form, VALIDATORS["rules/v1"])
    valid = validator.is_valid(data(file.of) if file is not None else document)
    return not any(one.level == "error" for one in problems), valid


def read_facts(of: Entry, problems: list[Any]) -> None:
    """Type the facts of tests, which the tables leave to who reads tests."""
    named = of.named("fixtures")
    fixtures = {name.text: of.of.get("fixtures").get(name.text) for name, _ in named}
    for test in of.entries("tests"):
        for name, value in test.named("facts"):
            fact = catalogue.fact(name.text)
            if fact is None:
                problems.append(Problem("DL503", "there is no such fact", name.place))
            else:
                FactText(fixtures, Teller(problems)).read(fact, value, name.text)


def test_the_corpus_is_large_enough_and_has_every_form() -> None:
    assert len(FILES) >= 200
    assert set(ROWS) == set(FORMS)
    assert {is_good for *_, is_good in FILES} == {GOOD, BAD}


@pytest.mark.parametrize(
    ("form", "path", "value", "is_good"),
    FILES,
    ids=[f"{form} {path} {'good' if good else 'bad'}" for form, path, _, good in FILES],
)
def test_checker_and_schema_say_the_same_of_a_file(form, path, value, is_good) -> None:
    assert judged(changed(ROWS[form][0], path, value)) == (is_good, is_good)


ODD = (None, True, 7, 1.5, "", "x", [], ["x"], {"x": "y"})


def places(document: Json, path: str = "") -> Iterator[str]:
    """The path of every value in a document."""
    steps = document.items() if isinstance(document, dict) else enumerate(document)
    for step, value in steps:
        yield f"{path}{step}"
        if isinstance(value, dict | list):
            yield from places(value, f"{path}{step}.")


@pytest.mark.parametrize("form", ROWS)
def test_checker_and_schema_say_the_same_of_any_value_in_any_place(form) -> None:
    document = ROWS[form][0]
    unlike = []
    for path in places(document):
        is_left = path == "dentinel" or path.startswith("fixtures") or path.endswith("$use")
        for value in () if is_left else ODD:
            checker, valid = judged(changed(document, path, value))
            unlike += [(path, value, checker, valid)] if checker != valid else []
    assert unlike == []


SHIPPED = Path(__file__).parents[3] / "rules/packs"
WRITTEN = sorted([*SHIPPED.rglob("*.yaml"), *Path(__file__).parent.parent.rglob("golden/*/*.yaml")])


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_checker_and_schema_say_the_same_of_files_that_people_wrote(path) -> None:
    problems: list[Any] = []
    read = read_text(path.name, path.read_bytes(), problems)
    file = read_document(read, problems) if read is not None else None
    if file is None or problems:
        pytest.skip("YAML itself, or the form, stops this file")
    read_facts(structure.check(FORMS[file.form], file.of, problems), problems)
    beyond = {one.id for one in problems} - {"DL002", "DL007", "DL008", "DL009", "DL203"}
    if {one.id for one in problems} == beyond:
        is_sound = not any(one.level == "error" for one in problems)
        assert VALIDATORS[file.form].is_valid(data(file.of)) == is_sound, problems
