"""A second verifier, written from the description alone: zipfile, json, hashlib, securesystemslib.

It knows bundles that begin with the log, and shares no line of code with the first.
"""

import base64
import hashlib
import io
import json
import zipfile
from copy import deepcopy
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.dsse import Envelope


class Untrue(Exception):
    """Something does not hold."""


def holds(data: bytes, vkey: str) -> bool:
    """Is everything in this bundle as it must be, for a log of this key?"""
    try:
        _check(data, vkey)
    except (Untrue, ValueError, KeyError, IndexError, TypeError, InvalidSignature,
            zipfile.BadZipFile):  # fmt: skip
        return False
    return True


def _check(data: bytes, vkey: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    entries = _lines(files["log/entries.jsonl"])
    lines = [json.loads(line) for line in entries]
    _require(json.loads(files["log/frontier.json"]) == {"size": 0, "hashes": []})
    _check_note(files["log/checkpoint"].decode(), vkey, len(entries), _root(_leaves(entries)))
    receipt, machines = _keys(files["keys.jsonl"], lines)
    manifest = _opened(json.loads(files["manifest.json"]), receipt)
    named = {name: (record["sha256"], record["size"]) for name, record in manifest["files"].items()}
    held = {
        name: (hashlib.sha256(content).hexdigest(), len(content))
        for name, content in files.items()
        if name != "manifest.json"
    }
    _require(named == held)
    _check_reports(files, lines, machines)


def _check_reports(
    files: dict[str, bytes], lines: list[dict[str, Any]], machines: dict[str, tuple[str, bytes]]
) -> None:
    logged: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        if line["kind"] == "report":
            logged.setdefault(line["agent"], []).append(line)
    _require(
        {f"reports/{agent}.jsonl" for agent in logged} == {n for n in files if "reports/" in n}
    )
    for agent, wanted in logged.items():
        before, key = machines[agent]
        sent = [json.loads(line) for line in _lines(files[f"reports/{agent}.jsonl"])]
        for number, (sealed, line) in enumerate(zip(sent, wanted, strict=True), 1):
            said = _opened(sealed, key)
            _require(_sha(sealed) == line["env"] and said["prev"] == before)
            place = (said["agent"], said["epoch"], said["seq"], said["kind"])
            _require(place == (agent, 1, number, line["rk"]))
            _require((line["epoch"], line["seq"]) == (1, number))
            before = line["env"]


def _keys(data: bytes, lines: list[dict[str, Any]]) -> tuple[bytes, dict[str, tuple[str, bytes]]]:
    receipt, machines = b"", {}
    records = [json.loads(line) for line in _lines(data)]
    about_keys = [number for number, line in enumerate(lines) if line["kind"] != "report"]
    _require(sorted(record["leaf"] for record in records) == about_keys)
    for record in records:
        line, sealed = lines[record["leaf"]], record["envelope"]
        _require(_sha(sealed) == line["env"])
        said = json.loads(base64.b64decode(sealed["payload"]))
        if line["kind"] == "keys":
            receipt = receipt or bytes.fromhex(said["new"])
            _opened(sealed, receipt)
        else:
            keys = [bytes.fromhex(said[name]["public"]) for name in ("report", "courier")]
            _require([line["report_key"], line["courier_key"]] == [_id(key) for key in keys])
            for signature, key in zip(sealed["signatures"], keys, strict=True):
                _opened({**sealed, "signatures": [signature]}, key)
            machines[line["agent"]] = (line["anchor"], keys[0])
    return receipt, machines


def _check_note(note: str, vkey: str, size: int, root: bytes) -> None:
    text, _, signed = note.rpartition("\n\n")
    _, name, blob = signed.strip("\n").split(" ")
    key = base64.b64decode(vkey.split("+", 2)[2])[1:]
    Ed25519PublicKey.from_public_bytes(key).verify(
        base64.b64decode(blob, validate=True)[4:], f"{text}\n".encode()
    )
    wanted = [name, str(size), base64.b64encode(root).decode()]
    _require(text.split("\n") == wanted and vkey.startswith(f"{name}+"))


def _opened(sealed: dict[str, Any], key: bytes) -> Any:
    read = Envelope.from_dict(deepcopy(sealed))
    (signature,) = sealed["signatures"]
    _require(signature["keyid"] == _id(key))
    Ed25519PublicKey.from_public_bytes(key).verify(
        base64.b64decode(signature["sig"], validate=True), read.pae()
    )
    return json.loads(read.payload)


def _sha(sealed: dict[str, Any]) -> str:
    return hashlib.sha256(Envelope.from_dict(deepcopy(sealed)).pae()).hexdigest()


def _id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


def _leaves(entries: list[bytes]) -> list[bytes]:
    return [hashlib.sha256(b"\0" + line).digest() for line in entries]


def _root(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _root(leaves[:split]) + _root(leaves[split:])).digest()


def _lines(data: bytes) -> list[bytes]:
    *lines, rest = data.split(b"\n")
    _require(rest == b"")
    return lines


def _require(claim: bool) -> None:
    if not claim:
        raise Untrue
