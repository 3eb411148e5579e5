"""Checks a log with the Python package tlog-scales, which shares no code with Mostari or Go.

    verify.py LOG POLICY [EARLIER-CHECKPOINT | FILE.tlog-proof]...

Signatures: the log's, Ed25519 cosignatures and ML-DSA-44 cosignatures (by cryptography, that is OpenSSL).
"""

import sys
from pathlib import Path

from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash, next_split
from tlog_scales.tlog import Checkpoint, InclusionProof
from tlog_scales.utils import b64dec, sha256


def read_policy(path):
    lines = [line.split() for line in Path(path).read_text().splitlines()]
    return [Vkey.from_string(words[-1]) for words in lines if words and words[0] in ("log", "witness")]


def open_checkpoint(text, keys):
    """Every line must be the signature of a known key, one of them the log's. The quorum is not asked for."""
    checkpoint = Checkpoint.from_text(text)
    assert checkpoint.serialize() == text, "the checkpoint is not written as it is read"
    assert any(signature.name == checkpoint.origin for signature in checkpoint.signatures), "the log has not signed"
    for signature in checkpoint.signatures:
        known = [key for key in keys if key.match(signature)]
        assert known, f"nobody knows the key of {signature.name}"
        known[0].get_verifier().verify(signature.payload, checkpoint)
    return checkpoint


def root_of(hashes):
    if len(hashes) == 1:
        return hashes[0]
    split = next_split(len(hashes))
    return sha256(b"\x01" + root_of(hashes[:split]) + root_of(hashes[split:]))


def check_leaves(reader, size):
    """Every entry against its tile, and every full tile against the one above it."""
    leaves = [leaf_hash(reader.get_entry(i)) for i in range(size)]
    level = leaves
    span = 1
    while level:
        for i, hash in enumerate(level):
            assert reader.mth(i * span, (i + 1) * span) == hash, f"hash {i} of span {span} is not the tree's"
        level = [root_of(level[i:i + 256]) for i in range(0, len(level) - 255, 256)]
        span *= 256
    return leaves


def check_proof_file(text, keys, leaves):
    head, _, checkpoint = text.partition("\n\n")
    first, index, *hashes = head.split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    checkpoint = open_checkpoint(checkpoint, keys)
    index = int(index.removeprefix("index "))
    InclusionProof(index, checkpoint.size, [b64dec(h) for h in hashes]).check(leaves[index], checkpoint.root_hash)


def main(log, policy, *others):
    keys = read_policy(policy)
    reader = TilesReader(LocalBackend(Path(log)))
    tree = open_checkpoint((Path(log) / "checkpoint").read_text(), keys)
    reader.set_size(tree.size)
    leaves = check_leaves(reader, tree.size)
    assert reader.calculate_root_hash() == tree.root_hash, "the tiles have another root"
    for i in range(0, tree.size, 1 + tree.size // 1000):
        reader.get_inclusion_proof(i, tree.size).check(leaves[i], tree.root_hash)
    for path in others:
        text = Path(path).read_text()
        if path.endswith(".tlog-proof"):
            check_proof_file(text, keys, leaves)
        else:
            old = open_checkpoint(text, keys)
            reader.get_consistency_proof(old.size, tree.size).check(old.root_hash, tree.root_hash)
    print(f"python: {tree.size} entries, every leaf, all signatures, {len(others)} other files: good")


try:
    main(*sys.argv[1:])
except Exception as error:
    sys.exit(f"python: {type(error).__name__} {error}")
