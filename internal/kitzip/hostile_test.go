package kitzip

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
)

// hostile is an archive that Open must refuse.
type hostile struct {
	name string
	data []byte
	want Reason // empty: ErrNotZip
}

func hostiles() []hostile {
	return []hostile{
		{"no name", beside(raw{name: ""}), ReasonPath},
		{"absolute path", beside(raw{name: "/etc/passwd"}), ReasonPath},
		{"root", beside(raw{name: "/"}), ReasonPath},
		{"parent", beside(raw{name: "../evil"}), ReasonPath},
		{"parent within", beside(raw{name: "a/../../evil"}), ReasonPath},
		{"parent that stays", beside(raw{name: "a/b/../evil"}), ReasonPath},
		{"parent at the end", beside(raw{name: "a/.."}), ReasonPath},
		{"parent folder", beside(raw{name: "../"}), ReasonPath},
		{"dot", beside(raw{name: "./evil"}), ReasonPath},
		{"empty part", beside(raw{name: "a//evil"}), ReasonPath},
		{"two slashes at the end", beside(raw{name: "a//"}), ReasonPath},
		{"backslash", beside(raw{name: `a\evil`}), ReasonPath},
		{"backslash and parent", beside(raw{name: `..\evil`}), ReasonPath},
		{"network share", beside(raw{name: "//server/share/evil"}), ReasonPath},
		{"drive letter", beside(raw{name: "C:/evil"}), ReasonPath},
		{"drive-relative", beside(raw{name: "c:evil"}), ReasonPath},
		{"alternate stream", beside(raw{name: "evil.jar:hidden"}), ReasonName},
		{"wildcard", beside(raw{name: "evil*.jar"}), ReasonName},
		{"line break", beside(raw{name: "a/evil\n.jar"}), ReasonName},
		{"NUL", beside(raw{name: "evil.jar\x00.txt"}), ReasonName},
		{"escape", beside(raw{name: "evil\x1b[2J.jar"}), ReasonName},
		{"delete", beside(raw{name: "evil\x7f.jar"}), ReasonName},
		{"right to left", beside(raw{name: "evil\u202erаj.exe"}), ReasonName},
		{"zero width", beside(raw{name: "ev\u200bil.jar"}), ReasonName},
		{"not UTF-8", beside(raw{name: "evil\xff.jar"}), ReasonName},
		{"device of Windows", beside(raw{name: "dist/NUL"}), ReasonName},
		{"device of number 0", beside(raw{name: "dist/LPT0.txt"}), ReasonName},
		{"device with an ending", beside(raw{name: "dist/com1.jar/x"}), ReasonName},
		{"dot at the end", beside(raw{name: "dist/evil."}), ReasonName},
		{"space at the end", beside(raw{name: "dist /evil"}), ReasonName},
		{"long part", beside(raw{name: strings.Repeat("x", 256)}), ReasonName},
		{"long name", beside(raw{name: strings.Repeat("x/", 512) + "y"}), ReasonName},
		{"receipt of pingkit", beside(raw{name: "dist/pingfederate/.PingKit-receipt.json"}), ReasonName},

		{"symbolic link", beside(raw{name: "link", body: "../../etc", attrs: mode(0o120777)}), ReasonType},
		{"character device", beside(raw{name: "dev", attrs: mode(0o020666)}), ReasonType},
		{"block device", beside(raw{name: "dev", attrs: mode(0o060666)}), ReasonType},
		{"pipe", beside(raw{name: "pipe", attrs: mode(0o010666)}), ReasonType},
		{"pipe with a slash", beside(raw{name: "pipe/", attrs: mode(0o010666)}), ReasonType},
		{"socket", beside(raw{name: "socket", attrs: mode(0o140666)}), ReasonType},
		{"link with a slash", beside(raw{name: "link/", attrs: mode(0o120777)}), ReasonType},
		{"folder without a slash", beside(raw{name: "folder", attrs: mode(0o040755)}), ReasonType},
		{"folder with contents", beside(raw{name: "folder/", body: "evil"}), ReasonType},

		{"same name", beside(raw{name: fine, body: "other"}), ReasonDuplicate},
		{"same name by case", beside(raw{name: strings.ToUpper(fine), body: "other"}), ReasonDuplicate},
		{"same name by long s", beside(raw{name: "dist/SO.jar"}, raw{name: "dist/\u017fo.jar"}), ReasonDuplicate},
		{"same name by composition", beside(raw{name: "dist/caf\u00e9.jar"}, raw{name: "dist/cafe\u0301.jar"}), ReasonDuplicate},
		{"file above a file", beside(raw{name: "a/b"}, raw{name: "a/b/c"}), ReasonDuplicate},
		{"file below a file", beside(raw{name: "a/b/c/d"}, raw{name: "a/b"}), ReasonDuplicate},
		{"file above a file by case", beside(raw{name: "a/B/c"}, raw{name: "A/b"}), ReasonDuplicate},
		{"file and folder", beside(raw{name: "a/b"}, raw{name: "a/b/"}), ReasonDuplicate},
		{"folder and file", beside(raw{name: "a/b/"}, raw{name: "a/b"}), ReasonDuplicate},
		{"file above a folder", beside(raw{name: "a"}, raw{name: "a/b/"}), ReasonDuplicate},

		{"encrypted", beside(raw{name: "x", body: "x", flags: 1}), ReasonEncrypted},
		{"strongly encrypted", beside(raw{name: "x", body: "x", flags: 1 << 6}), ReasonEncrypted},
		{"masked", beside(raw{name: "x", body: "x", flags: 1 << 13}), ReasonEncrypted},
		{"encrypted with AES", beside(raw{name: "x", body: "x", method: 99, crc: 1}), ReasonMethod},
		{"bzip2", beside(raw{name: "x", body: "x", method: 12, crc: 1}), ReasonMethod},
		{"patch", beside(raw{name: "x", body: "x", flags: 1 << 5}), ReasonMethod},

		{"announces too much", beside(raw{name: "x", body: "x", method: zip.Deflate, crc: 1, size: 600 << 20}), ReasonSize},
		{"announces too much together", beside(
			raw{name: "x", body: strings.Repeat("x", 1<<21), method: zip.Deflate, crc: 1, size: 300 << 20},
			raw{name: "y", body: strings.Repeat("x", 1<<21), method: zip.Deflate, crc: 1, size: 300 << 20}), ReasonSize},
		{"announces 2^63 bytes", beside(raw{name: "x", body: "x", method: zip.Deflate, crc: 1, size: 1<<32 - 1, extra: zip64(1 << 63)}), ReasonSize},
		{"announces a ratio", beside(raw{name: "x", body: strings.Repeat("x", 10_000), method: zip.Deflate, crc: 1, size: 2_000_100}), ReasonRatio},
		{"announces a ratio by many files", rawZip(many(3000, raw{body: "x", method: zip.Deflate, crc: 1, size: 100_000})...), ReasonRatio},
		{"stored in two sizes", beside(raw{name: "x", body: "xyz", size: 2}), ReasonSize},
		{"too many entries", rawZip(many(MaxEntries+1, raw{})...), ReasonEntries},
		{"huge directory", rawZip(many(100_000, raw{})...), ReasonEntries},

		{"bytes before", append([]byte(fine), beside()...), ""}, // does not even start as a zip
		{"bytes between", beside(raw{name: "x", pad: "hidden"}), ReasonStructure},
		{"archive before an archive", append(beside(), beside()...), ReasonStructure},
		{"bytes behind", append(beside(), "hidden"...), ReasonStructure},
		{"other name inside", beside(raw{name: "x.jar", localName: "../x.jar"}), ReasonStructure},
		{"other name of equal length", beside(raw{name: "x.jar", localName: "y.jar"}), ReasonStructure},
		{"overlap in full", rawZip(raw{name: "x", body: "1"}, raw{name: "y", body: "2", offset: 1 << 31}), ReasonStructure},
		{"two entries for one", overlap(), ReasonStructure},
		{"entry in an entry", rawZip(raw{name: "x", body: "123", packed: 200, size: 200}, raw{name: "y", body: strings.Repeat("2", 400)}), ReasonStructure},
		{"too long for the file", rawZip(raw{name: "x", body: "123", packed: 4000, size: 4000, crc: 1}), ReasonStructure},
		{"negative offset", beside(raw{name: "x", offset: 1<<32 - 1, extra: zip64(1<<64 - 5)}), ReasonStructure},
		{"descriptor is missing", beside(raw{name: "x", body: "x", flags: flagDescriptor}), ReasonStructure},
		{"descriptor of another", beside(raw{name: "x", body: "x", flags: flagDescriptor, behind: descriptor("y", true, 4)}), ReasonStructure},
		{"cut off behind an inner zip", rawZip(raw{name: "inner.jar", body: string(beside())})[:len(fine)+200], ReasonStructure},
	}
}

