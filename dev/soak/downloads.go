package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	downloads "example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
)

// kitsWanted are integrations with kits, newest version first.
var kitsWanted = []struct {
	name    string
	numbers []string
}{
	{sandbox.PingIDKit, []string{"2.24.0", "2.15.0", "2.12.0"}},
	{"Agentless Integration Kit", []string{"2.0.4", "2.0.1", "1.5.2"}},
	{"PingOne MFA Integration Kit", []string{"1.6.1", "1.2"}},
}

// download downloads a kit, mostly to unpack it, and looks at what is on the
// disk afterwards.
func download(s *soak, ctx context.Context, random *rand.Rand) {
	var folder string
	select {
	case folder = <-s.folders:
		defer func() { s.folders <- folder }()
	default:
		listVersions(s, ctx, random)
		return
	}
	want := one(random, kitsWanted)
	number := one(random, want.numbers)
	digest := s.box.Kit(want.name, number).SHA256()
	args := arguments{"integration": want.name, "version": number, "directory": folder, "extract": random.IntN(10) > 2, "overwrite": true}
	if random.IntN(2) == 0 {
		args["expected_sha256"] = digest
	}
	v := one(random, s.everyone)
	r := s.call(ctx, v, "download_asset", args)
	switch {
	case ctx.Err() != nil:
	case r.fate == fine:
		s.book.count("downloads")
		if err := checkDownload(r, digest); err != nil {
			s.book.complain("download_asset %v over %s: %v: %.500s (%s)", args, v.name, err, r.body, names(s.weather.since(r.began)))
		}
	case s.weather.fair(r.began) && !strings.Contains(r.text, sentence(downloads.ErrBusy)):
		s.book.complain("download_asset %v over %s without any trouble: %s", args, v.name, r.text)
	}
}

// sentence is how an error's text stands in an answer, but for its end.
func sentence(err error) string { text, _, _ := strings.Cut(err.Error(), ";"); return text }

// checkDownload compares what was answered with the disk, and with the kit.
func checkDownload(r reply, digest string) error {
	var answer struct {
		Path, SHA256 string
		Bytes        int64
		ExtractedTo  string `json:"extracted_to"`
		Contents     struct {
			FileCount int `json:"file_count"`
		}
	}
	if err := r.into(&answer); err != nil {
		return err
	}
	file, err := os.Open(answer.Path)
	if err != nil {
		return err
	}
	hash := sha256.New()
	size, err := io.Copy(hash, file)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if sum := hex.EncodeToString(hash.Sum(nil)); sum != digest || sum != answer.SHA256 || size != answer.Bytes {
		return errors.New("the file is not the kit")
	}
	if answer.ExtractedTo == "" {
		return nil
	}
	files := 0
	err = filepath.WalkDir(answer.ExtractedTo, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files++
		}
		return err
	})
	if err == nil && files != answer.Contents.FileCount {
		err = errors.New("not all files were unpacked")
	}
	return err
}
