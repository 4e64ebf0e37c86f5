#!/usr/bin/env python3
"""Checks DSSE envelopes with securesystemslib, and the statements in them with in-toto-attestation where that is installed.

usage: checkstatement.py LOG.vkey ENVELOPE …
"""

import base64
import json
import sys

from securesystemslib import dsse
from securesystemslib.signer import SSlibKey

vkey = open(sys.argv[1], encoding="utf-8").read().strip()
public = base64.b64decode(vkey.split("+", 2)[2])
assert public[0] == 1, "not an Ed25519 key"

try:
    from google.protobuf import json_format
    from in_toto_attestation.v1 import statement as in_toto
except ImportError:
    in_toto = None

for path in sys.argv[2:]:
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

print(f"{len(sys.argv) - 2} envelopes" + (", their statements valid" if in_toto else ""))