func TestCheckRefuses(t *testing.T) {
	for _, test := range hostiles() {
		t.Run(test.name, func(t *testing.T) {
			err := Check(bytes.NewReader(test.data), int64(len(test.data)))
			if err == nil {
				t.Fatal("accepted")
			}
			var unsafe *UnsafeError
			if test.want == "" {
				if !errors.Is(err, ErrNotZip) {
					t.Fatalf("%v is not ErrNotZip", err)
				}
				return
			}
			if !errors.As(err, &unsafe) || !errors.Is(err, ErrUnsafe) || unsafe.Reason != test.want {
				t.Fatalf("%v, want the reason %s", err, test.want)
			}
			if strings.ContainsFunc(err.Error(), isInvisible) || len(err.Error()) > 400 {
				t.Errorf("the message is not fit to be shown: %q", err)
			}
		})
	}
}

// many are n entries that differ by name.
func many(n int, like raw) []raw {
	entries := make([]raw, n)
	for i := range entries {
		entries[i] = like
		entries[i].name = fmt.Sprintf("dist/%06d.txt", i)
	}
	return entries
}

// zip64 is the extra field with one large number (APPNOTE.TXT 4.5.3).
func zip64(n uint64) string {
	field := binary.LittleEndian.AppendUint16(nil, 1)
	field = binary.LittleEndian.AppendUint16(field, 8)
	return string(binary.LittleEndian.AppendUint64(field, n))
}

// descriptor follows contents whose sizes were not known before.
func descriptor(body string, signed bool, sizes int) string {
	le := binary.LittleEndian
	var d []byte
	if signed {
		d = le.AppendUint32(d, descriptorSignature)
	}
	d = le.AppendUint32(d, crc32.ChecksumIEEE([]byte(body)))
	for range 2 {
		if sizes == 8 {
			d = le.AppendUint64(d, uint64(len(body)))
		} else {
			d = le.AppendUint32(d, uint32(len(body)))
		}
	}
	return string(d)
}

// overlap has two entries in its directory for one header.
func overlap() []byte {
	data := rawZip(raw{name: "x.jar", body: "123"}, raw{name: "y.jar", body: "123"})
	at := bytes.LastIndex(data, []byte("y.jar"))
	copy(data[at:], "x.jar")
	binary.LittleEndian.PutUint32(data[at-4:], 0)
	copy(data[at:], "z.jar")
	return data
}
