"""A second verifier, written from the description alone: zipfile, json, hashlib, securesystemslib.

It knows bundles that begin with the log, with its generations and its later keys, and shares no
line of code with the first.
"""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from copy import deepcopy
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.dsse import Envelope
from securesystemslib.formats import encode_canonical


class Untrue(Exception):
    """Something does not hold."""


def holds(
    data: bytes,
    vkeys: str | Sequence[str],
    org: str = "",
    witness: str = "",
    first_roots: tuple[str, ...] = (),
) -> bool:
    """Is everything in this bundle as it must be, for a log, an org's log, a witness of these keys?

    Without a witness's key none is asked for; `first_roots` are asked for where rules are signed. A
    restart that is told as it must be is nothing wrong here.
    """
    try:
        files, keys = _check(data, [vkeys] if isinstance(vkeys, str) else list(vkeys))
        _check_audits(files, keys, witness)
        _check_rules(files, first_roots)
        _check_documents(files)
        _check_org(files, org)
    except (Untrue, ValueError, KeyError, IndexError, TypeError, InvalidSignature,
            AttributeError, zipfile.BadZipFile):  # fmt: skip
        return False
    return True


class Generation:
    """One generation of the log: its folder, its lines, and its note."""

    def __init__(self, files: dict[str, bytes], folder: str) -> None:
        self.number = folder.split("/")[2] if folder != "log/" else None
        self.entries = _lines(files[f"{folder}entries.jsonl"])
        self.lines = [json.loads(line) for line in self.entries]
        self.leaves = _leaves(self.entries)
        self.note = files[f"{folder}checkpoint"].decode()
        self.origin = self.note.split("\n")[0]
        self.named: list[tuple[int, str]] = []
        _require(json.loads(files[f"{folder}frontier.json"]) == {"size": 0, "hashes": []})


class Keys:
    """What may sign for a log: what its reader trusts, and what each generation names itself."""

    def __init__(self, trusted: list[str], generations: list[Generation]) -> None:
        self.trusted, self.generations = trusted, generations

    def signed(self, of: Generation, note: str) -> set[str]:
        """Which of them stand under a note; a signature by one of them that is wrong is untrue."""
        known = [*self.trusted, *(vkey for _, vkey in of.named)]
        text, _, tail = note.rpartition("\n\n")
        found = set()
        for line in tail.removesuffix("\n").split("\n"):
            dash, name, blob = line.split(" ")
            raw = base64.b64decode(blob, validate=True)
            _require(dash == "—")
            for vkey in known:
                whose, keyid, key = vkey.split("+", 2)
                if (name, raw[:4].hex()) == (whose, keyid):
                    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
                    public.verify(raw[4:], f"{text}\n".encode())
                    found.add(vkey)
        return found

    def check(self, of: Generation, note: str, size: int) -> set[str]:
        """A note over so many lines of a generation, by one of its keys."""
        root = base64.b64encode(_root(of.leaves[:size])).decode()
        _require(note.rpartition("\n\n")[0].split("\n") == [of.origin, str(size), root])
        found = self.signed(of, note)
        _require(bool(found) and 0 < size <= len(of.leaves))
        return found


def _generations(files: dict[str, bytes]) -> list[Generation]:
    folders = {name.rpartition("/")[0] + "/" for name in files if name.startswith("log/restarts/")}
    earlier = sorted(folders, key=lambda folder: int(folder.split("/")[2]))
    found = [Generation(files, folder) for folder in (*earlier, "log/")]
    for before, after in pairwise(found):
        _require(before.origin == f"{after.origin.rpartition('/')[0]}/{before.number}")
        said = after.lines[0]
        _require(said["kind"] == "restart" and said["old"] == before.origin)
        held = len(before.leaves)
        _require(said["size"] > held or _root(before.leaves[: said["size"]]).hex() == said["root"])
    first = found[0]
    _require(first.origin.endswith("/1") or first.lines[0]["kind"] == "restart")
    return found


def _check(data: bytes, vkeys: list[str]) -> tuple[dict[str, bytes], Keys]:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    generations = _generations(files)
    receipt, machines = _keys(files["keys.jsonl"], generations)
    keys = Keys(vkeys, generations)
    for each in generations:
        signed = keys.check(each, each.note, len(each.leaves))
        speaking = [vkey for since, vkey in each.named if since < len(each.leaves)]
        _require(speaking[-1] in signed)
        if each.number is None and "log/newest" in files:
            signed |= keys.signed(each, files["log/newest"].decode().partition("\n\n")[2])
        _require(bool(signed & {*vkeys}))
    manifest = _opened(json.loads(files["manifest.json"]), receipt)
    named = {name: (record["sha256"], record["size"]) for name, record in manifest["files"].items()}
    held = {
        name: (hashlib.sha256(content).hexdigest(), len(content))
        for name, content in files.items()
        if name != "manifest.json"
    }
    _require(named == held)
    _check_reports(files, [line for each in generations for line in each.lines], machines)
    return files, keys


