//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// cost is what the processes of one run took together.
type cost struct {
	wall   time.Duration // from the start of the first to the end of the last
	cpu    time.Duration // user and system time
	memory int64         // largest resident sets, in bytes
}

func (c cost) seconds() float64 { return c.wall.Seconds() }

// pipeline runs commands at once, each reading what the one before it writes,
// and returns what the last one printed.
func pipeline(commands ...*exec.Cmd) (printed []byte, spent cost, err error) {
	var out bytes.Buffer
	errs := make([]bytes.Buffer, len(commands))
	var shared []io.Closer // ends of pipes that only the commands keep open
	for i, command := range commands {
		command.Stderr = &errs[i]
		if i == len(commands)-1 {
			command.Stdout = &out
			break
		}
		r, w, err := os.Pipe()
		if err != nil {
			return nil, cost{}, err
		}
		command.Stdout, commands[i+1].Stdin = w, r
		shared = append(shared, r, w)
	}
	watch := watcher{stop: make(chan struct{})}
	start := time.Now()
	for _, command := range commands {
		if err = command.Start(); err != nil {
			break
		}
		watch.processes = append(watch.processes, command.Process.Pid)
	}
	for _, end := range shared {
		err = errors.Join(err, end.Close())
	}
	watch.begin()
	for i, command := range commands[:len(watch.processes)] {
		if ended := command.Wait(); ended != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w: %s", command, ended, bytes.TrimSpace(errs[i].Bytes())))
		}
		if state := command.ProcessState; state != nil {
			spent.cpu += state.UserTime() + state.SystemTime()
		}
	}
	spent.wall = time.Since(start)
	spent.memory = watch.end()
	if err != nil {
		return nil, cost{}, err
	}
	return out.Bytes(), spent, nil
}

// watcher looks at the largest resident sets of processes while they run. What
// the kernel reports of a process at its end (ru_maxrss) would not do: it begins
// with the memory of the process that started it.
type watcher struct {
	processes []int
	stop      chan struct{}
	done      sync.WaitGroup
	peaks     map[int]int64
}

// watched is how often: seldom enough to disturb nobody.
const watched = 10 * time.Millisecond

func (w *watcher) begin() {
	w.peaks = map[int]int64{}
	w.done.Go(func() {
		tick := time.NewTicker(watched)
		defer tick.Stop()
		for {
			for _, pid := range w.processes {
				if peak, err := memory(pid, "VmHWM"); err == nil { // else it has ended
					w.peaks[pid] = peak
				}
			}
			select {
			case <-tick.C:
			case <-w.stop:
				return
			}
		}
	})
}

// end returns the sum of the peaks.
func (w *watcher) end() (sum int64) {
	close(w.stop)
	w.done.Wait()
	for _, peak := range w.peaks {
		sum += peak
	}
	return sum
}

// memory is a figure of a process in bytes, such as VmRSS.
func memory(pid int, key string) (int64, error) {
	value, err := lineValue(fmt.Sprintf("/proc/%d/status", pid), key, ":")
	if err != nil {
		return 0, err
	}
	kilobytes, found := strings.CutSuffix(value, " kB")
	if !found {
		return 0, fmt.Errorf("process %d has no %s", pid, key) // as one that has ended
	}
	n, err := strconv.ParseInt(kilobytes, 10, 64)
	return n * 1024, err
}

// cpuTime is the user and system time of all threads of a running process, by
// the clock that clock_getcpuclockid(3) makes of its id.
func cpuTime(pid int) (time.Duration, error) {
	const scheduled = 2 // CPUCLOCK_SCHED
	var t unix.Timespec
	err := unix.ClockGettime(int32(^pid<<3|scheduled), &t)
	return time.Duration(t.Nano()), err
}

// program makes a command that has none of the settings of who runs the
// benchmarks.
func program(ctx context.Context, home string, env []string, name string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = home
	command.Env = append([]string{"HOME=" + home, "TMPDIR=" + home}, env...)
	return command
}

// tools are what pingkit is compared with, and what that takes.
var tools = []string{"sh", "curl", "tee", "sha256sum", "unzip", "cp", "mkdir", "rm", "sed", "find", "cmp", "sync"}

// searchPath finds the tools, and returns a PATH that leads to them.
func searchPath() (string, error) {
	var dirs, missing []string
	for _, tool := range tools {
		path, err := exec.LookPath(tool)
		if err != nil {
			missing = append(missing, tool)
			continue
		}
		if dir := filepath.Dir(path); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	if len(missing) > 0 {
		return "", fmt.Errorf("pingkit is compared with programs that are not installed here: %s", strings.Join(missing, ", "))
	}
	return strings.Join(dirs, string(filepath.ListSeparator)), nil
}
