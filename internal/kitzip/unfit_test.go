package kitzip

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zip"
)

// unicodePath is the extra field with another name (APPNOTE.TXT 4.6.9).
func unicodePath(of, name string) string {
	field := binary.LittleEndian.AppendUint16(nil, extraUnicodePath)
	field = binary.LittleEndian.AppendUint16(field, uint16(5+len(name)))
	field = binary.LittleEndian.AppendUint32(append(field, 1), crc32.ChecksumIEEE([]byte(of)))
	return string(field) + name
}

// set returns a change of the own header: a number at an offset.
func set(at int, number uint32) func([]byte) {
	return func(header []byte) { binary.LittleEndian.PutUint32(header[at:], number) }
}

const (
	localCRC    = 14
	localPacked = 18
	localFull   = 22
)

// disputes are entries that programs see differently, without their names.
func disputes() map[string]raw {
	return map[string]raw{
		"other checksum inside":                  {body: "x", local: set(localCRC, 1)},
		"no checksum inside":                     {body: "x", local: set(localCRC, 0)},
		"other size inside":                      {body: "x", local: set(localFull, 2)},
		"other packed size inside":               {body: "x", local: set(localPacked, 2)},
		"large size inside without its field":    {body: "x", local: set(localFull, 1<<32-1)},
		"large size inside that differs":         {body: "x", local: set(localFull, 1<<32-1), localExtra: zip64(2)},
		"other checksum before a descriptor":     {body: "x", flags: flagDescriptor, behind: descriptor("x", true, 4), local: set(localCRC, 1)},
		"other size before a descriptor":         {body: "x", flags: flagDescriptor, behind: descriptor("x", true, 4), local: set(localFull, 2)},
		"other Unicode Path":                     {body: "x", extra: unicodePath("?", "dist/evil.jar")},
		"other Unicode Path in the own header":   {body: "x", localExtra: unicodePath("?", "dist/evil.jar")},
		"Unicode Path that differs by case":      {body: "x", extra: unicodePath("?", "DIST/X.JAR")},
		"Unicode Path behind another field":      {body: "x", extra: "\xfe\xca\x00\x00" + unicodePath("?", "dist/evil.jar")},
		"Unicode Path with a checksum that fits": {body: "x", extra: unicodePath("dist/x.jar", "dist/evil.jar")},
	}
}

func TestDisputedEntries(t *testing.T) {
	for name, entry := range disputes() {
		t.Run(name, func(t *testing.T) {
			entry.name = "pf-x-1.0/dist/x.jar"
			data := beside(entry)
			err := Check(bytes.NewReader(data), int64(len(data)))
			if unsafe, ok := errors.AsType[*UnsafeError](err); !ok || unsafe.Reason != ReasonDisputed {
				t.Fatalf("installed: %v, want the reason %s", err, ReasonDisputed)
			}
			a := open(t, data)
			if p, err := a.Place(PlaceOptions{Exclude: []string{"dist/x.jar", "dist/evil.jar", "DIST/**"}}); err != nil || len(p.Files) != 1 {
				t.Errorf("excluded: %v, %v", p.Files, err)
			}
			if _, _, err := a.Copier().Copy(t.Context(), &bytes.Buffer{}, entry.name); !errors.Is(err, ErrUnsafe) {
				t.Errorf("copied: %v", err)
			}
			if strings.Contains(name, "Unicode") {
				return // the other name is that of an installed file
			}
			entry.name = "pf-x-1.0/docs/x.txt"
			data = beside(entry)
			if err := Check(bytes.NewReader(data), int64(len(data))); err != nil {
				t.Errorf("not installed: %v", err)
			}
		})
	}
	t.Run("a name that leads elsewhere condemns the archive", func(t *testing.T) {
		data := beside(raw{name: "docs/x.txt", extra: unicodePath("docs/x.txt", "../x.jar")})
		if err := CheckArchive(bytes.NewReader(data), int64(len(data))); !errors.Is(err, ErrUnsafe) {
			t.Errorf("%v", err)
		}
	})
}

