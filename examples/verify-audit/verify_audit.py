#!/usr/bin/env python3
"""Checks proofs of single audit records, and folders of checkpoints, with a public key and the written format alone.

Usage: verify_audit.py proof <file> --key <public key, PEM> [--key ...]
       verify_audit.py checkpoints <folder> --key <public key, PEM> [--key ...]

A file of proofs holds one a line, as audit-prove writes them; a folder is that of AUDIT_CHECKPOINT_FOLDER. The format is
docs/audit-format.md. Needs Python 3.8 or newer and nothing else, and shares no code with the platform.
Exit status: 0 everything holds, 3 something does not, 2 wrong usage.
"""

import base64
import datetime
import hashlib
import json
import pathlib
import re
import sys

ZEROS = "00" * 32


class Wrong(Exception):
    """What does not hold, for people."""


# Ed25519 (RFC 8032, section 5.1), verification alone: nothing here is secret, so nothing needs constant time.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def decode_point(data):
    """A point as (x, y, 1, x*y), or None where the bytes are none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def add(one, other):
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = 2 * t1 * t2 * D % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(key, message, signature):
    """Is the signature that of the 32 bytes of key?"""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, commitment = decode_point(key), decode_point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or commitment is None or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    left = multiply(scalar, BASE)
    right = add(commitment, multiply(int.from_bytes(digest, "little") % ORDER, public))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# The format of the audit.

DER_PREFIX = bytes.fromhex("302a300506032b6570032100")


def canonical(values):
    for value in values:
        if isinstance(value, bool) or not (isinstance(value, str) or (isinstance(value, int) and value >= 0)):
            raise Wrong("something other than strings and integers is in what was hashed or signed")
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def key_id(key):
    return sha256(DER_PREFIX, key).hex()


def read_keys(paths):
    keys = {}
    for path in paths:
        blocks = re.findall(r"-----BEGIN PUBLIC KEY-----([^-]+)-----END", pathlib.Path(path).read_text("ascii"))
        for block in blocks:
            der = base64.b64decode(block)
            if len(der) != 44 or not der.startswith(DER_PREFIX):
                raise Wrong(f"{path} holds a key that is no public Ed25519 key")
            keys[key_id(der[12:])] = {"key": der[12:], "until": None}
        if not blocks:
            raise Wrong(f"{path} holds no public key in PEM")
    return keys


def believe_followers(keys, changes):
    """Adds the keys of which a believed one says that they follow it."""
    for change in sorted(changes, key=lambda it: it["statement"][1]):
        _form, at, signer, following = change["statement"]
        if signer not in keys:
            continue
        if is_signed(keys[signer]["key"], canonical(change["statement"]), bytes.fromhex(change["signature"])):
            keys[signer]["until"] = at
            key = bytes.fromhex(following)
            keys.setdefault(key_id(key), {"key": key, "until": None})


def seconds(at):
    return datetime.datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").timestamp()


RETENTION = "ssp.audit.retention.v1"
RESTORATION = "ssp.audit.restoration.v1"
TIME_AT = {"ssp.audit.checkpoint.v1": 4, "ssp.audit.checkpoint.v2": 5, RETENTION: 10, RESTORATION: 5}
WHAT = {RETENTION: "retirement", RESTORATION: "restoration"}


def check_signature(signed, keys):
    statement, signature = signed["statement"], bytes.fromhex(signed["signature"])
    is_first_form = statement[0] == "ssp.audit.checkpoint.v1"
    at = statement[TIME_AT[statement[0]]]
    candidates = list(keys.values()) if is_first_form else [keys[name] for name in [statement[-1]] if name in keys]
    signer = next((it for it in candidates if is_signed(it["key"], canonical(statement), signature)), None)
    what = WHAT.get(statement[0], "checkpoint")
    if signer is None:
        raise Wrong(f"the {what} is not signed by a known key")
    if signer["until"] is not None and seconds(at) > seconds(signer["until"]) + 60:
        raise Wrong(f"the {what} is signed by a key that had been replaced by then")


def root_of(leaf, index, count, path):
    """The root of a tree of count leaves (RFC 9162, section 2.1.3.2), from the leaf at index and its path."""
    if not 0 <= index < count:
        raise Wrong("the leaf is not in the tree")
    node, last, value = index, count - 1, sha256(b"\0", leaf)
    for sister in path:
        if last == 0:
            raise Wrong("the path is too long")
        if node & 1 or node == last:
            value = sha256(b"\1", sister, value)
            while node & 1 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            value = sha256(b"\1", value, sister)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise Wrong("the path is too short")
    return value


def check_proof(proof, keys):
    if proof["format"] != "ssp.audit.proof.v1" or proof["chain"] not in ("event", "url"):
        raise Wrong("this is no proof of a form that is known here")
    believe_followers(keys, proof["keys"])
    record, checkpoint = proof["record"], proof["checkpoint"]["statement"]
    check_signature(proof["checkpoint"], keys)
    if checkpoint[0] != "ssp.audit.checkpoint.v2" or len(checkpoint) != 13:
        raise Wrong("the checkpoint holds no trees")
    if len(record) != (4 if proof["chain"] == "event" else 6) or record[:2] != checkpoint[1:3]:
        raise Wrong("the checkpoint is of another partition than the record")
    if not int(checkpoint[3]) <= int(record[2]) < int(checkpoint[4]):
        raise Wrong("the checkpoint does not cover the record's offset")
    digest = sha256(bytes.fromhex(proof["previous"]), canonical(record))
    path = [bytes.fromhex(sister) for sister in proof["path"]]
    root = root_of(digest, proof["leaf"], proof["leaves"], path)
    if root.hex() != checkpoint[8 if proof["chain"] == "event" else 9]:
        raise Wrong("the record is not in the tree that the checkpoint signs")
    return f"offset {record[2]} of {record[0]}/{record[1]}, signed {checkpoint[5]}"


def statements_of(folder):
    for path in sorted([*pathlib.Path(folder).glob("checkpoints-*.ndjson"), *pathlib.Path(folder).glob("retirements-*.ndjson")]):
        for line in path.read_text("utf-8").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                pass  # cut short by a crash; the statement follows


def check_checkpoints(folder, keys):
    signed = {}
    for one in statements_of(folder):
        signed.setdefault(canonical(one["statement"]), one)
    believe_followers(keys, [it for it in signed.values() if it["statement"][0] == "ssp.audit.key.v1"])
    checkpoints = [it for it in signed.values() if it["statement"][0].startswith("ssp.audit.checkpoint.")]
    restorations = [it for it in signed.values() if it["statement"][0] == RESTORATION]
    for one in restorations:
        check_signature(one, keys)
    partitions = check_links(checkpoints, [it["statement"] for it in restorations], keys)
    told = f"{len(checkpoints)} checkpoints of {partitions} partitions"
    if restorations:
        told += f", {len(restorations)} restorations"
    dropped = check_retirements([it for it in signed.values() if it["statement"][0] == RETENTION], checkpoints, keys)
    return told if dropped == 0 else f"{told}, {dropped} rows dropped"


def check_links(checkpoints, restorations, keys):
    """Of how many partitions they are: each linked to one that is there, and no two to the same, but where one was set back by a restore."""
    set_back = {(it[1], it[2], it[3]) for it in restorations}
    there, followed, partitions = {}, set(), set()
    for one in sorted(checkpoints, key=lambda it: int(it["statement"][4 if len(it["statement"]) == 13 else 3])):
        check_signature(one, keys)
        statement = one["statement"]
        if statement[0] != "ssp.audit.checkpoint.v2":
            continue
        _form, topic, partition, since, following = statement[:5]
        before, place = statement[11], f"offset {following} of {topic}/{partition}"
        if before != ZEROS and there.get(before) != (topic, partition, since):
            raise Wrong(f"the checkpoint before that of {place} is not there")
        if (topic, partition, before) in followed and (topic, partition, since) not in set_back:
            raise Wrong(f"the checkpoint of {place} does not follow the one before it there, and no restoration says why")
        followed.add((topic, partition, before))
        there[sha256(canonical(statement)).hex()] = (topic, partition, following)
        partitions.add((topic, partition))
    return len(partitions)


def check_retirements(retirements, checkpoints, keys):
    """How many rows were dropped: in runs that do not overlap, and whose edges the checkpoints that stand there agree with."""
    digests = {}
    for statement in (it["statement"] for it in checkpoints):
        offset = 4 if len(statement) == 13 else 3
        for chain, digest in (("event", statement[offset + 2]), ("url", statement[offset + 3])):
            digests.setdefault((*statement[1:3], chain, int(statement[offset])), set()).add(digest)
    ends, rows = {}, 0
    for one in sorted(retirements, key=lambda it: int(it["statement"][4])):
        check_signature(one, keys)
        _form, topic, partition, chain, first, following, count, before, after = one["statement"][:9]
        place = f"offset {first} of {topic}/{partition}"
        if len(one["statement"]) != 13 or not int(first) < int(following) or int(first) < ends.get((topic, partition, chain), 0):
            raise Wrong(f"the retirement from {place} on overlaps another, or itself")
        for at, digest in ((first, before), (following, after)):
            if digest not in digests.get((topic, partition, chain, int(at)), {digest}):
                raise Wrong(f"the retirement from {place} on contradicts the checkpoint at {at}")
        ends[(topic, partition, chain)] = int(following)
        rows += int(count)
    return rows


def told(check):
    """Says what comes of a check, and gives the exit status."""
    try:
        print(f"holds: {check()}")
        return 0
    except Wrong as wrong:
        print(f"does not hold: {wrong}")
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        print(f"does not hold: it is not of the written form ({error})")
    return 3


def main(arguments):
    if len(arguments) < 4 or arguments[0] not in ("proof", "checkpoints") or set(arguments[2::2]) != {"--key"}:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    kind, path, keys = arguments[0], arguments[1], arguments[3::2]
    if kind == "checkpoints":
        return told(lambda: check_checkpoints(path, read_keys(keys)))
    lines = [line for line in pathlib.Path(path).read_text("utf-8").splitlines() if line]
    statuses = [told(lambda line=line: check_proof(json.loads(line), read_keys(keys))) for line in lines]
    return max(statuses, default=3)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
