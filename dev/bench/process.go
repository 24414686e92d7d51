package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// cost is what the processes of one run took together.
type cost struct {
	wall   time.Duration // from the start of the first to the end of the last
	cpu    time.Duration // user and system time
	memory int64         // sum of the largest resident sets, in bytes
}

func (c cost) plus(d cost) cost { return cost{c.wall + d.wall, c.cpu + d.cpu, max(c.memory, d.memory)} }

// program returns a command with an environment of its own, so that no setting of the person at the machine changes a figure.
func program(ctx context.Context, home string, env []string, name string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = home
	command.Env = append([]string{"HOME=" + home, "TMPDIR=" + home, "LC_ALL=C", "PATH=" + os.Getenv("PATH")}, env...)
	return command
}

// pipeline runs commands at once, each reading what the one before it writes, and returns the output of the last one.
func pipeline(commands ...*exec.Cmd) (printed []byte, spent cost, err error) {
	var out bytes.Buffer
	errs := make([]bytes.Buffer, len(commands))
	var pipes []io.Closer // ends that only the commands keep open
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
		pipes = append(pipes, r, w)
	}
	var started []int
	begin := time.Now()
	for _, command := range commands {
		if err = command.Start(); err != nil {
			break
		}
		started = append(started, command.Process.Pid)
	}
	for _, end := range pipes {
		err = errors.Join(err, end.Close())
	}
	peak := watchMemory(started)
	for i, command := range commands[:len(started)] {
		if ended := command.Wait(); ended != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w: %s", command, ended, bytes.TrimSpace(errs[i].Bytes())))
		}
		if state := command.ProcessState; state != nil {
			spent.cpu += state.UserTime() + state.SystemTime()
		}
	}
	spent.wall, spent.memory = time.Since(begin), peak()
	return out.Bytes(), spent, err
}

// watchMemory reads the largest resident sets of processes until stop is called, which returns their sum. The kernel's own report
// at the end of a process (ru_maxrss) begins with the memory of the process that started it.
func watchMemory(processes []int) (stop func() int64) {
	peaks, done := map[int]int64{}, make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			for _, pid := range processes {
				if peak, err := processMemory(pid, "VmHWM"); err == nil { // else it has ended
					peaks[pid] = peak
				}
			}
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	})
	return func() (sum int64) {
		close(done)
		all.Wait()
		for _, peak := range peaks {
			sum += peak
		}
		return sum
	}
}

// processMemory returns a figure of a running process in bytes, such as VmRSS.
func processMemory(pid int, key string) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, value, _ := strings.Cut(string(status), key+":")
	value, _, found := strings.Cut(value, " kB")
	if !found {
		return 0, fmt.Errorf("process %d has no %s", pid, key)
	}
	kilobytes, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	return kilobytes * 1024, err
}
