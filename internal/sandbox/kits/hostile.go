package kits

import (
	"bytes"
	"compress/flate"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const deploy = "evil-kit/dist/pingfederate/server/default/deploy/"

// bombSize is what the two bombs inflate to.
const bombSize = 600 << 20

// hostile makes the archives that must be refused before anything is written, by what is wrong with them.
var hostile = map[string]func() []byte{
	"zip-slip":              beside("../../../../evil.jar"),
	"zip-slip-inside":       beside(deploy + "../../../../../../evil.jar"),
	"absolute-path":         beside("/opt/evil.jar"),
	"drive-letter":          beside("C:/evil.jar"),
	"drive-relative":        beside("C:evil.jar"),
	"network-share":         beside("//server/share/evil.jar"),
	"backslash":             beside(`evil-kit\dist\evil.jar`),
	"backslash-slip":        beside(`..\..\evil.jar`),
	"control-character":     beside(deploy + "evil\n.jar"),
	"nul-character":         beside(deploy + "evil.jar\x00.txt"),
	"empty-name":            beside(""),
	"dot-name":              beside(deploy + "./evil.jar"),
	"duplicate":             duplicate(deploy+"evil-1.0.jar", deploy+"evil-1.0.jar"),
	"duplicate-by-case":     duplicate(deploy+"evil-1.0.jar", deploy+"EVIL-1.0.jar"),
	"file-as-folder":        duplicate(deploy+"evil", deploy+"evil/evil.jar"),
	"symlink":               special(0o120777, "../../../../../etc"),
	"device":                special(0o020666, ""),
	"named-pipe":            special(0o010666, ""),
	"encrypted":             encrypted,
	"bomb":                  func() []byte { return bomb(bombSize, bombSize) },
	"bomb-with-false-size":  func() []byte { return bomb(bombSize, 10) },
	"high-ratio":            func() []byte { return bomb(20<<20, 20<<20) },
	"too-many-entries":      tooManyEntries,
	"wrong-checksum":        wrongChecksum,
	"other-name-in-headers": otherName,
	"no-directory":          func() []byte { return cut(stored(deploy+"a.bin", noise("cut", 500))) },
	"cut-after-inner-zip":   func() []byte { return cut(good()...) },
	"not-a-zip":             func() []byte { return []byte("<html><body>Sign in to continue</body></html>\n") },
	"empty":                 func() []byte { return []byte{} },
}

// HostileKinds lists the names that [Hostile] knows, sorted.
func HostileKinds() []string { return slices.Sorted(maps.Keys(hostile)) }

// Hostile makes the archive of that kind, and panics for a kind that [HostileKinds] does not list. All look like a kit in
// layout A but for the one thing their kind names.
func Hostile(kind string) *Kit {
	build, ok := hostile[kind]
	if !ok {
		panic(fmt.Sprintf("kits: no hostile kit %q; there are %s", kind, strings.Join(HostileKinds(), ", ")))
	}
	return newKit(func() []segment {
		b := build()
		return []segment{{data: b, length: int64(len(b))}}
	})
}

func good() []rawEntry {
	return []rawEntry{
		stored("evil-kit/Legal.pdf", document("Legal notices")),
		stored(deploy+"pf-evil-adapter-1.0.jar", Jar("pf-evil-adapter", "1.0")),
	}
}

// cut leaves out the end of the archive. Where a stored jar stands in it, careless readers take the jar's directory for the
// archive's.
func cut(entries ...rawEntry) []byte {
	b := rawZip(entries...)
	return b[:len(b)-40]
}

func beside(name string) func() []byte {
	return func() []byte { return rawZip(append(good(), stored(name, []byte("evil")))...) }
}

func duplicate(first, second string) func() []byte {
	return func() []byte {
		return rawZip(append(good(), stored(first, []byte("first")), stored(second, []byte("second")))...)
	}
}

func special(mode uint32, content string) func() []byte {
	return func() []byte {
		e := stored(deploy+"evil", []byte(content))
		e.mode = mode
		return rawZip(append(good(), e)...)
	}
}

func encrypted() []byte {
	e := stored(deploy+"evil.jar", noise("encrypted", 100))
	e.flags = 1
	return rawZip(append(good(), e)...)
}

func wrongChecksum() []byte {
	e := stored(deploy+"evil.jar", noise("checksum", 100))
	e.crc++
	return rawZip(append(good(), e)...)
}

// otherName names an entry harmlessly in the directory and badly in its own header: readers differ in which they believe.
func otherName() []byte {
	e := stored("../../../../evil.jar", []byte("evil"))
	e.central = deploy + "fine-1.0.jar"
	return rawZip(append(good(), e)...)
}

func tooManyEntries() []byte {
	entries := good()
	for i := range 10_001 {
		entries = append(entries, stored(fmt.Sprintf("%sn%05d.txt", deploy, i), nil))
	}
	return rawZip(entries...)
}

// bomb inflates to so many zeros, whole MiB of them, while its headers claim another size.
func bomb(size int, claimed uint32) []byte {
	zeros := make([]byte, 1<<20)
	var chunk, end bytes.Buffer
	flush := func(w *flate.Writer, err error) {
		if err == nil {
			_, err = w.Write(zeros)
		}
		if err == nil {
			err = w.Flush()
		}
		if err != nil {
			panic("kits: cannot deflate zeros: " + err.Error()) // the level is valid and a buffer takes everything
		}
	}
	// A block flushed by a fresh writer refers to nothing before it, so copies of it may follow one another.
	flush(flate.NewWriter(&chunk, flate.BestCompression))
	last, err := flate.NewWriter(&end, flate.BestCompression)
	if err == nil {
		err = last.Close()
	}
	if err != nil {
		panic("kits: cannot deflate nothing: " + err.Error()) // likewise
	}
	body := append(bytes.Repeat(chunk.Bytes(), size>>20), end.Bytes()...)
	return rawZip(append(good(), rawEntry{
		name: deploy + "zeros.jar", method: 8, body: body, size: claimed, mode: 0o100644,
		crc: crc(segment{data: zeros, length: int64(size)}),
	})...)
}