// Whatever number is changed in one header alone, the file is refused or the
// change is one that honest programs make.
func TestNoHeaderDiffersUnnoticed(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	for range 3000 {
		field := []int{localCRC, localPacked, localFull}[random.IntN(3)]
		number := []uint32{0, 1, 1<<32 - 1, random.Uint32()}[random.IntN(4)]
		entry := raw{name: "dist/x.jar", body: strings.Repeat("x", 1+random.IntN(3)), local: set(field, number)}
		if random.IntN(2) == 0 {
			entry.flags, entry.behind = flagDescriptor, descriptor(entry.body, true, 4)
		}
		honest := number == uint32(len(entry.body)) && field != localCRC || entry.flags != 0 && (number == 0 || number == 1<<32-1 && field != localCRC)
		data := beside(entry)
		err := Check(bytes.NewReader(data), int64(len(data)))
		if honest != (err == nil) || err != nil && !errors.Is(err, ErrUnsafe) {
			t.Fatalf("seed %d: %d at %d, flags %d: %v", seed, number, field, entry.flags, err)
		}
	}
}

// Entries that are not installed do not keep the jar from being installed.
func TestWhatIsNotInstalledDoesNotMatter(t *testing.T) {
	blank := deflate(strings.Repeat("\x00", 3<<20))
	for name, entries := range map[string][]raw{
		"identical twice":             {{name: "legal/NOTICE.txt", body: "n"}, {name: "legal/NOTICE.txt", body: "n"}},
		"identical jar twice":         {{name: fine, body: "jar"}},
		"different twice":             {{name: "LICENSE", body: "1"}, {name: "LICENSE", body: "2"}},
		"names that differ by case":   {{name: "LICENSE", body: "1"}, {name: "license/apache.txt"}},
		"control character":           {{name: "docs/Icon\r"}},
		"not UTF-8":                   {{name: "docs/\xe9.txt", body: "x"}},
		"question mark":               {{name: "docs/what?.html", body: "x"}},
		"folder with a question mark": {{name: "docs/what?/"}, {name: "docs/what?/x.html"}},
		"large sample":                {{name: "sample/x.db", body: blank, method: zip.Deflate, crc: crc32.ChecksumIEEE(make([]byte, 3<<20)), size: 3 << 20}},
		"huge sample before the jar":  {{name: "sample/x.db", body: blank, method: zip.Deflate, crc: 1, size: 600 << 20}},
		"packed otherwise":            {{name: "docs/x.txt", body: "x", method: 12, crc: 1}},
		"encrypted":                   {{name: "docs/x.txt", body: "x", flags: 1}},
		"damaged":                     {{name: "docs/x.txt", body: "x", crc: 1}},
		"announces too little":        {{name: "docs/x.txt", body: deflate("0123456789"), method: zip.Deflate, crc: 1, size: 9}},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range entries {
				if entries[i].name != fine {
					entries[i].name = "pf-x-1.0/" + entries[i].name
				}
			}
			data := rawZip(append(slices.Clone(entries), raw{name: fine, body: "jar"})...)
			if err := Check(bytes.NewReader(data), int64(len(data))); err != nil {
				t.Fatal(err)
			}
			a := open(t, data)
			if _, err := a.Verify(t.Context()); err != nil {
				t.Fatal(err)
			}
			p, err := a.Place(PlaceOptions{})
			if err != nil || len(p.Files) != 1 || p.Files[0].From != fine {
				t.Fatalf("%v, %v", p.Files, err)
			}
			root, dir := newRoot(t)
			if _, err := a.Extract(t.Context(), root, a.All(), ExtractOptions{}); err != nil {
				t.Fatalf("unpacked as it is: %v", err)
			}
			if got := tree(t, dir); !slices.Contains(got, "in/root/"+fine+"=jar") {
				t.Errorf("there is %v", got)
			}
		})
	}
}

