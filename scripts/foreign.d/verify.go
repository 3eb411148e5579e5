// Checks a log with Go's own implementation: golang.org/x/mod/sumdb, written for the checksum database of Go modules.
//
//	verify LOG POLICY [EARLIER-CHECKPOINT | FILE.tlog-proof]...
//
// Signatures: the log's (by sumdb/note) and Ed25519 cosignatures (crypto/ed25519); ML-DSA is left to verify.py.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) < 3 {
		fail("usage: verify LOG POLICY [EARLIER-CHECKPOINT | FILE.tlog-proof]...")
	}
	root, keys := os.Args[1], readPolicy(os.Args[2])
	tree := openCheckpoint(read(filepath.Join(root, "checkpoint")), keys)
	// Every hash that this reader gives has been led back to the root.
	hashes := tlog.TileHashReader(tree, &tiles{root, map[string][]byte{}})
	leaves := checkLeaves(root, tree, hashes)
	checkInclusion(tree, hashes, leaves)
	for _, path := range os.Args[3:] {
		if strings.HasSuffix(path, ".tlog-proof") {
			checkProofFile(path, string(read(path)), keys, leaves)
		} else {
			checkConsistency(openCheckpoint(read(path), keys), tree, hashes)
		}
	}
	fmt.Printf("go: %d entries, every leaf, signatures, %d other files: good\n", tree.N, len(os.Args)-3)
}

// checkLeaves compares the hash of every entry with the tree.
func checkLeaves(root string, tree tlog.Tree, hashes tlog.HashReader) []tlog.Hash {
	var leaves []tlog.Hash
	for first := int64(0); first < tree.N; first += 256 {
		width := min(256, tree.N-first)
		bundle := read(filepath.Join(root, pathOf(tlog.Tile{H: 8, L: -1, N: first / 256, W: int(width)})))
		var indexes []int64
		for i := int64(0); i < width; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, first+i))
		}
		want, err := hashes.ReadHashes(indexes)
		check(err)
		for i := range want {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				fail("the bundle of leaf %d is cut short", first)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			leaf := tlog.RecordHash(bundle[2:end])
			if leaf != want[i] {
				fail("leaf %d is not the one in the tree", first+int64(i))
			}
			leaves, bundle = append(leaves, leaf), bundle[end:]
		}
		if len(bundle) > 0 {
			fail("something follows leaf %d", first+width-1)
		}
	}
	return leaves
}

// checkInclusion makes and checks a thousand inclusion proofs, or all of a smaller log.
func checkInclusion(tree tlog.Tree, hashes tlog.HashReader, leaves []tlog.Hash) {
	for i := int64(0); i < tree.N; i += 1 + tree.N/1000 {
		proof, err := tlog.ProveRecord(tree.N, i, hashes)
		check(err)
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, i, leaves[i]))
	}
}

func checkConsistency(old, tree tlog.Tree, hashes tlog.HashReader) {
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	check(err)
	check(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
}

func checkProofFile(path, text string, keys []note.Verifier, leaves []tlog.Hash) {
	head, checkpoint, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" || len(lines) < 2 {
		fail("%s is no proof", path)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	check(err)
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		check(err)
		proof = append(proof, hash)
	}
	tree := openCheckpoint([]byte(checkpoint), keys)
	check(tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaves[index]))
}

// openCheckpoint checks all signatures that it can; a line that no known key made is refused, except ML-DSA's.
func openCheckpoint(text []byte, keys []note.Verifier) tlog.Tree {
	opened, err := note.Open(text, note.VerifierList(keys...))
	check(err)
	if opened.Sigs[0].Name != strings.SplitN(opened.Text, "\n", 2)[0] {
		fail("the first signature is not the log's")
	}
	for _, unknown := range opened.UnverifiedSigs {
		if len(unknown.Base64) < 3000 {
			fail("nobody knows the key of %s", unknown.Name)
		}
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	hash, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: hash}
}

// readPolicy gives the keys of a policy file that Go can check with.
func readPolicy(path string) []note.Verifier {
	var keys []note.Verifier
	for _, line := range strings.Split(string(read(path)), "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 2 && words[0] == "log":
			key, err := note.NewVerifier(words[1])
			check(err)
			keys = append(keys, key)
		case len(words) == 3 && words[0] == "witness":
			parts := strings.SplitN(words[2], "+", 3)
			key, err := base64.StdEncoding.DecodeString(parts[2])
			check(err)
			if key[0] == 4 {
				keys = append(keys, cosigner{parts[0], key})
			}
		}
	}
	return keys
}

// cosigner checks cosignature/v1: a time, and Ed25519 over it and the note's text.
type cosigner struct {
	name string
	key  []byte
}

func (c cosigner) Name() string { return c.name }

func (c cosigner) KeyHash() uint32 {
	hash := sha256.Sum256(append([]byte(c.name+"\n"), c.key...))
	return binary.BigEndian.Uint32(hash[:])
}

func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(ed25519.PublicKey(c.key[1:]), append([]byte(head), text...), signature[8:])
}

// tiles reads tiles from a folder, each once.
type tiles struct {
	root string
	have map[string][]byte
}

func (t *tiles) Height() int                                { return 8 }
func (t *tiles) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := pathOf(tile)
		if t.have[path] == nil {
			t.have[path] = read(filepath.Join(t.root, path))
		}
		all = append(all, t.have[path])
	}
	return all, nil
}

// pathOf is the path of tlog-tiles, which leaves out the height that Go's own path states.
func pathOf(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

func read(path string) []byte {
	content, err := os.ReadFile(path)
	check(err)
	return content
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, words ...any) {
	fmt.Fprintf(os.Stderr, "go: "+format+"\n", words...)
	os.Exit(1)
}
