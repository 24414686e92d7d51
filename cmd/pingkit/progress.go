package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"example.com/pingkit/internal/download"
)

// progress shows downloads on stderr: a bar for each on a terminal, and a line
// for each that is complete elsewhere.
type progress interface {
	// step takes an event; it may be called from several goroutines.
	step(download.Progress)
	// end stops the showing. Nothing is stepped afterwards.
	end()
}

// progress returns the showing of several downloads, to be ended before anything
// else is written.
func (c *cli) progress() progress {
	if c.draws || c.json() {
		return c.bar()
	}
	return &lines{out: c.stderr, told: map[string]bool{}}
}

// bar returns the showing of a download whose end is told by its command.
func (c *cli) bar() progress {
	if !c.draws {
		return silence{}
	}
	return &bars{out: c.stderr, bars: map[string]*mpb.Bar{}}
}

type silence struct{}

func (silence) step(download.Progress) {}
func (silence) end()                   {}

// lines writes a line for each file when its last byte is there.
type lines struct {
	mu   sync.Mutex
	out  io.Writer
	told map[string]bool
}

func (l *lines) step(p download.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// Of an unknown total nobody knows which byte is the last; the result tells
	// the size then.
	if p.Done != p.Total || l.told[p.Name] {
		return
	}
	l.told[p.Name] = true
	fmt.Fprintf(l.out, "fetched %s, %s\n", p.Name, size(p.Total))
}

func (l *lines) end() {}

// bars draws a bar for each file under way.
type bars struct {
	mu   sync.Mutex
	out  io.Writer
	pool *mpb.Progress // made with the first bar, so that a run without downloads draws nothing
	bars map[string]*mpb.Bar
}

func (b *bars) step(p download.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	bar := b.bars[p.Name]
	if bar == nil {
		if b.pool == nil {
			b.pool = mpb.New(mpb.WithOutput(b.out), mpb.WithWidth(40), mpb.WithAutoRefresh())
		}
		bar = b.pool.AddBar(p.Total,
			mpb.PrependDecorators(decor.Name(p.Name, decor.WCSyncSpaceR)),
			mpb.AppendDecorators(
				decor.Any(received, decor.WCSyncSpace),
				decor.Any(percent, decor.WCSyncSpace),
				decor.Any(pace(time.Now), decor.WCSyncSpace)))
		b.bars[p.Name] = bar
	}
	if p.Total >= 0 {
		bar.SetTotal(p.Total, false)
	}
	bar.SetCurrent(p.Done)
}

// received is how much of a file is there.
func received(s decor.Statistics) string {
	if s.Total <= 0 {
		return size(s.Current)
	}
	return size(s.Current) + " of " + size(s.Total)
}

// percent is the share of a file that is there; empty for an unknown total.
func percent(s decor.Statistics) string {
	if s.Total <= 0 {
		return ""
	}
	return fmt.Sprintf("%d %%", 100*s.Current/s.Total)
}

// pace returns a decorator with the rate since the first byte and the time that is
// left at this rate.
func pace(now func() time.Time) decor.DecorFunc {
	started := now()
	return func(s decor.Statistics) string {
		passed := now().Sub(started)
		if passed <= 0 || s.Current <= 0 {
			return ""
		}
		perSecond := float64(s.Current) / passed.Seconds()
		text := size(int64(perSecond)) + "/s"
		if left := s.Total - s.Current; left > 0 {
			text += ", " + time.Duration(float64(left)/perSecond*float64(time.Second)).Round(time.Second).String() + " left"
		}
		return text
	}
}

// end leaves the bars as they are, also those that did not get to their end.
func (b *bars) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pool == nil {
		return
	}
	for _, bar := range b.bars {
		if !bar.Completed() {
			bar.Abort(false)
		}
	}
	b.pool.Wait()
}
