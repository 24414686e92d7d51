//go:build linux

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

// kit is one of the set that is synced. Ping publishes no sizes, but that no
// download is larger than 50 MB; names and layouts are as in its documents.
type kit struct {
	name, base, number string
	layout             kits.Layout
	megabytes          float64
	jars               int
}

func kitSet() []kit {
	return []kit{
		{"PingID Integration Kit", "pf-pingid-integration-kit", "2.24.0", kits.LayoutA, 24, 6},
		{"PingOne Integration Kit", "pf-pingone-integration-kit", "2.2", kits.LayoutA, 6, 3},
		{"PingOne MFA Integration Kit", "pf-pingone-mfa-integration-kit", "1.6.1", kits.LayoutA, 7, 3},
		{"PingOne Verify Integration Kit", "pf-pingone-verify-integration-kit", "2.2.1", kits.LayoutB, 7, 3},
		{"PingOne Protect Integration Kit", "pf-pingone-protect-integration-kit", "1.3", kits.LayoutB, 9, 3},
		{"Agentless Integration Kit", "pf-agentless-integration-kit", "2.0.4", kits.LayoutC, 1.2, 2},
		{"X.509 Certificate Integration Kit", "pf-x509-certificate-integration-kit", "1.3.1", kits.LayoutC, 0.6, 1},
		{"PingOne Password Validator", "pf-pcv-pone", "52.137", kits.LayoutC, 3, 2},
		{"JWT Token Translator", "pf-jwt-token-translator", "1.1.1.2", kits.LayoutC, 0.8, 1},
		{"OpenToken Adapter", "opentoken-adapter", "2.7.2", kits.LayoutE, 1, 2},
		{"Salesforce Connector", "pf-salesforce-connector", "7.0.1", kits.LayoutE, 5, 4},
		{"Slack Connector", "pf-slack-connector", "3.0.2", kits.LayoutE, 2.5, 2},
		{"Google Connector", "pf-google-connector", "3.1.1", kits.LayoutE, 8, 5},
		{"AWS Connector", "pf-aws-connector", "2.0", kits.LayoutE, 12, 5},
		{"Apple Cloud Identity Connector", "pf-apple-cloud-identity-connector", "1.1.0", kits.LayoutA, 1.5, 1},
		{"X Login Integration Kit", "pf-x-login-integration-kit", "1.2", kits.LayoutA, 1, 1},
		{"LinkedIn Login Integration Kit", "pf-linkedin-login-integration-kit", "3.0", kits.LayoutA, 1, 1},
		{"Box Connector", "pf-box-connector", "2.06", kits.LayoutC, 4, 3},
		{"Zoom Connector", "pf-zoom-connector", "1.4", kits.LayoutC, 2, 2},
		{"ServiceNow Connector", "pf-servicenow-connector", "2.1", kits.LayoutB, 3.4, 2},
	}
}

// published says of the kit what is known before it is published.
func (k kit) published() published {
	from, to := "dist", "instance/server/default"
	switch k.layout {
	case kits.LayoutA:
		from, to = "dist/pingfederate", "instance"
	case kits.LayoutC:
		to += "/deploy"
	case kits.LayoutE:
		from, to = "dist/pingfederate/server/default", to+"/deploy"
	}
	return published{Name: k.name, Number: k.number, From: k.top() + from, To: to}
}

// top is the folder around everything in the archive.
func (k kit) top() string { return k.base + "-" + k.number + "/" }

// build makes the archive: jars nearly all of it, with papers and a sample that
// are not installed, and templates where the layout has them.
func (k kit) build(scale float64) *kits.Kit {
	size := int(k.megabytes * 1e6 * scale)
	var files []kits.File
	add := func(name string, content []byte) {
		files = append(files, kits.File{Path: k.top() + name, Content: content})
	}
	add("Legal.pdf", prose(k.base, 40_000))
	add("sample/"+k.base+".properties", prose(k.base, 4_000))
	deploy := map[kits.Layout]string{
		kits.LayoutA: "dist/pingfederate/server/default/deploy/", kits.LayoutB: "dist/deploy/",
		kits.LayoutC: "dist/", kits.LayoutE: "dist/pingfederate/server/default/",
	}[k.layout]
	for n := range k.jars {
		name := fmt.Sprintf("%s-part%d", k.base, n+1)
		add(deploy+name+"-"+k.number+".jar", jar(name, size/k.jars))
	}
	conf := map[kits.Layout]string{kits.LayoutA: "dist/pingfederate/server/default/conf/", kits.LayoutB: "dist/conf/"}[k.layout]
	if conf != "" {
		for _, name := range []string{
			"language-packs/%s-messages.properties", "language-packs/%s-messages_fr.properties",
			"template/%s-template.html", "template/%s-error.html", "template/assets/css/%s.css", "template/assets/scripts/%s.js",
		} {
			add(conf+fmt.Sprintf(name, k.base), prose(name, 8_000))
		}
	}
	return kits.Zip(files...)
}

// jar makes an archive of about size bytes of packed classes. The kit's own
// packing makes it a tenth smaller, as it does with real ones: of small classes,
// with long names that stand in the archive twice.
func jar(name string, size int) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for n := 0; b.Len() < size; n++ {
		c := classes()[n%len(classes())]
		entry, err := w.CreateRaw(&zip.FileHeader{
			Name: fmt.Sprintf("com/example/%s/provider/Adapter%05d.class", strings.ReplaceAll(name, "-", "/"), n), Method: zip.Deflate,
			CRC32: c.crc, CompressedSize64: uint64(len(c.packed)), UncompressedSize64: uint64(c.size),
		})
		if err == nil {
			_, err = entry.Write(c.packed)
		}
		if err == nil {
			err = w.Flush()
		}
		if err != nil {
			panic("packing a jar into memory: " + err.Error()) // a buffer takes everything
		}
	}
	if err := w.Close(); err != nil {
		panic("packing a jar into memory: " + err.Error())
	}
	return b.Bytes()
}

type class struct {
	packed []byte
	crc    uint32
	size   int
}

// classes are a store to fill jars from: packing each class anew would take as
// long as the benchmarks do.
var classes = sync.OnceValue(func() []class {
	random := rand.NewChaCha8([32]byte{1})
	all := make([]class, 1_000)
	for i := range all {
		raw := prose(fmt.Sprint("class", i), 1_000+i)
		noise := make([]byte, 500+i) // a class is part words, part code
		random.Read(noise)
		raw = append(raw, noise...)
		var packed bytes.Buffer
		w, err := flate.NewWriter(&packed, flate.DefaultCompression)
		if err == nil {
			_, err = w.Write(raw)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			panic("packing into memory: " + err.Error()) // a buffer takes everything
		}
		all[i] = class{packed.Bytes(), crc32.ChecksumIEEE(raw), len(raw)}
	}
	return all
})

// prose is text of n bytes that packs as text does.
func prose(seed string, n int) []byte {
	words := strings.Fields("adapter policy contract session token attribute connector provisioning server profile deploy template message sign on user group filter mapping result status")
	random := rand.New(rand.NewPCG(uint64(crc32.ChecksumIEEE([]byte(seed))), 1))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "%s%d %s ", words[random.IntN(len(words))], random.IntN(1000), words[random.IntN(len(words))])
	}
	return b.Bytes()[:n]
}
