package main

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// fate is how a call ended.
type fate int

const (
	fine    fate = iota
	refused      // the tool answered with an error
	broken       // no result came: an error of the protocol or of the transport
	hung         // nothing came
	fates        // how many there are
)

// tally counts calls by their fates.
type tally [fates]int

func (t tally) all() int {
	sum := 0
	for _, n := range t {
		sum += n
	}
	return sum
}

// complaintsKept bounds what is printed; all are counted.
const complaintsKept = 30

// book has what happened.
type book struct {
	mu         sync.Mutex
	took       []time.Duration // of calls since the last sample
	tally      tally           // since the last sample
	total      tally
	counts     map[string]int // of whatever else is worth counting
	complaints []string
	complained int
}

func newBook() *book { return &book{counts: map[string]int{}} }

// note takes down a call.
func (b *book) note(f fate, took time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.took = append(b.took, took)
	b.tally[f]++
	b.total[f]++
}

// count takes down something that happened.
func (b *book) count(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counts[what]++
}

// complain takes down what must not happen.
func (b *book) complain(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complained++
	if len(b.complaints) < complaintsKept {
		b.complaints = append(b.complaints, time.Now().Format(time.TimeOnly)+" "+fmt.Sprintf(format, args...))
	}
}

// turn returns what happened since it was called before.
func (b *book) turn() (took []time.Duration, t tally) {
	b.mu.Lock()
	defer b.mu.Unlock()
	took, t = b.took, b.tally
	b.took, b.tally = nil, tally{}
	return took, t
}

// quantile is the value below which a share of the durations lies.
func quantile(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}

func sorted(list []time.Duration) []time.Duration {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}
