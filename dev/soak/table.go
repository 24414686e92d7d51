package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// What a server at rest may hold beyond what it held before the load: the
// connection that reads its metrics, and a timer or two.
const restSlack = 12

// atRest reports that nothing of the load is left in the server.
func (s *soak) atRest() bool {
	return len(s.after.running) == 0 && s.after.goroutines <= s.before.goroutines+restSlack && s.after.descriptors <= s.before.descriptors+restSlack
}

// show prints what was measured and what happened.
func (s *soak) show(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(format string, args ...any) { fmt.Fprintf(w, format+"\t\n", args...) }
	row("until\tcalls\tok\ttool errors\tno result\thung\tp50\tp99\tgoroutines\tdescriptors\theld MB\tresident MB\tsessions\tstdio: resident MB\tdescriptors")
	for n := range 5 {
		part := fifth(s.samples, n)
		if len(part) == 0 {
			continue
		}
		var t tally
		var took []time.Duration
		for _, p := range part {
			for f := range t {
				t[f] += p.tally[f]
			}
			took = append(took, p.took...)
		}
		took = sorted(took)
		median := func(of func(sample) float64) float64 { return medianOf(part, of) }
		row("%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%.0f\t%.0f\t%.1f\t%.1f\t%.0f\t%.1f\t%.0f", part[len(part)-1].at.Round(time.Second),
			t.all(), t[fine], t[refused], t[broken], t[hung],
			quantile(took, 0.5).Round(100*time.Microsecond), quantile(took, 0.99).Round(time.Millisecond),
			median(func(p sample) float64 { return p.http.goroutines }), median(func(p sample) float64 { return p.http.descriptors }),
			median(func(p sample) float64 { return p.http.held }), median(func(p sample) float64 { return p.http.resident }),
			median(func(p sample) float64 { return p.http.sessions }),
			median(func(p sample) float64 { return p.stdio[0].resident + p.stdio[1].resident }),
			median(func(p sample) float64 { return p.stdio[0].descriptors + p.stdio[1].descriptors }))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nMost at any moment: %.0f MB resident, %.0f goroutines, %.0f descriptors.\n",
		s.most(func(f figures) float64 { return f.resident }), s.most(func(f figures) float64 { return f.goroutines }), s.most(func(f figures) float64 { return f.descriptors }))
	fmt.Fprintf(out, "At rest before the load: %.0f goroutines, %.0f descriptors. After it: %.0f and %.0f, after %s.\n\n",
		s.before.goroutines, s.before.descriptors, s.after.goroutines, s.after.descriptors, s.rested.Round(time.Second))
	fmt.Fprintf(out, "%d troubles\n", s.weather.met)
	for _, what := range slices.Sorted(maps.Keys(s.book.counts)) {
		fmt.Fprintf(out, "%d %s\n", s.book.counts[what], what)
	}
	return nil
}

func (s *soak) most(of func(figures) float64) float64 {
	most := 0.0
	for _, p := range s.samples {
		most = max(most, of(p.http))
	}
	return most
}

// verdict prints what must not be, and returns an error if there is any of it.
func (s *soak) verdict(out io.Writer) error {
	for _, v := range s.stdio {
		for _, line := range v.log.told() {
			s.book.complain("a fault in the server over %s: %s", v.name, line)
		}
	}
	for _, line := range s.http.log.told() {
		s.book.complain("a fault in the server over HTTP: %s", line)
	}
	if s.growth {
		for _, what := range s.grew(out) {
			s.book.complain("%s", what)
		}
	}
	if s.book.total[fine] == 0 {
		s.book.complain("no call succeeded")
	}
	if s.book.complained == 0 {
		fmt.Fprintln(out, "\nNothing stayed behind, nothing was sent twice, no answer was wrong, no call hung.")
		return nil
	}
	fmt.Fprintf(out, "\n%d complaints\n", s.book.complained)
	for _, c := range s.book.complaints {
		fmt.Fprintln(out, "-", c)
	}
	return fmt.Errorf("%d complaints", s.book.complained)
}

// grew prints the comparison of the second and the last fifth of the run, and
// returns what grew.
func (s *soak) grew(out io.Writer) []string {
	stdio := make([]string, len(s.stdio))
	for i, v := range s.stdio {
		stdio[i] = v.name
	}
	lines, grown, err := growth(s.samples, gauges(stdio))
	if err != nil {
		fmt.Fprintf(out, "\nWhether something grew is not judged: %v\n", err)
	} else {
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "\nlowest\tin the second fifth\tin the last\tallowed")
		for _, line := range lines {
			fmt.Fprintln(w, line)
		}
		if err := w.Flush(); err != nil {
			grown = append(grown, fmt.Sprintf("the comparison cannot be written: %v", err))
		}
	}
	if !s.atRest() {
		grown = append(grown, fmt.Sprintf("the server did not come to rest within %s: %.0f goroutines, %.0f descriptors, and these calls run: %s",
			s.rest, s.after.goroutines, s.after.descriptors, strings.Join(s.after.running, ", ")))
	}
	return grown
}
