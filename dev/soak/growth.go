package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"example.com/pingkit/connect"
)

// figures are what a process uses at a moment. Those after files are of the server over HTTP alone.
type figures struct {
	resident, files  float64 // MB; open file descriptors
	held             float64 // MB, by Go's runtime
	goroutines       float64
	sessions, inCall float64
}

// sample is a moment of a run.
type sample struct {
	at    time.Duration // since the load began
	http  figures
	stdio []figures
	took  []time.Duration // of the calls since the sample before
	calls [outcomes]int
}

// processFigures reads what Linux knows of a process.
func processFigures(pid int) (f figures, err error) {
	dir := fmt.Sprintf("/proc/%d/", pid)
	statm, err := os.ReadFile(dir + "statm")
	if err != nil {
		return f, err
	}
	var total, pages float64
	if _, err := fmt.Sscan(string(statm), &total, &pages); err != nil {
		return f, fmt.Errorf("%sstatm: %w", dir, err)
	}
	open, err := os.ReadDir(dir + "fd")
	f.resident, f.files = pages*float64(os.Getpagesize())/1e6, float64(len(open))
	return f, err
}

// scraper reads /metrics.
var scraper = connect.NewHTTPClient(connect.WithUserAgent("soak"))

// figures reads the server's own metrics as well.
func (s *httpServer) figures(ctx context.Context) (figures, error) {
	f, err := processFigures(s.cmd.Process.Pid)
	if err != nil {
		return f, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.observe+"/metrics", nil)
	if err != nil {
		return f, err
	}
	response, err := scraper.Do(request)
	if err != nil {
		return f, err
	}
	page, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return f, err
	}
	for name, to := range map[string]*float64{
		"go_goroutines": &f.goroutines, "go_memory_used_bytes": &f.held, "pingkit_sessions": &f.sessions, "pingkit_calls_running": &f.inCall,
	} {
		if found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(page); found != nil {
			if *to, err = strconv.ParseFloat(string(found[1]), 64); err != nil {
				return f, fmt.Errorf("/metrics: %s: %w", name, err)
			}
		}
	}
	if f.held /= 1e6; f.goroutines == 0 || f.held == 0 {
		return f, errors.New("/metrics has neither goroutines nor memory")
	}
	return f, nil
}

// sample takes samples while the load lasts.
func (s *soak) sample(ctx, loaded context.Context) {
	for {
		if pause(loaded, s.every); loaded.Err() != nil {
			return
		}
		now := sample{at: time.Since(s.began)}
		var err error
		if now.http, err = s.http.figures(ctx); err != nil {
			s.ledger.complain("the server over HTTP cannot be observed: %v", err)
			continue
		}
		for _, c := range s.stdio {
			f, err := processFigures(c.cmd.Process.Pid)
			if err != nil {
				s.ledger.complain("the server over %s cannot be observed: %v", c.name, err)
			}
			now.stdio = append(now.stdio, f)
		}
		now.took, now.calls = s.ledger.turn()
		s.samples = append(s.samples, now)
	}
}

// restSlack is what a server at rest may hold beyond what it held before the load: the connection of the scraper, and a few timers.
const restSlack = 12

func (s *soak) atRest() bool {
	return s.after.inCall == 0 && s.after.goroutines <= s.before.goroutines+restSlack && s.after.files <= s.before.files+restSlack
}

// gauge is a figure that must not grow.
type gauge struct {
	name  string
	of    func(sample) float64
	share float64 // by which the lowest value of the last fifth may exceed that of the second
	more  float64 // and this on top
}

// gauges are judged by the lowest value of a fifth of the run: a leak raises the lowest value as much as any other, while a fault
// raises only medians for a while. The first fifth is left out, as pools, caches and the heap find their size then. One goroutine
// or file in a hundred calls would be 180 in the six minutes between the two fifths, a kilobyte in each call 18 MB.
func gauges(stdio int) []gauge {
	list := []gauge{
		{"goroutines", func(s sample) float64 { return s.http.goroutines }, 0.2, 20},
		{"open files", func(s sample) float64 { return s.http.files }, 0.2, 20},
		{"memory held (MB)", func(s sample) float64 { return s.http.held }, 0.15, 4},
		{"resident memory (MB)", func(s sample) float64 { return s.http.resident }, 0.15, 4},
		{"sessions", func(s sample) float64 { return s.http.sessions }, 0.2, 30},
	}
	for i := range stdio {
		list = append(list,
			gauge{fmt.Sprintf("stdio server %d: open files", i+1), func(s sample) float64 { return s.stdio[i].files }, 0.2, 20},
			gauge{fmt.Sprintf("stdio server %d: resident memory (MB)", i+1), func(s sample) float64 { return s.stdio[i].resident }, 0.15, 4})
	}
	return list
}

