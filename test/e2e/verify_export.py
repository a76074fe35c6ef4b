#!/usr/bin/env python3
"""Verifies an export package, written from docs/formats/export.md alone: python3 verify_export.py export.zip

Needs nothing but Python's own library, which has no Ed25519: of the checkpoint's signature it says nothing.
Prints one line for each thing that does not hold, and exits with 1 if there is any.
"""
import base64, hashlib, json, sys, zipfile

PROOFS = "checkpoint.txt manifest-entry.json batches.jsonl items.jsonl consistency.jsonl public-key.txt".split()
OWN = {f"proofs/{name}" for name in PROOFS} | {"files.jsonl", "manifest.json", "VERIFY.txt"}

def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def fold(index, size, leaf, path):
    """RFC 9162, section 2.1.3.2: the root that the path leads to, or None."""
    node, last, hashed = index, size - 1, leaf
    if not 0 <= node <= last:
        return None
    for sibling in (base64.b64decode(text, validate=True) for text in path):
        if last == 0:
            return None
        if node & 1 or node == last:
            hashed = sha(b"\x01", sibling, hashed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            hashed = sha(b"\x01", hashed, sibling)
        node, last = node >> 1, last >> 1
    return hashed if last == 0 else None

def messages_of_mbox(content, sizes):
    """The messages of an mbox file, of these sizes, unquoted; None where one is not there whole."""
    lines, at = content.split(b"\n"), 0
    for size in sizes:
        if at >= len(lines) or not lines[at].startswith(b"From "):
            yield None
            continue
        end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith(b"From ")), len(lines))
        own = [line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(b"From ") else line
               for line in lines[at + 1:end]]
        text = b"\n".join(own) + (b"\n" if end < len(lines) else b"")
        yield text[:size] if text[size:] in (b"\n", b"\n\n") else None
        at = end
    if b"".join(lines[at:]):
        yield None

class Package:
    def __init__(self, path):
        self.zip, self.wrong = zipfile.ZipFile(path), []
        self.names = self.zip.namelist()
        self.say = self.wrong.append

    def lines(self, name):
        return [json.loads(line) for line in self.zip.read(name).decode().split("\n")[:-1]]

    def entry(self, line, size, root):
        """The audit entry of a line, if the checkpoint's tree has it."""
        reached = fold(line["sequence"], size, sha(b"\x00", line["leaf"].encode()), line["path"])
        return json.loads(line["leaf"]) if reached == root else None

    def verify(self):
        self.wrong += [f"{name}: is missing" for name in sorted((OWN | {"items.jsonl"}) - set(self.names))]
        if self.wrong:
            return
        manifest = json.loads(self.zip.read("manifest.json"))
        origin, size, root = self.zip.read("proofs/checkpoint.txt").decode().split("\n")[:3]
        size, root = int(size), base64.b64decode(root, validate=True)
        if origin.split("/")[1] != manifest["archive"]["id"]:
            self.say("proofs/checkpoint.txt: is of another archive")
        entry = self.entry(json.loads(self.zip.read("proofs/manifest-entry.json")), size, root)
        if not entry or entry["act"] != "export.complete":
            self.say("proofs/manifest-entry.json: is not in the log")
        elif (entry["subject"], entry["detail"]["manifestSha256"]) != (
                "export:" + manifest["export"]["id"], sha(self.zip.read("manifest.json")).hex()):
            self.say("manifest.json: is not what the archive recorded")
        self.files(manifest)
        batches = {}
        for line in self.lines("proofs/batches.jsonl"):
            entry = self.entry(line, size, root)
            if entry and entry["act"] == "batch.file" and entry["subject"] == f"batch:{line['batch']}":
                batches[line["batch"]] = entry["detail"]
            else:
                self.say(f"batch {line['batch']}: is not in the log")
        self.items(manifest, batches)

    def files(self, manifest):
        content = self.zip.read("files.jsonl")
        listed = {line["path"]: line for line in self.lines("files.jsonl")}
        stated = manifest["files"]
        if (stated["sha256"], stated["size"], stated["count"]) != (sha(content).hex(), len(content), len(listed)):
            self.say("files.jsonl: is not the list that the manifest names")
        for name in self.names:
            line = listed.pop(name, None)
            if line is None and name not in OWN:
                self.say(f"{name}: is not listed, or there twice")
            elif line and (line["size"], line["sha256"]) != (len(self.zip.read(name)), sha(self.zip.read(name)).hex()):
                self.say(f"{name}: is not as it was written")
        self.wrong += [f"{name}: is missing" for name in listed]

    def items(self, manifest, batches):
        places = {}
        for line in self.lines("proofs/items.jsonl"):
            if places.setdefault(line["item"], line) is not line:
                self.say(f"item {line['item']}: has a second proof")
        copies = self.lines("items.jsonl")
        if [copy["ordinal"] for copy in copies] != list(range(1, len(copies) + 1)):
            self.say("items.jsonl: its ordinals are not 1, 2, 3 …")
        for grade, name in (("match", "matched"), ("context", "context")):
            of, counts = [copy["state"] for copy in copies if copy["grade"] == grade], manifest["counts"][name]
            ended = counts["exported"] + counts["failed"] + counts["suppressed"]
            if (ended, of.count("written"), of.count("failed")) != tuple(counts[n] for n in ("copies", "exported", "failed")):
                self.say(f"items.jsonl: the counts of {grade} are not those of the manifest")
        written = [copy for copy in copies if copy["state"] == "written"]
        taken, in_mbox = {}, manifest["export"]["format"] == "mbox"
        for path in dict.fromkeys(copy["message"] for copy in written if in_mbox):
            sizes = [copy["messageSize"] for copy in written if copy["message"] == path]
            taken[path] = messages_of_mbox(self.zip.read(path), sizes)
        for copy in written:
            where = f"no. {copy['ordinal']}, item {copy['itemId']}"
            digest = copy["messageSha256"]
            if copy["message"] is not None:
                if in_mbox:
                    message = next(taken[copy["message"]], None)
                else:
                    message = self.zip.read(copy["message"]) if copy["message"] in self.names else None
                digest = None if message is None else sha(message).hex()
            place = places.get(copy["itemId"])
            batch = batches.get(place["batch"]) if place else None
            if not batch:
                self.say(f"{where}: has no proof")
                continue
            item, original = bytes.fromhex(copy["itemId"].replace("-", "")), bytes.fromhex(copy["originalSha256"])
            leaf = sha(b"holdfast leaf 1", item, base64.b64decode(copy["blind"]), original, bytes.fromhex(digest or ""))
            reached = fold(place["index"], batch["items"], sha(b"\x00", leaf), place["path"])
            if digest != copy["messageSha256"] or reached is None or reached.hex() != batch["merkleRoot"]:
                self.say(f"{where}: is not as it was archived")
        self.wrong += [f"item {item}: is not in the package" for item in places.keys() - {c["itemId"] for c in written}]
        if any(True for rest in taken.values() for _ in rest):
            self.say("an mbox file has more than is listed")

if __name__ == "__main__":
    package = Package(sys.argv[1])
    try:
        package.verify()
    except (ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile) as error:
        package.say(f"the package is not as the layout says: {error!r}")
    print("\n".join(package.wrong) or "all holds; the signature of the checkpoint was not looked at")
    sys.exit(bool(package.wrong))
