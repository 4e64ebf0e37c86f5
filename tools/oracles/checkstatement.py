#!/usr/bin/env python3
"""Checks DSSE envelopes with securesystemslib, and the statements in them with in-toto-attestation and jsonschema where those are
installed.

usage: checkstatement.py SCHEMAS LOG.vkey ENVELOPE …
"""

import base64
import json
import os
import sys

from securesystemslib import dsse
from securesystemslib.signer import SSlibKey

vkey = open(sys.argv[2], encoding="utf-8").read().strip()
public = base64.b64decode(vkey.split("+", 2)[2])
assert public[0] == 1, "not an Ed25519 key"

try:
    from google.protobuf import json_format
    from in_toto_attestation.v1 import statement as in_toto
except ImportError:
    in_toto = None
try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None
ours = "urn:uuid:a7fae2c6-41d5-4e9e-94a1-fd5bce7ba39d#"
judged = 0

for path in sys.argv[3:]:
    document = json.load(open(path, encoding="utf-8"))
    envelope = dsse.Envelope.from_dict(json.loads(json.dumps(document)))
    # Keys are found by their key id here, so the key takes the one that the envelope gives.
    signatures = envelope.signatures.values() if isinstance(envelope.signatures, dict) else envelope.signatures
    keys = [SSlibKey(s.keyid, "ed25519", "ed25519", {"public": public[1:].hex()}) for s in signatures]
    accepted = envelope.verify(keys, 1)
    assert accepted, path
    if document["payloadType"] == "application/vnd.in-toto+json" and in_toto:
        parsed = in_toto.Statement.copy_from_pb(json_format.Parse(envelope.payload, in_toto.spb.Statement()))
        parsed.validate()
    statement = json.loads(envelope.payload)
    if Draft202012Validator and statement["predicateType"].startswith(ours) and "log" in statement["predicate"]:
        name = statement["predicateType"][len(ours):].split("/")[0]
        with open(os.path.join(sys.argv[1], f"predicate-{name}.json"), encoding="utf-8") as file:
            Draft202012Validator(json.load(file)).validate(statement["predicate"])
        judged += 1

print(
    f"{len(sys.argv) - 3} envelopes" + (", their statements valid by in-toto-attestation" if in_toto else "")
    + (f", {judged} predicates by their schemas" if judged else "")
)