// enoughSamples make the lowest value of a fifth worth comparing.
const enoughSamples = 40

func fifth(samples []sample, n int) []sample {
	return samples[n*len(samples)/5 : (n+1)*len(samples)/5]
}

func lowest(samples []sample, of func(sample) float64) float64 {
	value := math.Inf(1)
	for _, s := range samples {
		value = min(value, of(s))
	}
	return value
}

// growth compares the second and the last fifth of a run. It prints a line for each figure and returns those that grew.
func growth(out io.Writer, samples []sample, list []gauge) (grown []string, judged bool) {
	if len(samples) < enoughSamples {
		fmt.Fprintf(out, "growth\tnot judged: %d samples are too few, -for 3m gives enough\n", len(samples))
		return nil, false
	}
	fmt.Fprintln(out, "lowest\tin the second fifth\tin the last\tallowed")
	for _, g := range list {
		before, after := lowest(fifth(samples, 1), g.of), lowest(fifth(samples, 4), g.of)
		allowed := before*(1+g.share) + g.more
		fmt.Fprintf(out, "%s\t%.1f\t%.1f\t%.1f\n", g.name, before, after, allowed)
		if after > allowed {
			grown = append(grown, fmt.Sprintf("%s grew from %.1f to %.1f, and %.1f are allowed", g.name, before, after, allowed))
		}
	}
	return grown, true
}

// report prints what was measured and what must not be. It returns an error if there is any of the latter.
func (s *soak) report(to io.Writer) error {
	out := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "until\tcalls\tsucceeded\ttool errors\tno result\thung\tp50\tp99\tgoroutines\tfiles\tmemory held\tresident\tsessions")
	for n := range 5 {
		part := fifth(s.samples, n)
		if len(part) == 0 {
			continue
		}
		var calls [outcomes]int
		var took []time.Duration
		all := 0
		for _, p := range part {
			took = append(took, p.took...)
			for o, count := range p.calls {
				calls[o] += count
				all += count
			}
		}
		slices.Sort(took)
		quantile := func(share float64) time.Duration {
			if len(took) == 0 {
				return 0
			}
			return took[int(share*float64(len(took)))].Round(100 * time.Microsecond)
		}
		last := part[len(part)-1]
		fmt.Fprintf(out, "%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%.0f\t%.0f\t%.1f MB\t%.1f MB\t%.0f\n", last.at.Round(time.Second), all,
			calls[succeeded], calls[refused], calls[broken], calls[hung], quantile(0.5), quantile(0.99),
			last.http.goroutines, last.http.files, last.http.held, last.http.resident, last.http.sessions)
	}
	fmt.Fprintf(out, "\nat rest\tgoroutines\tfiles\nbefore the load\t%.0f\t%.0f\n%s after it\t%.0f\t%.0f\n\n",
		s.before.goroutines, s.before.files, s.rested.Round(time.Second), s.after.goroutines, s.after.files)
	grown, judged := growth(out, s.samples, gauges(len(s.stdio)))
	for _, what := range grown {
		s.ledger.complain("%s", what)
	}
	if !s.atRest() {
		s.ledger.complain("the server is not at rest after %s: %.0f goroutines, %.0f files, %.0f calls", s.rested, s.after.goroutines, s.after.files, s.after.inCall)
	}
	fmt.Fprintf(out, "\n%d\tfaults injected\n", s.faults.injected)
	for _, what := range slices.Sorted(maps.Keys(s.ledger.counts)) {
		fmt.Fprintf(out, "%d\t%s\n", s.ledger.counts[what], what)
	}
	if s.ledger.succeeded == 0 {
		s.ledger.complain("no call succeeded")
	}
	verdict := "\nNo write was sent twice or without approval, no result was wrong, no call hung."
	if judged {
		verdict += " Nothing grew."
	}
	if s.ledger.complained > 0 {
		verdict = fmt.Sprintf("\n%d complaints:\n%s", s.ledger.complained, strings.Join(s.ledger.complaints, "\n"))
	}
	fmt.Fprintln(out, verdict)
	if err := out.Flush(); err != nil {
		return err
	}
	if s.ledger.complained > 0 {
		return fmt.Errorf("%d complaints", s.ledger.complained)
	}
	return nil
}
