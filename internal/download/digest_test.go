package download

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
)

func TestParseDigest(t *testing.T) {
	// A digest whose base64 differs between the two alphabets.
	var sum Sum
	for i := range 1000 {
		sum = sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		if text := base64.StdEncoding.EncodeToString(sum[:]); strings.Contains(text, "+") && strings.Contains(text, "/") {
			break
		}
	}
	hexed := sum.String()
	std, url := base64.StdEncoding.EncodeToString(sum[:]), base64.URLEncoding.EncodeToString(sum[:])
	if std == url {
		t.Fatal("no digest tells the alphabets apart")
	}
	for _, text := range []string{
		hexed, "\ufeff" + hexed + "\r\n", strings.ToUpper(hexed), `"` + hexed + `"`, " " + hexed + " ",
		"sha256=" + hexed, "SHA256=" + strings.ToUpper(hexed), "sha256:" + hexed, "sha-256=" + hexed,
		`sha256="` + hexed + `"`, `"sha256=` + hexed + `"`,
		std, strings.TrimRight(std, "="), url, strings.TrimRight(url, "="),
		"sha256=" + std, "sha256=" + strings.TrimRight(std, "="), "Sha256=" + url, `"` + std + `"`,
	} {
		if got, err := ParseDigest(text); err != nil || got != sum {
			t.Errorf("ParseDigest(%q) = %v, %v", text, got, err)
		}
	}
	for name, text := range map[string]string{
		"empty":            "",
		"prefix alone":     "sha256=",
		"quotes alone":     `""`,
		"md5":              "d41d8cd98f00b204e9800998ecf8427e",
		"too short":        hexed[1:],
		"too long":         hexed + "0",
		"not hexadecimal":  "g" + hexed[1:],
		"another digest":   "sha512=" + hexed,
		"mixed alphabets":  strings.Replace(std, "+", "-", 1),
		"two paddings":     std + "=",
		"trailing bits":    strings.Repeat("A", 42) + "B",
		"line break":       std[:20] + "\n" + std[21:],
		"one quote":        `"` + hexed,
		"two values":       hexed + "," + hexed,
		"doubled prefix":   "sha256=sha256=" + hexed,
		"weak entity tag":  `W/"` + hexed + `"`,
		"base64 of no sum": base64.StdEncoding.EncodeToString([]byte("short")),
	} {
		if got, err := ParseDigest(text); err == nil {
			t.Errorf("%s: ParseDigest(%q) = %v", name, text, got)
		}
	}
}

func FuzzParseDigest(f *testing.F) {
	sum := Sum(sha256.Sum256(nil))
	f.Add(sum.String())
	f.Add("sha256=" + base64.StdEncoding.EncodeToString(sum[:]))
	f.Add(`SHA-256:"` + base64.RawURLEncoding.EncodeToString(sum[:]) + `"`)
	f.Add(strings.Repeat("=", 44))
	f.Fuzz(func(t *testing.T, text string) {
		sum, err := ParseDigest(text)
		if err != nil {
			return
		}
		for _, form := range []string{
			sum.String(),
			"sha256=" + base64.StdEncoding.EncodeToString(sum[:]),
			base64.RawURLEncoding.EncodeToString(sum[:]),
		} {
			if again, err := ParseDigest(form); err != nil || again != sum {
				t.Errorf("%q is %v, but %q is %v, %v", text, sum, form, again, err)
			}
		}
	})
}
