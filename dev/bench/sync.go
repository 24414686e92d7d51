package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

//go:embed sync.sh
var script []byte

// syncs measures pingkit sync beside a shell loop that does the same.
func (b *bench) syncs(ctx context.Context) (section, error) {
	s := section{title: fmt.Sprintf("Sync of %d kits", b.kits), notes: []string{
		"The sizes of the kits are assumed, 96 MB together, as Ping publishes none; their jars compress as real ones do, to 0.9 of their size. pingkit: `pingkit sync --locked`. The loop: `dev/bench/sync.sh` with curl, sha256sum and unzip. It pins digests as well, keeps the archives, sends PingOne the same requests (a token, and for each kit the asset, which leads to the storage) and ends with the same files, which each round compares.",
		"cold: nothing is cached, and the target is empty. warm: all archives are cached, and the target is empty. nothing to do: the target is in order. The loop then compares digests, or unpacks everything again, as Ping's own does at each start.",
		fmt.Sprintf("PingOne and its storage are on the same machine. Where the table says %q, each of their responses begins so much later, as over the Internet. Their bandwidth has no limit.", away(b.delay)),
		"pingkit flushes what it writes to the disk and may be killed at any moment; the loop does neither.",
	}}
	for _, delay := range []time.Duration{0, b.delay} {
		rows, err := b.syncsAway(ctx, delay)
		if err != nil {
			return s, err
		}
		s.rows = append(s.rows, rows...)
	}
	return s, nil
}

func away(delay time.Duration) string { return fmt.Sprintf("%d ms away", delay.Milliseconds()) }

// workspace is one build's manifest, lock, cache and target.
type workspace struct {
	build
	up                    *upstream
	dir                   string
	manifest, cache, goal string
}

func (w workspace) run(ctx context.Context, args ...string) (cost, error) {
	_, spent, err := pipeline(program(ctx, w.dir, w.up.Variables, w.program("pingkit"), append(args, "--file", w.manifest)...))
	return spent, err
}

// sync removes paths and then brings the target in order.
func (w workspace) sync(remove ...string) side {
	return side{w.name, func(ctx context.Context) (cost, error) {
		if err := removeAll(remove); err != nil {
			return cost{}, err
		}
		return w.run(ctx, "sync", "--locked", "--target", w.goal, "--cache-dir", w.cache)
	}}
}

// syncsAway measures with a delay of each response; with one, cold syncs alone, as the others send no request.
func (b *bench) syncsAway(ctx context.Context, delay time.Duration) (list []row, err error) {
	up, err := startUpstream(ctx, offer{Kits: b.kits, Scale: b.kitScale, Delay: delay})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, up.close()) }()
	dir, err := os.MkdirTemp(b.dir, "sync-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	manifest, pins := "apiVersion: pingkit/v1\nkits:\n", ""
	for n, k := range up.Kits {
		manifest += fmt.Sprintf("  - {name: %s, version: %q}\n", k.Name, k.Number)
		pins += strings.Join([]string{k.SHA256, k.Integration, k.Version, kitTop(n) + "/" + kitSource, kitTarget}, " ") + "\n"
	}
	var spaces []workspace
	for _, one := range b.builds {
		home := filepath.Join(dir, one.name)
		w := workspace{one, up, home, filepath.Join(home, "kits.yaml"), filepath.Join(home, "cache"), filepath.Join(home, "target")}
		if err := errors.Join(os.Mkdir(home, 0o755), os.WriteFile(w.manifest, []byte(manifest), 0o644)); err != nil {
			return nil, err
		}
		if _, err := w.run(ctx, "lock", "--cache-dir", ""); err != nil {
			return nil, err
		}
		spaces = append(spaces, w)
	}
	shell, listed, cache, target := filepath.Join(dir, "sync.sh"), filepath.Join(dir, "pins"), filepath.Join(dir, "loop-cache"), filepath.Join(dir, "loop-target")
	if err := errors.Join(os.WriteFile(shell, script, 0o755), os.WriteFile(listed, []byte(pins), 0o644)); err != nil {
		return nil, err
	}
	loop := func(name string, remove ...string) side {
		return side{name, func(ctx context.Context) (cost, error) {
			if err := removeAll(remove); err != nil {
				return cost{}, err
			}
			_, spent, err := pipeline(program(ctx, dir, up.Variables, "sh", shell, listed, cache, target))
			if err != nil {
				return cost{}, err
			}
			return spent, sameFiles(ctx, spaces[0].goal, target)
		}}
	}
	// sides are the builds, with the loops after the first one.
	sides := func(ours func(workspace) side, loops ...side) []side {
		list := []side{ours(spaces[0])}
		list = append(list, loops...)
		for _, w := range spaces[1:] {
			list = append(list, ours(w))
		}
		return list
	}
	cold := sides(func(w workspace) side { return w.sync(w.cache, w.goal) }, loop("shell loop", cache, target))
	if delay > 0 {
		return b.compare(ctx, fmt.Sprintf("%d kits, cold, %s", b.kits, away(delay)), cold, wall(3, 1.8))
	}
	lockAndSync := func(w workspace) side {
		return side{w.name, func(ctx context.Context) (cost, error) {
			if err := removeAll([]string{w.cache, w.goal}); err != nil {
				return cost{}, err
			}
			locked, err := w.run(ctx, "lock", "--cache-dir", w.cache)
			if err != nil {
				return cost{}, err
			}
			synced, err := w.sync().run(ctx)
			return locked.plus(synced), err
		}}
	}
	peak := memory()
	peak.baseOnly = true // of the loop, only the shell's own would count
	for _, job := range []struct {
		what    string
		sides   []side
		figures []figure
	}{
		{"cold", cold, []figure{wall(3, sameWork), cpu(0, sameWork), peak}},
		{"warm", sides(func(w workspace) side { return w.sync(w.goal) }, loop("shell loop", target)), []figure{wall(3, sameWork), cpu(0, sameWork)}},
		{"nothing to do", sides(func(w workspace) side { return w.sync() }, loop("shell loop, unpacks again", filepath.Join(target, ".installed")),
			loop("shell loop, compares digests")), []figure{wall(3, 1/0.6), cpu(0, sameWork)}},
		{"lock and sync, cold", sides(lockAndSync), []figure{wall(0, sameWork), cpu(0, 1/0.6)}},
	} {
		rows, err := b.compare(ctx, fmt.Sprintf("%d kits, %s", b.kits, job.what), job.sides, job.figures...)
		if err != nil {
			return nil, err
		}
		list = append(list, rows...)
	}
	return list, nil
}

func removeAll(paths []string) error {
	for _, path := range paths {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	return nil
}

// sameFiles reports whether two trees differ, apart from the records that each side keeps below a dot at the top.
func sameFiles(ctx context.Context, a, b string) error {
	records := slices.Concat(glob(a), glob(b))
	args := []string{"-r", "-q"}
	for _, record := range records {
		args = append(args, "--exclude="+filepath.Base(record))
	}
	if out, err := program(ctx, a, nil, "diff", append(args, a, b)...).CombinedOutput(); err != nil {
		return fmt.Errorf("the targets differ: %w: %.1000s", err, out)
	}
	return nil
}

func glob(dir string) []string {
	list, err := filepath.Glob(filepath.Join(dir, ".*"))
	must(err) // only a malformed pattern is an error
	return list
}