// The same faults are refused where the file is wanted, and exclude helps.
func TestExcludeHelps(t *testing.T) {
	for name, entries := range map[string][]raw{
		"different twice":  {{name: "dist/a.jar", body: "1"}, {name: "dist/a.jar", body: "2"}},
		"by case":          {{name: "dist/a.jar", body: "1"}, {name: "dist/A.jar", body: "1"}},
		"question mark":    {{name: "dist/a?.jar"}},
		"packed otherwise": {{name: "dist/a.jar", body: "x", method: 12, crc: 1}},
		"damaged":          {{name: "dist/a.jar", body: "x", crc: 1}},
		"too large":        {{name: "dist/a.jar", body: "x", method: zip.Deflate, crc: 1, size: 600 << 20}},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range entries {
				entries[i].name = "pf-x-1.0/" + entries[i].name
			}
			a := open(t, beside(entries...))
			if _, err := a.Verify(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Place(PlaceOptions{}); !errors.Is(err, ErrUnsafe) && !errors.Is(err, ErrDamaged) {
				t.Errorf("installed: %v", err)
			}
			if _, err := a.Place(PlaceOptions{Exclude: []string{"docs/**"}, Rules: []Rule{{"dist/a*.jar", "server/default/lib/"}, {"dist/A*.jar", "x/"}}}); !errors.Is(err, ErrUnsafe) && !errors.Is(err, ErrDamaged) {
				t.Errorf("installed by a rule: %v", err)
			}
			if p, err := a.Place(PlaceOptions{Exclude: []string{"dist/[aA]*"}}); err != nil || len(p.Files) != 1 {
				t.Errorf("excluded: %v, %v", p.Files, err)
			}
		})
	}
}

// A checksum of four bytes is easily made to match: copies are compared whole.
func TestCopiesAreCompared(t *testing.T) {
	// Both texts have the CRC-32 4ddb0c25.
	const one, two = "plumless", "buckeroo"
	if crc32.ChecksumIEEE([]byte(one)) != crc32.ChecksumIEEE([]byte(two)) {
		t.Fatal("the two texts have different checksums")
	}
	a := open(t, beside(raw{name: "dist/x.jar", body: one}, raw{name: "dist/x.jar", body: two}))
	if _, err := a.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := a.Place(PlaceOptions{})
	if unsafe, ok := errors.AsType[*UnsafeError](err); !ok || unsafe.Reason != ReasonDuplicate {
		t.Errorf("%v, want the reason %s", err, ReasonDuplicate)
	}
}

func TestPaddingOfZeros(t *testing.T) {
	data := beside()
	open(t, append(bytes.Clone(data), make([]byte, 10_240-len(data))...))
	if _, err := OpenReader(bytes.NewReader(append(bytes.Clone(data), 0, 0, 1)), int64(len(data))+3); !errors.Is(err, ErrUnsafe) {
		t.Errorf("something behind zeros: %v", err)
	}
}

// The end of an archive may give the directory's size alone to its Zip64 record.
func TestZip64ByTheDirectorysSize(t *testing.T) {
	data := beside()
	le := binary.LittleEndian
	end := bytes.Clone(data[len(data)-endLength:])
	size, offset := le.Uint32(end[12:]), le.Uint32(end[16:])
	data = data[:len(data)-endLength]
	at := uint64(len(data))
	data = le.AppendUint32(data, end64Signature)
	data = le.AppendUint64(data, 44)
	data = append(data, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	data = le.AppendUint64(data, 1)
	data = le.AppendUint64(data, 1)
	data = le.AppendUint64(data, uint64(size))
	data = le.AppendUint64(data, uint64(offset))
	data = le.AppendUint32(data, locator64Signature)
	data = le.AppendUint32(data, 0)
	data = le.AppendUint64(data, at)
	data = le.AppendUint32(data, 1)
	le.PutUint32(end[12:], 1<<32-1)
	open(t, append(data, end...))
}