def _check_audits(files: dict[str, bytes], keys: Keys, witness: str) -> None:
    """Whoever saw the log at another size saw this one: the last audit, machines, witnesses."""
    own = keys.generations[-1]
    leaves = own.leaves
    sightings = [
        _quote(line) for name in files if "reports/" in name for line in _lines(files[name])
    ]
    for size, root in filter(None, sightings):
        held = [each.leaves for each in keys.generations if 0 < size <= len(each.leaves)]
        _require(root in {_root(each[:size]).hex() for each in held})
    seen = [files["log/checkpoint"].decode()]
    if "log/before" in files:
        before = files["log/before"].decode()
        keys.check(own, before, int(before.split("\n")[1]))
    if "log/newest" in files:
        head, _, newest = files["log/newest"].decode().partition("\n\n")
        # In these bundles the newest checkpoint is the one at the end.
        _require(head == f"old {len(leaves)}")
        keys.check(own, newest, len(leaves))
        seen.append(newest)
    _require(not witness or sum(_saw(note, witness) for note in seen))


def _quote(line: bytes) -> tuple[int, str] | None:
    said = json.loads(base64.b64decode(json.loads(line)["payload"]))["log"]
    return (said["size"], said["root"]) if said else None


def _saw(note: str, witness: str) -> bool:
    name, _, key = witness.split("+", 2)
    text = note.rpartition("\n\n")[0] + "\n"
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
    keyid = hashlib.sha256(name.encode() + b"\n" + base64.b64decode(key)).digest()[:4]
    found = False
    for line in note.rpartition("\n\n")[2].strip("\n").split("\n"):
        dash, who, blob = line.split(" ")
        raw = base64.b64decode(blob, validate=True)
        if (who, raw[:4]) == (name, keyid):
            seconds = int.from_bytes(raw[4:12], "big")
            public.verify(raw[12:], f"cosignature/v1\ntime {seconds}\n{text}".encode())
            found = True
        _require(dash == "—")
    return found


def _check_rules(files: dict[str, bytes], first_roots: tuple[str, ...]) -> None:
    """Every pack that a report names, and for those by an author the metadata that names it."""
    for name, content in files.items():
        if name.startswith("packs/"):
            _require(name == f"packs/{hashlib.sha256(content).hexdigest()}.json")
    roots: list[Any] = []
    while f"tuf/{len(roots) + 1}.root.json" in files:
        made = json.loads(files[f"tuf/{len(roots) + 1}.root.json"])
        _require(made["signed"]["version"] == len(roots) + 1 and made["signed"]["_type"] == "root")
        _signed_for(made, made, "root")
        roots.append(made)
    logged = {
        line["targets"]: line["sha256"]
        for line in map(json.loads, _lines(files["log/entries.jsonl"]))
        if line["kind"] == "policy"
    }
    for policy in _policies(files):
        for pack in policy["packs"]:
            document = json.loads(files[f"packs/{pack['sha256']}.json"])
            _require((document["pack"], document["version"]) == (pack["pack"], pack["version"]))
        if policy["targets"] is not None:
            raw = files[f"tuf/{policy['targets']}.targets.json"]
            found = hashlib.sha256(raw).hexdigest()
            _require(logged.get(policy["targets"], found) == found)
            _signed_for(json.loads(raw), roots[policy["root"] - 1], "targets")
            _check_hangs(files, roots[: policy["root"]], first_roots)
            _check_author(files, policy)


def _check_hangs(files: dict[str, bytes], roots: list[Any], first_roots: tuple[str, ...]) -> None:
    """Back from the root that was used, each let in by the one before, to one that is named."""
    while hashlib.sha256(files[f"tuf/{len(roots)}.root.json"]).hexdigest() not in first_roots:
        _require(len(roots) > 1)
        _signed_for(roots[-1], roots[-2], "root")
        roots = roots[:-1]


def _check_author(files: dict[str, bytes], policy: Any) -> None:
    """They name each file by which was judged."""
    clinic = json.loads(base64.b64decode(json.loads(files["manifest.json"])["payload"]))["clinic"]
    signed = json.loads(files[f"tuf/{policy['targets']}.targets.json"])["signed"]
    _require((signed["version"], signed["_type"]) == (policy["targets"], "targets"))
    used = {f"tenants/{clinic}/assignment.json": policy["assignment"]}
    used |= {f"packs/{p['pack']}/{p['version']}.json": p["sha256"] for p in policy["packs"]}
    named = {path: signed["targets"][path]["hashes"]["sha256"] for path in used}
    _require(named == used)


def _policies(files: dict[str, bytes]) -> list[Any]:
    lines = [line for name in files if "reports/" in name for line in _lines(files[name])]
    bodies = [json.loads(base64.b64decode(json.loads(line)["payload"]))["body"] for line in lines]
    return [body["policy"] for body in bodies if "policy" in body]


def _signed_for(made: Any, root: Any, role: str) -> None:
    message = encode_canonical(made["signed"]).encode()
    given, signers = root["signed"]["roles"][role], set()
    for each in made["signatures"]:
        if each["keyid"] in given["keyids"]:
            public = bytes.fromhex(root["signed"]["keys"][each["keyid"]]["keyval"]["public"])
            try:
                key = Ed25519PublicKey.from_public_bytes(public)
                key.verify(bytes.fromhex(each["sig"]), message)
            except InvalidSignature:
                continue
            signers.add(public)
    _require(len(signers) >= given["threshold"] > 0)


