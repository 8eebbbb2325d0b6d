#!/usr/bin/env python3
"""Checks archives of the audit with a public key and the written format alone.

Usage: verify_archive.py <folder> [<folder> ...] --key <public key, PEM> [--key ...]

Each folder is one archive, as audit-archive writes them; the format is docs/audit-format.md, "Archives". Rows in NDJSON are recomputed; of rows in
Parquet, which Python cannot read by itself, the files' hashes are compared, and the manifest that tells of them must be signed. Needs Python 3.8
or newer and nothing else, and shares no code with the platform.
Exit status: 0 everything holds, 3 something does not, 2 wrong usage.
"""

import gzip
import hashlib
import json
import pathlib
import sys
import zlib

from verify_audit import ZEROS, Wrong, believe_followers, canonical, check_signature, is_signed, read_keys, seconds, sha256, told

FORM = "ssp.audit.archive.v1"
TABLES = {"event": "event", "url": "full_url"}


def hash_of(path):
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def check_manifest(folder, keys):
    """The manifest, once it is the one that was signed and each of its files is the one that it tells of."""
    data = (folder / "manifest.json").read_bytes()
    manifest = json.loads(data)
    if manifest["format"] != FORM:
        raise Wrong("this is no archive of a form that is known here")
    believe_followers(keys, manifest["keys"])
    signed = json.loads((folder / "manifest.signature.json").read_text("utf-8"))
    form, month, at, digest, signer = signed["statement"]
    if form != FORM or signer not in keys:
        raise Wrong(f"{folder.name}: the manifest is not signed by a known key")
    if not is_signed(keys[signer]["key"], canonical(signed["statement"]), bytes.fromhex(signed["signature"])):
        raise Wrong(f"{folder.name}: the manifest's signature does not hold")
    if keys[signer]["until"] is not None and seconds(at) > seconds(keys[signer]["until"]) + 60:
        raise Wrong(f"{folder.name}: the manifest is signed by a key that had been replaced by then")
    if digest != sha256(data).hex() or month != manifest["month"]:
        raise Wrong(f"{folder.name}: it is not the manifest that was signed")
    for file in manifest["files"]:
        if "/" in file["name"] or hash_of(folder / file["name"]) != (file["sha256"], file["bytes"]):
            raise Wrong(f"{folder.name}: {file['name']} is not the file that the manifest tells of")
    return manifest


def lines(folder, manifest, table, partition):
    for file in manifest["files"]:
        if (file["table"], file["topic"], file["partition"]) == (table, partition["topic"], partition["partition"]):
            with gzip.open(folder / file["name"], "rt", encoding="utf-8", newline="\n") as text:
                for line in text:
                    yield json.loads(line)


def tree_root(leaves):
    """The root of a tree (RFC 9162, section 2.1.1)."""
    if len(leaves) < 2:
        return sha256(b"\0", leaves[0]) if leaves else sha256()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1", tree_root(leaves[:half]), tree_root(leaves[half:]))


def put_aside_of(folder, manifest, partition):
    """The hashes of the records put aside, by their offsets."""
    found = {}
    for row in lines(folder, manifest, "quarantine", partition):
        record = [partition["topic"], partition["partition"], row["offset"], sha256(bytes.fromhex(row["bytes"])).hex(), row["reason"]]
        found[int(row["offset"])] = sha256(canonical(record))
    return found


def checkpoints_of(folder, manifest, partition, keys, put_aside):
    """The checkpoints as (nextOffset, digests). One to which a signed one is linked by its hash needs no look at its own signature."""
    where = f"{folder.name}: {partition['topic']}/{partition['partition']}"
    found = list(lines(folder, manifest, "checkpoint", partition))
    before = None
    for signed, following in zip(found, found[1:] + [None]):
        statement = signed["statement"]
        if following is None or not is_linked(following["statement"], statement):
            check_signature(signed, keys)
        if statement[1:3] != [partition["topic"], partition["partition"]]:
            raise Wrong(f"{where}: a checkpoint is of another partition")
        if statement[0] == "ssp.audit.checkpoint.v1":
            yield int(statement[3]), {"event": statement[5], "url": statement[6]}
            continue
        since, end = int(statement[3]), int(statement[4])
        held = any(int(it["since"]) < since <= int(it["nextOffset"]) for it in partition["checkpoints"])
        if held and (before is None or not is_linked(statement, before)):
            raise Wrong(f"{where}: the checkpoint at offset {since} is not there")
        if put_aside is not None:
            leaves = [put_aside[offset] for offset in sorted(put_aside) if since <= offset < end]
            if tree_root(leaves).hex() != statement[10]:
                raise Wrong(f"{where}: a record put aside between {since} and {end} is not as it was")
        before = statement
        yield end, {"event": statement[6], "url": statement[7]}


