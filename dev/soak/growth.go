package main

import "fmt"

// gauge is a figure that must not grow.
type gauge struct {
	name  string
	of    func(sample) float64
	share float64 // by which the lowest of the last fifth may exceed that of the second
	more  float64 // and this besides
}

// gauges are judged by the lowest value of a fifth, where the table shows
// medians. What is never given back raises the lowest value as much as any
// other; what a trouble takes for a while (calls that wait, an answer of 16 MB
// in memory until the runtime gives it back) raises medians as well. The first
// fifth is left out: pools, caches and the heap find their size then.
//
// What a leak would be: one goroutine or descriptor in a hundred calls is 180 in
// the six minutes between the beginnings of the two fifths, at 50 calls a
// second. A kilobyte in each call is 18 MB, and one abandoned session that is
// kept in each second 5 MB. The tolerances are above what was seen without any
// growth, and well below that.
func gauges(stdio []string) []gauge {
	list := []gauge{
		{"goroutines", func(s sample) float64 { return s.http.goroutines }, 0.2, 20},
		{"descriptors", func(s sample) float64 { return s.http.descriptors }, 0.2, 20},
		{"memory held (MB)", func(s sample) float64 { return s.http.held }, 0.15, 4},
		{"resident memory (MB)", func(s sample) float64 { return s.http.resident }, 0.15, 4},
		{"sessions", func(s sample) float64 { return s.http.sessions }, 0.2, 30},
	}
	for i, name := range stdio {
		list = append(list,
			gauge{name + ": descriptors", func(s sample) float64 { return s.stdio[i].descriptors }, 0.2, 20},
			gauge{name + ": resident memory (MB)", func(s sample) float64 { return s.stdio[i].resident }, 0.15, 4},
		)
	}
	return list
}

// fewest samples of a fifth make its lowest value worth comparing.
const fewest = 8

// growth compares the second and the last fifth of a run. It returns a line for
// each figure, and those that grew.
func growth(samples []sample, list []gauge) (lines, grown []string, err error) {
	second, last := fifth(samples, 1), fifth(samples, 4)
	if len(second) < fewest {
		return nil, nil, fmt.Errorf("%d samples are too few to see growth: take a longer time", len(samples))
	}
	for _, g := range list {
		before, after := lowestOf(second, g.of), lowestOf(last, g.of)
		allowed := before*(1+g.share) + g.more
		line := fmt.Sprintf("%s\t%.1f\t%.1f\t%.1f", g.name, before, after, allowed)
		lines = append(lines, line)
		if after > allowed {
			grown = append(grown, fmt.Sprintf("%s grew from %.1f to %.1f, and %.1f are allowed", g.name, before, after, allowed))
		}
	}
	return lines, grown, nil
}
