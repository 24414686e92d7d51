//go:build linux

package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"
)

//go:embed sync.sh
var script []byte

// syncs measures pingkit sync beside a shell loop that does the same.
func (b *bench) syncs(ctx context.Context) (s section, err error) {
	up, err := startUpstream(ctx)
	if err != nil {
		return section{}, err
	}
	defer func() { err = errors.Join(err, up.close()) }()
	y, err := b.prepareSync(ctx, up)
	if err != nil {
		return section{}, err
	}
	defer os.RemoveAll(y.dir) // at the latest with b.dir
	var size int64
	for _, k := range y.kits {
		size += k.Bytes
	}
	s = section{letter: "c", title: fmt.Sprintf("Sync of %d kits", len(y.kits)), notes: []string{
		fmt.Sprintf("%d kits of %s together, in the layouts of Ping's documents, which tell no sizes: they are assumed, from 0.6 to 24 MB. Their jars are made to pack as real ones do, to 0.9 of their size. pingkit: `pingkit sync --locked`. The loop: `dev/bench/sync.sh`, with curl, sha256sum and unzip, which pins digests as well, keeps the archives, asks PingOne for the same things (a token, and for each kit the asset, which leads to the storage) and ends with the same files, as is compared in each round.", len(y.kits), megabytes(size)),
		"cold: nothing is cached, and the target is empty. warm: all archives are cached, and the target is empty. nothing to do: pingkit compares the digests of all installed files; the loop does that as well, or it unpacks everything again, as Ping's own does at each start.",
		fmt.Sprintf("PingOne and its storage are on the same machine. Where it says \"%d ms away\", each of their answers begins so much later, as over the Internet; their bandwidth has no limit in either case.", b.away.Milliseconds()),
		"pingkit syncs what it writes to the disk and can be killed at any moment; the loop does neither.",
	}}
	for _, distance := range []time.Duration{0, b.away} {
		rows, err := y.measure(ctx, distance)
		if err != nil {
			return section{}, err
		}
		s.rows = append(s.rows, rows...)
	}
	return s, nil
}

// syncing is a set of kits, pinned for both sides.
type syncing struct {
	*bench
	up                    *upstream
	kits                  []published
	dir                   string
	manifest, list, shell string // files
	cache, target         string // folders of pingkit
	loopCache, loopTarget string
}

func (b *bench) prepareSync(ctx context.Context, up *upstream) (*syncing, error) {
	made, err := up.do(order{Kits: b.kits, Scale: b.kitScale})
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(b.dir, "sync-")
	if err != nil {
		return nil, err
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	y := &syncing{
		bench: b, up: up, kits: made.Kits, dir: dir,
		manifest: in("kits.yaml"), list: in("kits.list"), shell: in("sync.sh"),
		cache: in("cache"), target: in("target"), loopCache: in("loop-cache"), loopTarget: in("loop-target"),
	}
	manifest, list := "apiVersion: pingkit/v1\nkits:\n", ""
	for _, k := range y.kits {
		manifest += fmt.Sprintf("  - {name: %s, version: %q}\n", k.Name, k.Number)
		list += strings.Join([]string{k.SHA256, k.Integration, k.Version, k.From, k.To}, " ") + "\n"
	}
	err = errors.Join(os.WriteFile(y.manifest, []byte(manifest), 0o644), os.WriteFile(y.list, []byte(list), 0o644), os.WriteFile(y.shell, script, 0o755))
	if err != nil {
		return nil, err
	}
	_, _, err = pipeline(program(ctx, dir, up.variables, b.pingkit, "lock", "--file", y.manifest, "--cache-dir", ""))
	return y, err
}

// state is what a sync finds.
type state struct {
	name  string
	empty []string // what is removed before
	away  bool     // it also matters how far away PingOne is
	aim   aim
}

func (y *syncing) states() []state {
	fast := aim{atLeast: 3}
	return []state{
		{"cold", []string{y.cache, y.target, y.loopCache, y.loopTarget}, true, fast},
		{"warm", []string{y.target, y.loopTarget}, false, fast},
		{"nothing to do, and the loop unpacks again", []string{filepath.Join(y.loopTarget, ".installed")}, false, fast},
		{"nothing to do, and the loop compares digests", nil, false, aim{}},
	}
}

// measure has both sides sync in each state, one after the other.
func (y *syncing) measure(ctx context.Context, distance time.Duration) ([]row, error) {
	if distance > 0 {
		if _, err := y.up.do(order{Delay: distance}); err != nil {
			return nil, err
		}
	}
	states := y.states()
	ours, theirs := make([][]cost, len(states)), make([][]cost, len(states))
	for range y.rounds {
		for i, state := range states {
			if distance > 0 && !state.away {
				continue
			}
			for _, folder := range state.empty {
				if err := os.RemoveAll(folder); err != nil {
					return nil, err
				}
			}
			_, us, err := pipeline(program(ctx, y.dir, y.up.variables, y.pingkit,
				"sync", "--locked", "--file", y.manifest, "--target", y.target, "--cache-dir", y.cache))
			if err != nil {
				return nil, err
			}
			_, them, err := pipeline(y.tool(ctx, y.dir, y.up.variables, "sh", y.shell, y.list, y.loopCache, y.loopTarget))
			if err != nil {
				return nil, err
			}
			ours[i], theirs[i] = append(ours[i], us), append(theirs[i], them)
		}
		if err := sameFiles(y.target, y.loopTarget); err != nil {
			return nil, err
		}
	}
	var rows []row
	for i, state := range states {
		if len(ours[i]) == 0 {
			continue
		}
		what := fmt.Sprintf("%d kits, %s: speed", len(y.kits), state.name)
		if distance > 0 {
			what = fmt.Sprintf("%d kits, %s, %d ms away: speed", len(y.kits), state.name, distance.Milliseconds())
		}
		rows = append(rows, row{
			what: what, aim: state.aim, ratios: ratios(ours[i], theirs[i], func(c cost) float64 { return 1 / c.seconds() }),
			ours:   inWords(ours[i]) + fmt.Sprintf(", %.1f MB", middle(ours[i], func(c cost) float64 { return float64(c.memory) / 1e6 })),
			theirs: "shell loop: " + inWords(theirs[i]),
		})
	}
	return rows, nil
}

func inWords(costs []cost) string {
	return fmt.Sprintf("%.3f s, CPU %.3f s", middle(costs, cost.seconds), middle(costs, func(c cost) float64 { return c.cpu.Seconds() }))
}

// sameFiles reports how two trees differ; what begins with a dot at their tops
// are the books of each side.
func sameFiles(a, b string) error {
	one, err := digests(a)
	if err != nil {
		return err
	}
	other, err := digests(b)
	if err != nil {
		return err
	}
	if !maps.Equal(one, other) {
		return fmt.Errorf("%s has %d files and %s %d, and they are not the same", a, len(one), b, len(other))
	}
	return nil
}

func digests(dir string) (map[string]string, error) {
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, err := filepath.Rel(dir, path)
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(name, ".") && entry.IsDir():
			return fs.SkipDir
		case strings.HasPrefix(name, ".") || entry.IsDir():
			return nil
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		hash := sha256.New()
		_, err = io.Copy(hash, file)
		found[name] = hex.EncodeToString(hash.Sum(nil))
		return errors.Join(err, file.Close())
	})
	return found, err
}