def is_linked(following, statement):
    return following[0] == "ssp.audit.checkpoint.v2" and following[11] == sha256(canonical(statement)).hex()


def check_chain(folder, manifest, partition, kind, put_aside, checkpoints):
    """Recomputes a chain's rows and compares it with the checkpoints that fall within; gives how many rows there were."""
    said, where = partition["chains"][kind], f"{folder.name}: {kind} chain of {partition['topic']}/{partition['partition']}"
    coming = iter(checkpoints)
    checkpoint = next(coming, None)
    last, digest, rows = None, None, 0
    for row in lines(folder, manifest, TABLES[kind], partition):
        offset = int(row["offset"])
        if row["previous_digest"] is not None:
            before = -1 if row["previous_offset"] is None else int(row["previous_offset"])
            if last is not None and before <= last:
                raise Wrong(f"{where}: offset {offset} does not follow from the row before it")
            # What stands between is of another month: a checkpoint there is met in that month's archive.
            while checkpoint and checkpoint[0] <= before:
                if last is not None and checkpoint[0] == last + 1 and checkpoint[1][kind] != digest.hex():
                    raise Wrong(f"{where}: the checkpoint at offset {checkpoint[0]} contradicts it")
                checkpoint = next(coming, None)
            digest = bytes.fromhex(row["previous_digest"])
            if row["previous_offset"] is None and digest.hex() != ZEROS:
                raise Wrong(f"{where}: offset {offset} begins the chain and follows something")
            expected = int(partition["firstOffset"] or offset) if row["previous_offset"] is None else before + 1
        elif last is None:
            raise Wrong(f"{where}: the first row does not say what it follows")
        else:
            expected = last + 1
        while expected in put_aside:
            expected += 1
        if kind == "event" and offset != expected:
            raise Wrong(f"{where}: no row stands at offset {expected}")
        while checkpoint and checkpoint[0] <= offset:
            if checkpoint[1][kind] != digest.hex():
                raise Wrong(f"{where}: the checkpoint at offset {checkpoint[0]} contradicts it")
            checkpoint = next(coming, None)
        texts = [row["body"]] if kind == "event" else [row["internal_id"], row["occurred_at"], row["url"]]
        digest = sha256(digest, canonical([partition["topic"], partition["partition"], row["offset"], *texts]))
        if digest.hex() != row["digest"]:
            raise Wrong(f"{where}: offset {offset} is not as it was written")
        last, rows = offset, rows + 1
    if checkpoint and last is not None and checkpoint[0] == last + 1 and checkpoint[1][kind] != digest.hex():
        raise Wrong(f"{where}: the checkpoint at offset {checkpoint[0]} contradicts it")
    if (rows, str(last), digest and digest.hex()) != (said["rows"], said["last"], said["digest"]):
        raise Wrong(f"{where}: the rows do not end as the manifest says")
    return rows


def check_archive(folder, key_files):
    try:
        return found_of(folder, key_files)
    except (OSError, EOFError, zlib.error) as error:
        raise Wrong(f"{folder.name}: it cannot be read ({error})") from error


def found_of(folder, key_files):
    keys = read_keys(key_files)
    manifest = check_manifest(folder, keys)
    rows, signed = 0, 0
    for partition in manifest["partitions"]:
        put_aside = put_aside_of(folder, manifest, partition) if manifest["rows"] == "ndjson" else None
        checkpoints = list(checkpoints_of(folder, manifest, partition, keys, put_aside))
        signed += len(checkpoints)
        if put_aside is None:
            continue
        for kind in TABLES:
            if partition["chains"][kind] is not None:
                rows += check_chain(folder, manifest, partition, kind, put_aside, checkpoints)
    told_rows = f"{rows} rows" if manifest["rows"] == "ndjson" else "rows by their files' hashes"
    return f"{folder.name}: {len(manifest['files'])} files, {told_rows}, {signed} checkpoints"


def main(arguments):
    first_key = arguments.index("--key") if "--key" in arguments else 0
    folders, options = arguments[:first_key], arguments[first_key:]
    if not folders or len(options) % 2 or set(options[::2]) != {"--key"}:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    return max(told(lambda folder=folder: check_archive(pathlib.Path(folder), options[1::2])) for folder in folders)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
