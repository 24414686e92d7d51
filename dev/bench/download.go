//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// downloads measures pingkit pull beside curl, on the same kit of the same
// storage.
func (b *bench) downloads(ctx context.Context) (s section, err error) {
	up, err := startUpstream(ctx)
	if err != nil {
		return section{}, err
	}
	defer func() { err = errors.Join(err, up.close()) }()
	s = section{letter: "b", title: "A download, verified", notes: []string{
		"pingkit: `pingkit pull`, from the start of the process to its end: a token, the look-ups of integration and version, the kit, its digest compared with PingOne's, its structure checked, the file synced to the disk and then named.",
		"curl: `curl LINK | tee FILE | sha256sum`, with a link that is known already; nothing is synced. Where it says so, with `sync FILE` afterwards, or without saving anything: `curl LINK | sha256sum`.",
		"CPU is user and system time of all processes of a side, the server's left out; memory is the sum of the largest resident sets.",
	}}
	for _, size := range b.sizes {
		rows, err := b.download(ctx, up, size)
		if err != nil {
			return section{}, fmt.Errorf("%s: %w", megabytes(size), err)
		}
		s.rows = append(s.rows, rows...)
	}
	return s, nil
}

func (b *bench) download(ctx context.Context, up *upstream, size int64) ([]row, error) {
	made, err := up.do(order{Size: size})
	if err != nil {
		return nil, err
	}
	d := &download{bench: b, up: up, kit: made.Kits[0]}
	if d.dir, err = os.MkdirTemp(b.dir, "download-"); err != nil {
		return nil, err
	}
	defer os.RemoveAll(d.dir) // at the latest with b.dir
	plain, err := newDirect(ctx, up, 1)
	if err != nil {
		return nil, err
	}
	if d.link, err = plain.link(ctx, up, d.kit); err != nil {
		return nil, err
	}
	ways := []func(context.Context) (cost, error){d.pull, d.saved, d.synced, d.hashed}
	costs := make([][]cost, len(ways))
	for range b.rounds {
		for i, way := range ways {
			one, err := way(ctx)
			if err != nil {
				return nil, err
			}
			costs[i] = append(costs[i], one)
		}
	}
	return d.rows(costs[0], costs[1], costs[2], costs[3]), nil
}

// download is one kit and where it is to go.
type download struct {
	*bench
	up   *upstream
	kit  published
	link string
	dir  string
}

// pull downloads with pingkit.
func (d *download) pull(ctx context.Context) (cost, error) {
	args := []string{"pull", d.kit.Name + "@" + d.kit.Number, "--dir", d.dir, "--cache-dir", "",
		"--max-download", "1GB", "--output", "json"}
	printed, spent, err := pipeline(program(ctx, d.dir, d.up.variables, d.pingkit, args...))
	if err != nil {
		return cost{}, err
	}
	var result struct{ Path, SHA256 string }
	if err := json.Unmarshal(printed, &result); err != nil {
		return cost{}, err
	}
	return spent, errors.Join(d.compare(result.SHA256), os.Remove(result.Path))
}

// saved downloads as a careful script would.
func (d *download) saved(ctx context.Context) (cost, error) { return d.curl(ctx, nil) }

// synced is as saved, and has the file on the disk at the end, as pingkit has.
func (d *download) synced(ctx context.Context) (cost, error) {
	return d.curl(ctx, func(path string) (cost, error) {
		_, spent, err := pipeline(d.tool(ctx, d.dir, nil, "sync", path))
		return spent, err
	})
}

func (d *download) curl(ctx context.Context, after func(path string) (cost, error)) (spent cost, err error) {
	path := filepath.Join(d.dir, "curl.zip")
	printed, spent, err := pipeline(
		d.tool(ctx, d.dir, nil, "curl", "-sSf", d.link),
		d.tool(ctx, d.dir, nil, "tee", path),
		d.tool(ctx, d.dir, nil, "sha256sum"))
	if err == nil && after != nil {
		var more cost
		more, err = after(path)
		spent.wall, spent.cpu = spent.wall+more.wall, spent.cpu+more.cpu
	}
	if err != nil {
		return cost{}, err
	}
	return spent, errors.Join(d.compare(string(printed)), os.Remove(path))
}

// hashed does not even keep what it downloads.
func (d *download) hashed(ctx context.Context) (cost, error) {
	printed, spent, err := pipeline(
		d.tool(ctx, d.dir, nil, "curl", "-sSf", d.link),
		d.tool(ctx, d.dir, nil, "sha256sum"))
	if err != nil {
		return cost{}, err
	}
	return spent, d.compare(string(printed))
}

func (d *download) compare(digest string) error {
	if strings.HasPrefix(digest, d.kit.SHA256) {
		return nil
	}
	return fmt.Errorf("the digest is %.64s, not %s", digest, d.kit.SHA256)
}

func (d *download) rows(ours, saved, synced, hashed []cost) []row {
	what := megabytes(d.kit.Bytes)
	speed := func(c cost) float64 { return float64(d.kit.Bytes) / c.wall.Seconds() / 1e6 }
	cpu := func(c cost) float64 { return c.cpu.Seconds() }
	memory := func(c cost) float64 { return float64(c.memory) / 1e6 }
	faster := func(against string, theirs []cost, a aim) row {
		return row{
			what: what + ": throughput", aim: a, ratios: ratios(ours, theirs, speed),
			ours:   fmt.Sprintf("%.0f MB/s (%.3f s)", middle(ours, speed), middle(ours, cost.seconds)),
			theirs: fmt.Sprintf("%s: %.0f MB/s (%.3f s)", against, middle(theirs, speed), middle(theirs, cost.seconds)),
		}
	}
	busier := func(against string, theirs []cost, a aim) row {
		return row{
			what: what + ": CPU", aim: a, ratios: ratios(ours, theirs, cpu),
			ours:   fmt.Sprintf("%.3f s", middle(ours, cpu)),
			theirs: fmt.Sprintf("%s: %.3f s", against, middle(theirs, cpu)),
		}
	}
	const save, durable, drop = "curl | tee FILE | sha256sum", "the same, and sync FILE", "curl | sha256sum, nothing kept"
	return []row{
		faster(save, saved, aim{atLeast: 0.95}), faster(durable, synced, aim{}), faster(drop, hashed, aim{}),
		busier(save, saved, aim{atMost: 1}), busier(drop, hashed, aim{}),
		{
			what: what + ": peak memory", ratios: ratios(ours, saved, memory),
			ours:   fmt.Sprintf("%.1f MB", middle(ours, memory)),
			theirs: fmt.Sprintf("%s: %.1f MB", save, middle(saved, memory)),
		},
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%d MB", (n+500_000)/1_000_000) }
