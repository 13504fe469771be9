"""How does one check an evidence bundle with one's own tools? The README.txt of every bundle."""

TEXT = """\
An evidence bundle of dentinel, and how to check it with your own tools
=======================================================================

With dentinel:   dentinel verify BUNDLE --policy FILE     (or: python -m evidence BUNDLE)
FILE names the log's key. Have it from the clinic, on paper or by another way than this bundle.

By hand, with any tool for SHA-256 and Ed25519:

1. manifest.json is a DSSE envelope. Decode `payload` from base64. What was signed is
       "DSSEv1 " + length of payloadType + " " + payloadType
                 + " " + length of payload + " " + payload
   with lengths in bytes; `sig` is Ed25519 over that, by the receipt key of the controller.
   `files` in the payload gives SHA-256 and size of every other file here.
2. log/entries.jsonl: each line without its newline is a leaf. Leaf hash: SHA-256(0x00 + line).
   Node hash: SHA-256(0x01 + left + right). Continue log/frontier.json by these leaves as RFC 6962,
   section 2.1, says; the root must be the third line of log/checkpoint, and the second line the
   number of all leaves. log/restarts/N/ is the same for the log before it was begun anew; records
   that say `generation` N are of that one.
3. log/checkpoint is a C2SP signed note (c2sp.org/signed-note): Ed25519 over its text up to and
   without the empty line. Compare its key with the one in FILE. While a log changes its key two
   sign; notices of kind `log` in keys.jsonl say which key, `new`, counts from line `from_leaf` on,
   and that one must have signed. log/before is the note of the audit
   before: at its second line's number of leaves the root must have been its third line. So must the
   roots that reports quote in `log`. log/newest is a newer note, after "old" and the hashes of a
   consistency proof from log/checkpoint to it (RFC 6962, section 2.1.2).
4. reports/AGENT.jsonl: each line is a DSSE envelope. SHA-256 of what was signed (see 1) is `env`
   in the line of the log for that agent, epoch and seq, and `prev` in the payload of the next
   report. The keys are in keys.jsonl: `report.public` in the payload of each enrolment, `public` in
   each report of kind key_rotate; after a line `revoke` its key counts no more. `leaf` is the
   number of the line. Where `line` and `proof` stand beside it, the line is from before this
   bundle, and `proof` its c2sp.org/tlog-proof to log/checkpoint.
5. packs/HASH.json: SHA-256 of the file is its name, and stands in the reports that were judged by
   it. Of a report whose policy names `targets` N and `root` M, tuf/N.targets.json names the pack,
   and is signed by the keys of role targets in tuf/M.root.json; each N.root.json is signed by the
   keys of the one before. What is signed is `signed` in canonical JSON: keys sorted, no spaces.
6. waivers.jsonl, attestations.jsonl: SHA-256 of `document` is `doc` in line `leaf` of the log.
7. org/N.tlog-proof: entry N of the organisation's log, in base64 after "extra", with the path to
   the root of the note below it. They are a selection, and do not show what else that log holds.

derived/ was computed from all this for easy reading. It is unsigned, and nothing checks it.

What this shows: these computers signed these reports, in this order, and none was changed, moved
or taken out after it was logged. What it does not show: that a computer told the truth, anything
about computers that never joined, or that a law was kept.
"""