def _check_documents(files: dict[str, bytes]) -> None:
    lines = [json.loads(line) for line in _lines(files["log/entries.jsonl"])]
    for kind in ("waiver", "attestation"):
        wanted = {n: line["doc"] for n, line in enumerate(lines) if line["kind"] == kind}
        records = [json.loads(line) for line in _lines(files.get(f"{kind}s.jsonl", b""))]
        found = {
            each["leaf"]: hashlib.sha256(each["document"].encode()).hexdigest() for each in records
        }
        _require(found == wanted and len(records) == len(found))
        _require(all(each.keys() == {"leaf", "document"} for each in records))


def _check_org(files: dict[str, bytes], vkey: str) -> None:
    for name, content in files.items():
        if not name.startswith("org/"):
            continue
        head, _, note = content.decode().partition("\n\n")
        version, extra, index, *path = head.split("\n")
        _require(version == "c2sp.org/tlog-proof@v1" and name == f"org/{index[6:]}.tlog-proof")
        _require(index.startswith("index ") and extra.startswith("extra "))
        line = base64.b64decode(extra.removeprefix("extra "), validate=True)
        size = int(note.split("\n")[1])
        siblings = [base64.b64decode(each, validate=True) for each in path]
        json.loads(line)["kind"]
        _check_note(note, vkey, size, _climbed(_leaves([line])[0], int(index[6:]), size, siblings))


def _climbed(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a path leads to: RFC 6962, section 2.1.1, read backwards."""
    _require(0 <= index < size)
    if size == 1:
        _require(not path)
        return leaf
    split = 1 << (size - 1).bit_length() - 1
    *rest, last = path
    if index < split:
        return hashlib.sha256(b"\1" + _climbed(leaf, index, split, rest) + last).digest()
    return hashlib.sha256(b"\1" + last + _climbed(leaf, index - split, size - split, rest)).digest()


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
            if said["kind"] == "key_rotate" and said["body"]["purpose"] == "report":
                key = bytes.fromhex(said["body"]["public"])
            place = (said["agent"], said["epoch"], said["seq"], said["kind"])
            _require(place == (agent, 1, number, line["rk"]))
            _require((line["epoch"], line["seq"]) == (1, number))
            before = line["env"]


def _keys(data: bytes, generations: list[Generation]) -> tuple[bytes, dict[str, tuple[str, bytes]]]:
    receipt, machines = b"", {}
    records = [json.loads(line) for line in _lines(data)]
    for of in generations:
        mine = [record for record in records if record.get("generation") == _number(of)]
        about_keys = [n for n, line in enumerate(of.lines) if line["kind"] in ("keys", "enroll")]
        _require(sorted(record["leaf"] for record in mine) == about_keys)
        for record in mine:
            line, sealed = of.lines[record["leaf"]], record["envelope"]
            _require(_sha(sealed) == line["env"])
            said = json.loads(base64.b64decode(sealed["payload"]))
            if line["kind"] == "keys":
                receipt = receipt or bytes.fromhex(said["new"])
                _opened(sealed, receipt)
                _named(of, said, record["leaf"])
            else:
                machines[line["agent"]] = _joined(line, sealed, said)
    _require(len(records) == sum(r.get("generation") in map(_number, generations) for r in records))
    return receipt, machines


def _number(of: Generation) -> int | None:
    return int(of.number) if of.number else None


def _named(of: Generation, notice: Any, leaf: int) -> None:
    """A notice of the log's own key names the one that it ends, and its own line."""
    if notice["kind"] == "log":
        last = of.named[-1][1] if of.named else None
        _require(notice["old"] == last and notice["new"].startswith(f"{of.origin}+"))
        _require(last is None or (notice["from_leaf"] == leaf and leaf > of.named[-1][0]))
        of.named.append((leaf, notice["new"]))


def _joined(line: Any, sealed: Any, said: Any) -> tuple[str, bytes]:
    keys = [bytes.fromhex(said[name]["public"]) for name in ("report", "courier")]
    _require([line["report_key"], line["courier_key"]] == [_id(key) for key in keys])
    for signature, key in zip(sealed["signatures"], keys, strict=True):
        _opened({**sealed, "signatures": [signature]}, key)
    return line["anchor"], keys[0]


def _check_note(note: str, vkey: str, size: int, root: bytes) -> None:
    """A note that this one key signed, which stands first under it."""
    text, _, signed = note.rpartition("\n\n")
    dash, name, blob = signed.split("\n")[0].split(" ")
    whose, keyid, key = vkey.split("+", 2)
    raw = base64.b64decode(blob, validate=True)
    _require((dash, name, raw[:4].hex()) == ("—", whose, keyid))
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
    public.verify(raw[4:], f"{text}\n".encode())
    _require(text.split("\n") == [name, str(size), base64.b64encode(root).decode()])


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
