package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/pingkit/connect"
)

// figures are what a process takes at a moment. Those that cannot be seen from
// outside are of the server over HTTP alone.
type figures struct {
	resident    float64 // MB
	descriptors float64
	held        float64 // MB, by Go's runtime
	goroutines  float64
	sessions    float64
	running     []string // calls, as the metrics name them
}

// sample is a moment of a run.
type sample struct {
	at    time.Duration // since the load began
	http  figures
	stdio []figures
	took  []time.Duration // of the calls since the sample before
	tally tally
}

// processFigures reads what the system knows of a process.
func processFigures(pid int) (f figures, err error) {
	dir := fmt.Sprintf("/proc/%d/", pid)
	statm, err := os.ReadFile(dir + "statm")
	if err != nil {
		return f, err
	}
	fields := strings.Fields(string(statm))
	if len(fields) < 2 {
		return f, fmt.Errorf("%sstatm holds %q", dir, statm)
	}
	pages, err := strconv.Atoi(fields[1])
	if err != nil {
		return f, err
	}
	open, err := os.ReadDir(dir + "fd")
	if err != nil {
		return f, err
	}
	f.resident, f.descriptors = float64(pages)*float64(os.Getpagesize())/1e6, float64(len(open))
	return f, nil
}

// figures reads what the server says of itself as well.
func (s *httpServer) figures(ctx context.Context, reader *http.Client) (figures, error) {
	f, err := processFigures(s.cmd.Process.Pid)
	if err != nil {
		return f, err
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.observe+"/metrics", nil)
	if err != nil {
		return f, err
	}
	response, err := reader.Do(request)
	if err != nil {
		return f, err
	}
	metrics, lines, err := readMetrics(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return f, err
	}
	f.goroutines, f.held = metrics["go_goroutines"], metrics["go_memory_used_bytes"]/1e6
	f.sessions = metrics["pingkit_sessions"]
	for _, line := range lines["pingkit_calls_running"] {
		if !strings.HasSuffix(line, " 0") {
			f.running = append(f.running, line)
		}
	}
	if f.goroutines == 0 || f.held == 0 {
		return f, errors.New("/metrics tells neither goroutines nor memory")
	}
	return f, nil
}

// metricsReader is a client for /metrics.
func metricsReader() *http.Client { return connect.NewHTTPClient(connect.WithUserAgent("soak")) }

// readMetrics reads Prometheus's text format: the sums of what differs by labels
// alone, and its lines.
func readMetrics(r io.Reader) (sums map[string]float64, all map[string][]string, err error) {
	sums, all = map[string]float64{}, map[string][]string{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		at := strings.LastIndexByte(line, ' ')
		if strings.HasPrefix(line, "#") || at < 0 {
			continue
		}
		value, err := strconv.ParseFloat(line[at+1:], 64)
		if err != nil {
			return nil, nil, fmt.Errorf("/metrics: %w", err)
		}
		name, _, _ := strings.Cut(line[:at], "{")
		sums[name] += value
		all[name] = append(all[name], line)
	}
	return sums, all, lines.Err()
}

// fifth returns the n-th fifth of the samples, from 0.
func fifth(samples []sample, n int) []sample {
	return samples[n*len(samples)/5 : (n+1)*len(samples)/5]
}

// medianOf is the median of a figure over samples.
func medianOf(samples []sample, of func(sample) float64) float64 {
	if len(samples) == 0 {
		return 0
	}
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// lowestOf is the lowest value of a figure over samples.
func lowestOf(samples []sample, of func(sample) float64) float64 {
	lowest := math.Inf(1)
	for _, s := range samples {
		lowest = min(lowest, of(s))
	}
	return lowest
}
