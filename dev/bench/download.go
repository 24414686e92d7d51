package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// downloads measures pingkit pull beside curl, on the same kit of the same storage.
func (b *bench) downloads(ctx context.Context) (s section, err error) {
	s = section{title: "A download, verified", notes: []string{
		"pingkit: `pingkit pull`, from the start of the process to its end: a token, the look-up of integration and version, the kit, its digest compared with PingOne's, its structure checked, the file flushed to the disk and then renamed.",
		"curl: `curl LINK | tee FILE | sha256sum` with a known link; it flushes nothing. Beside it with `sync FILE` afterwards, and without saving anything.",
		"CPU is user and system time of all processes of a side without the server's. Memory is the sum of the largest resident sets.",
	}}
	up, err := startUpstream(ctx, offer{Sizes: b.sizes})
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, up.close()) }()
	dir, err := os.MkdirTemp(b.dir, "download-")
	if err != nil {
		return s, err
	}
	for _, kit := range up.Kits {
		checked := func(digest []byte, spent cost, err error) (cost, error) {
			if err == nil && !strings.HasPrefix(string(digest), kit.SHA256) {
				err = fmt.Errorf("the digest is %.64s, not %s", digest, kit.SHA256)
			}
			return spent, err
		}
		var builds []side
		for _, one := range b.builds {
			builds = append(builds, side{one.name, func(ctx context.Context) (cost, error) {
				printed, spent, err := pipeline(program(ctx, dir, up.Variables, one.program("pingkit"),
					"pull", kit.Name+"@"+kit.Number, "--dir", dir, "--cache-dir", "", "--max-download", "1GB", "--output", "json"))
				if err != nil {
					return cost{}, err
				}
				var result struct{ Path, SHA256 string }
				if err := json.Unmarshal(printed, &result); err != nil {
					return cost{}, err
				}
				return checked([]byte(result.SHA256), spent, os.Remove(result.Path))
			}})
		}
		file := filepath.Join(dir, "curl.zip")
		tool := func(ctx context.Context, name string, args ...string) *exec.Cmd {
			return program(ctx, dir, nil, name, args...)
		}
		save := func(ctx context.Context) (cost, error) {
			return checked(pipeline(tool(ctx, "curl", "-sSf", kit.Link), tool(ctx, "tee", file), tool(ctx, "sha256sum")))
		}
		sides := append([]side{builds[0],
			{"curl | tee FILE | sha256sum", save},
			{"the same, and sync FILE", func(ctx context.Context) (cost, error) {
				spent, err := save(ctx)
				if err != nil {
					return cost{}, err
				}
				_, more, err := pipeline(tool(ctx, "sync", file))
				return spent.plus(more), err
			}},
			{"curl | sha256sum", func(ctx context.Context) (cost, error) {
				return checked(pipeline(tool(ctx, "curl", "-sSf", kit.Link), tool(ctx, "sha256sum")))
			}},
		}, builds[1:]...)
		rows, err := b.compare(ctx, fmt.Sprintf("%d MB", (kit.Bytes+500_000)/1_000_000), sides, wall(1.8, sameWork), cpu(1, sameWork), memory())
		if err != nil {
			return s, err
		}
		s.rows = append(s.rows, rows...)
	}
	return s, os.RemoveAll(dir)
}
