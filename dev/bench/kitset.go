package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"sync"

	"example.com/pingkit/internal/sandbox/kits"
)

// kitSizes are the sizes of the kits to sync, in MB. They are assumed: Ping publishes none, but that no download exceeds 50 MB.
var kitSizes = []float64{24, 6, 7, 7, 9, 1.2, 0.6, 3, 0.8, 1, 5, 2.5, 8, 12, 1.5, 1, 1, 4, 2, 3.4}

const (
	kitNumber = "2.24.0"
	// A kit's archive has the product's tree below this folder, and the shell loop copies that to the target.
	kitSource, kitTarget = "dist/pingfederate", "instance"
)

func kitName(n int) string { return fmt.Sprintf("Benchmark %02d Integration Kit", n+1) }

// kitTop is the folder around everything in the archive.
func kitTop(n int) string { return fmt.Sprintf("pf-benchmark-%02d-integration-kit-%s", n+1, kitNumber) }

// newKit makes an archive: jars, nearly all of it, templates, and documents that are not installed.
func newKit(n int, scale float64) *kits.Kit {
	base, size := fmt.Sprintf("pf-benchmark-%02d", n+1), int(kitSizes[n]*1e6*scale)
	files := []kits.File{{Path: kitTop(n) + "/Legal.pdf", Content: prose(base, 40_000)}}
	add := func(name string, content []byte) {
		files = append(files, kits.File{Path: kitTop(n) + "/" + kitSource + "/server/default/" + name, Content: content})
	}
	jars := 1 + int(kitSizes[n])/4
	for i := range jars {
		name := fmt.Sprintf("%s-part%d", base, i+1)
		add("deploy/"+name+"-"+kitNumber+".jar", jar(name, size/jars))
	}
	for _, name := range []string{"language-packs/%s-messages.properties", "template/%s-template.html", "template/assets/css/%s.css", "template/assets/scripts/%s.js"} {
		add("conf/"+fmt.Sprintf(name, base), prose(name, 8_000))
	}
	return kits.Zip(files...)
}

// jar makes an archive of about size bytes of compressed classes. The kit's own compression makes it a tenth smaller, as with real
// jars: their classes are small, and their long names stand in the archive twice.
func jar(name string, size int) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for n := 0; b.Len() < size; n++ {
		c := classes()[n%len(classes())]
		entry, err := w.CreateRaw(&zip.FileHeader{
			Name: fmt.Sprintf("com/example/%s/provider/Adapter%05d.class", strings.ReplaceAll(name, "-", "/"), n), Method: zip.Deflate,
			CRC32: c.crc, CompressedSize64: uint64(len(c.packed)), UncompressedSize64: uint64(c.size),
		})
		must(err)
		_, err = entry.Write(c.packed)
		must(err)
		must(w.Flush())
	}
	must(w.Close())
	return b.Bytes()
}

type class struct {
	packed []byte
	crc    uint32
	size   int
}

// classes are compressed once: doing it for each class of each jar would take as long as the benchmarks.
var classes = sync.OnceValue(func() []class {
	random := rand.NewChaCha8([32]byte{1})
	all := make([]class, 1_000)
	for i := range all {
		noise := make([]byte, 500+i) // a class is part text, part code
		_, err := random.Read(noise)
		must(err)
		raw := append(prose(fmt.Sprint("class", i), 1_000+i), noise...)
		var packed bytes.Buffer
		w, err := flate.NewWriter(&packed, flate.DefaultCompression)
		must(err)
		_, err = w.Write(raw)
		must(err)
		must(w.Close())
		all[i] = class{packed.Bytes(), crc32.ChecksumIEEE(raw), len(raw)}
	}
	return all
})

// must stops on an error of a writer into memory, which has none.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// prose is text of n bytes that compresses as text does.
func prose(seed string, n int) []byte {
	words := strings.Fields("adapter policy contract session token attribute connector provisioning server profile deploy template message sign on user group filter mapping result status")
	random := rand.New(rand.NewPCG(uint64(crc32.ChecksumIEEE([]byte(seed))), 1))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "%s%d %s ", words[random.IntN(len(words))], random.IntN(1000), words[random.IntN(len(words))])
	}
	return b.Bytes()[:n]
}
