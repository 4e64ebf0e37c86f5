// Checks a published log with Go's own code: golang.org/x/mod/sumdb/note for signatures, .../tlog for tree and tiles.
//
// usage: checklog FOLDER      (tools/check-receipts says what the folder holds)
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var folder string

func fail(what string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "checklog: %s: %v\n", what, err)
		os.Exit(1)
	}
}

func read(parts ...string) []byte {
	data, err := os.ReadFile(filepath.Join(append([]string{folder}, parts...)...))
	fail("reading", err)
	return data
}

// A witness's key: what c2sp.org/tlog-cosignature adds to the notes that Go knows.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(signature), text)
	return ed25519.Verify(c.key, []byte(message), signature[8:])
}

func newCosigner(text string) cosigner {
	parts := strings.SplitN(text, "+", 3)
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	fail("witness's key id", err)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	fail("witness's key", err)
	if key[0] != 4 {
		fail("witness's key", fmt.Errorf("type %d", key[0]))
	}
	return cosigner{parts[0], uint32(hash), ed25519.PublicKey(key[1:])}
}

// Opens a checkpoint: origin, size, root.
func checkpoint(data []byte, verifiers ...note.Verifier) (tlog.Tree, int) {
	opened, err := note.Open(data, note.VerifierList(verifiers...))
	fail("checkpoint's signature", err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifiers[0].Name() {
		fail("checkpoint", fmt.Errorf("origin %q", lines[0]))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	fail("checkpoint's size", err)
	root, err := tlog.ParseHash(lines[2])
	fail("checkpoint's root", err)
	return tlog.Tree{N: size, Hash: root}, len(opened.Sigs)
}

// Reads tiles of height 8 from the folder; Go's path names the height, that of tlog-tiles does not.
type tiles struct{ count int }

func (t *tiles) Height() int                      { return 8 }
func (t *tiles) SaveTiles([]tlog.Tile, [][]byte)  {}
func (t *tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range list {
		data = append(data, read(strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		t.count++
	}
	return data, nil
}

// Splits a bundle of entries.
func entries(data []byte) [][]byte {
	var list [][]byte
	for len(data) > 0 {
		length := int(binary.BigEndian.Uint16(data))
		list = append(list, data[2:2+length])
		data = data[2+length:]
	}
	return list
}

func main() {
	folder = os.Args[1]
	log, err := note.NewVerifier(strings.TrimSpace(string(read("log.vkey"))))
	fail("log.vkey", err)
	verifiers := []note.Verifier{log}
	if data, err := os.ReadFile(filepath.Join(folder, "witnesses")); err == nil {
		for _, line := range strings.Fields(string(data)) {
			verifiers = append(verifiers, newCosigner(line))
		}
	}
	tree, signatures := checkpoint(read("checkpoint"), verifiers...)
	if signatures != len(verifiers) {
		fail("checkpoint", fmt.Errorf("%d of %d signatures", signatures, len(verifiers)))
	}
	fmt.Printf("checkpoint of %d entries: the log's signature and %d cosignatures\n", tree.N, signatures-1)

	source := &tiles{}
	reader := tlog.TileHashReader(tree, source)
	var leaves []tlog.Hash
	for index := int64(0); index*256 < tree.N; index++ {
		width := tree.N - index*256
		if width > 256 {
			width = 256
		}
		path := strings.Replace(tlog.Tile{H: 8, L: -1, N: index, W: int(width)}.Path(), "tile/8/data/", "tile/entries/", 1)
		for _, entry := range entries(read(path)) {
			leaves = append(leaves, tlog.RecordHash(entry))
		}
	}
	for start := 0; start < len(leaves); start += 256 {
		var indexes []int64
		for index := start; index < len(leaves) && index < start+256; index++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, int64(index)))
		}
		hashes, err := reader.ReadHashes(indexes)
		fail("tiles", err)
		for offset, hash := range hashes {
			if hash != leaves[start+offset] {
				fail("tiles", fmt.Errorf("entry %d", start+offset))
			}
		}
	}
	if int64(len(leaves)) != tree.N {
		fail("entries", fmt.Errorf("%d of %d", len(leaves), tree.N))
	}
	fmt.Printf("%d entries under the root, by way of the tiles\n", len(leaves))

	old, _ := filepath.Glob(filepath.Join(folder, "checkpoints", "*"))
	for _, path := range old {
		data, err := os.ReadFile(path)
		fail("reading", err)
		earlier, _ := checkpoint(data, log)
		proof, err := tlog.ProveTree(tree.N, earlier.N, reader)
		fail("consistency", err)
		fail("consistency of "+path, tlog.CheckTree(proof, tree.N, tree.Hash, earlier.N, earlier.Hash))
	}
	fmt.Printf("%d earlier checkpoints are continued by this one\n", len(old))

	receipts, _ := filepath.Glob(filepath.Join(folder, "receipts", "*.tlog-proof"))
	sort.Strings(receipts)
	for _, path := range receipts {
		data, err := os.ReadFile(path)
		fail("reading", err)
		head, rest, _ := bytes.Cut(data, []byte("\n\n"))
		within, _ := checkpoint(rest, log)
		lines := strings.Split(string(head), "\n")
		if lines[0] != "c2sp.org/tlog-proof@v1" {
			fail(path, fmt.Errorf("first line %q", lines[0]))
		}
		lines = lines[1:]
		if strings.HasPrefix(lines[0], "extra ") {
			lines = lines[1:]
		}
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
		fail(path, err)
		var proof tlog.RecordProof
		for _, line := range lines[1:] {
			hash, err := tlog.ParseHash(line)
			fail(path, err)
			proof = append(proof, hash)
		}
		leaf, err := os.ReadFile(strings.TrimSuffix(path, ".tlog-proof") + ".leaf")
		fail("reading", err)
		fail(path, tlog.CheckRecord(proof, within.N, within.Hash, index, tlog.RecordHash(leaf)))
	}
	fmt.Printf("%d receipts\n", len(receipts))
}
