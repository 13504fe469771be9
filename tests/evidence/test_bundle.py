"""What lies in an evidence bundle, and how is one made?"""

import io
import json
import zipfile
from dataclasses import replace
from hashlib import sha256

import pytest

from evidence import bundle, envelope, strict_json
from evidence.bundle import Manifest
from evidence.envelope import PayloadType
from evidence.errors import Malformed
from evidence.records import KeyRecord
from tests.evidence.clinic import ORIGIN, PACK, BrightSmiles, files, key, lines_of, written


@pytest.fixture
def made(clinic: BrightSmiles) -> dict[str, bytes]:
    return files(clinic.export())


def manifest_of(made: dict[str, bytes]) -> Manifest:
    sealed = envelope.from_json(made["manifest.json"])
    receipt = {key("receipt").keyid: key("receipt").public}
    return Manifest.from_bytes(envelope.verify(sealed, receipt, {PayloadType.EVIDENCE}))


def test_a_bundle_holds_fixed_files_in_a_fixed_order(
    clinic: BrightSmiles, made: dict[str, bytes]
) -> None:
    agents = sorted(machine.agent for machine in clinic.machines.values())

    assert list(made) == [
        "README.txt",
        "keys.jsonl",
        "log/checkpoint",
        "log/entries.jsonl",
        "log/frontier.json",
        f"packs/{sha256(PACK).hexdigest()}.json",
        *(f"reports/{agent}.jsonl" for agent in agents),
        "manifest.json",
    ]


def test_the_manifest_says_what_it_is(clinic: BrightSmiles, made: dict[str, bytes]) -> None:
    manifest = manifest_of(made)

    assert manifest.clinic_name == "Bright Smiles Dental"
    assert (manifest.log.origin, manifest.log.first, manifest.log.end) == (ORIGIN, 0, 9)
    assert (manifest.machines, manifest.reports) == (2, 5)
    assert set(manifest.files) == set(made) - {"manifest.json"}
    payload = strict_json.read(envelope.from_json(made["manifest.json"]).payload)
    assert payload["from"] == "2026-11-02T08:00:00.000Z"


def test_lines_and_envelopes_are_there_byte_for_byte(
    clinic: BrightSmiles, made: dict[str, bytes]
) -> None:
    op1 = clinic.machines["OP1"]

    assert list(lines_of(made["log/entries.jsonl"])) == clinic.lines
    assert made["log/checkpoint"].decode() == clinic.checkpoint()
    assert [
        envelope.from_json(line) for line in lines_of(made[f"reports/{op1.agent}.jsonl"])
    ] == op1.sealed


def test_the_same_evidence_gives_the_same_bytes(clinic: BrightSmiles) -> None:
    assert clinic.export() == clinic.export()


def test_generators_are_read_once_and_in_order(clinic: BrightSmiles) -> None:
    contents = clinic.contents()
    lazy = replace(
        contents,
        lines=iter(contents.lines),
        keys=iter(contents.keys),
        reports={agent: iter(sent) for agent, sent in contents.reports.items()},
    )

    assert written(lazy, clinic.receipt) == clinic.export()


def test_no_answer_with_the_fact_key_lies_in_a_bundle(made: dict[str, bytes]) -> None:
    assert all(b"fact_key" not in content for content in made.values())
    types = {json.loads(line)["envelope"]["payloadType"] for line in lines_of(made["keys.jsonl"])}
    assert types == {str(PayloadType.ENROLL), str(PayloadType.NOTICE)}


def test_a_checkpoint_of_another_length_is_not_exported(clinic: BrightSmiles) -> None:
    short = replace(clinic.contents(), lines=clinic.lines[:-1])

    with pytest.raises(Malformed):
        written(short, clinic.receipt)


def test_a_record_of_keys_is_read_as_it_was_written(clinic: BrightSmiles) -> None:
    contents = clinic.contents(first=5)

    assert any(record.elsewhere for record in contents.keys)
    for record in contents.keys:
        assert KeyRecord.from_line(record.to_line()) == record


@pytest.mark.parametrize(
    "line",
    [b"", b"[]", b"{}", b'{"leaf":1}', b'{"leaf":1,"envelope":{}}', b'{"leaf":1,"envelope":5}'],
)
def test_what_is_no_record_of_keys_is_refused(line: bytes) -> None:
    with pytest.raises(Malformed):
        KeyRecord.from_line(line)


@pytest.mark.parametrize("change", [{"leaf": True}, {"leaf": "1"}, {"line": 5}, {"proof": []}])
def test_a_record_of_keys_has_its_types(clinic: BrightSmiles, change: dict[str, object]) -> None:
    record = strict_json.read(clinic.keys[0].to_line()) | change

    with pytest.raises(Malformed):
        KeyRecord.from_line(strict_json.write(record))


def test_the_text_says_how_to_check_by_hand(made: dict[str, bytes]) -> None:
    text = made[bundle.README].decode()

    assert "SHA-256" in text
    assert "told the truth" in text
    assert all(len(line) <= 100 for line in text.split("\n"))


def test_a_clinic_has_a_name_that_prints(clinic: BrightSmiles) -> None:
    contents = clinic.contents()
    odd = replace(contents, about=replace(contents.about, clinic_name="Bright\x1b[2J"))

    with pytest.raises(Malformed):
        manifest_of(files(written(odd, clinic.receipt)))


def test_unzip_gives_the_files(clinic: BrightSmiles) -> None:
    with zipfile.ZipFile(io.BytesIO(clinic.export())) as theirs:
        assert theirs.testzip() is None
