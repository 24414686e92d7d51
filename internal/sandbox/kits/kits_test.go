package kits

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"testing"
)

func names(t *testing.T, k *Kit) []string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(k.Bytes()), k.Size())
	if err != nil {
		t.Fatalf("reading the archive: %v", err)
	}
	var all []string
	for _, f := range r.File {
		all = append(all, f.Name)
		body, err := f.Open()
		if err != nil {
			t.Fatalf("opening %s: %v", f.Name, err)
		}
		if _, err := io.Copy(io.Discard, body); err != nil {
			t.Errorf("reading %s: %v", f.Name, err)
		}
	}
	return all
}

func TestLayouts(t *testing.T) {
	contents := Contents{
		Base: "pf-x-kit", Version: "2.06", Top: "pf-x-kit-2.06", Jars: []string{"pf-x-adapter 1.2"}, Library: []string{"pf-authn-api-sdk 1.0.0.51"},
		Templates: []string{"x.form.html"}, Languages: []string{"x-messages"}, Assets: []string{"css/x.css"}, Sample: true,
	}
	for layout, want := range map[Layout]string{
		LayoutProductTree:     "pf-x-kit-2.06/dist/pingfederate/server/default/deploy/pf-x-adapter-1.2.jar",
		LayoutDistParts:       "pf-x-kit-2.06/dist/deploy/pf-x-adapter-1.2.jar",
		LayoutDistJars:        "pf-x-kit-2.06/dist/pf-x-adapter-1.2.jar",
		LayoutDistJarsAndConf: "pf-x-kit-2.06/conf/template/x.form.html",
		LayoutDefaultJars:     "pf-x-kit-2.06/dist/pingfederate/server/default/pf-x-adapter-1.2.jar",
		LayoutUnknown:         "pf-x-kit-2.06/dist/jira/login.jsp",
	} {
		c := contents
		c.Layout = layout
		if layout == LayoutUnknown {
			c.Other = []string{"dist/jira/login.jsp"}
		}
		if got := names(t, Build(c)); !slices.Contains(got, want) {
			t.Errorf("layout %s holds %q, want %s among them", layout, got, want)
		}
		if a, b := Build(c).SHA256(), Build(c).SHA256(); a != b {
			t.Errorf("layout %s: two builds differ: %s and %s", layout, a, b)
		}
	}
}

func TestSizedHasExactlyThatSize(t *testing.T) {
	for _, size := range []int64{4 << 10, 1<<20 + 1, 5 << 20, 50 << 20} {
		k := Sized(size)
		if k.Size() != size {
			t.Errorf("Sized(%d) has %d bytes", size, k.Size())
		}
		sum := sha256.Sum256(k.Bytes())
		if got := hex.EncodeToString(sum[:]); got != k.SHA256() {
			t.Errorf("Sized(%d): digest %s, of the bytes %s", size, k.SHA256(), got)
		}
	}
	if got := names(t, Sized(3<<20)); len(got) != 2 {
		t.Errorf("entries %q, want two", got)
	}
}

func TestWriteRange(t *testing.T) {
	k := Sized(3 << 20)
	all := k.Bytes()
	for _, r := range [][2]int64{{0, 10}, {1, 1 << 20}, {1<<20 - 3, 1<<20 + 50}, {k.Size() - 7, 7}, {2 << 20, 0}} {
		var b bytes.Buffer
		if err := k.WriteRange(&b, r[0], r[1]); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), all[r[0]:r[0]+r[1]]) {
			t.Errorf("range %v differs from the bytes at that place", r)
		}
	}
}

func TestHostile(t *testing.T) {
	for _, kind := range HostileKinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			a, b := Hostile(kind), Hostile(kind)
			if a.SHA256() != b.SHA256() {
				t.Error("two builds differ")
			}
			if a.Size() > 4<<20 {
				t.Errorf("%d bytes are too many to keep in memory", a.Size())
			}
			_, err := zip.NewReader(bytes.NewReader(a.Bytes()), a.Size())
			readable := !slices.Contains([]string{"no-directory", "not-a-zip", "empty"}, kind)
			if (err == nil || strings.Contains(err.Error(), "insecure")) != readable {
				t.Errorf("archive/zip says %v", err)
			}
		})
	}
}

func TestBombInflatesBeyondItsClaim(t *testing.T) {
	r, err := zip.NewReader(bytes.NewReader(Hostile("bomb").Bytes()), Hostile("bomb").Size())
	if err != nil {
		t.Fatal(err)
	}
	body, err := r.File[2].Open()
	if err != nil {
		t.Fatal(err)
	}
	// Inflating all of it takes seconds under the race detector; 64 of its equal blocks tell as much.
	if n, err := io.CopyN(io.Discard, body, 64<<20); err != nil || r.File[2].UncompressedSize64 != bombSize {
		t.Errorf("inflated %d bytes (%v) of %d", n, err, r.File[2].UncompressedSize64)
	}
	lying, err := zip.NewReader(bytes.NewReader(Hostile("bomb-with-false-size").Bytes()), Hostile("bomb-with-false-size").Size())
	if err != nil {
		t.Fatal(err)
	}
	if f := lying.File[2]; f.UncompressedSize64 != 10 || f.CompressedSize64 != r.File[2].CompressedSize64 {
		t.Errorf("claims %d bytes and holds %d, want 10 and as many as the other bomb", f.UncompressedSize64, f.CompressedSize64)
	}
}
