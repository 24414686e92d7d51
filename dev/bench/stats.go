//go:build linux

package main

import (
	"cmp"
	"slices"
)

// median is the middle one of the values, the upper one of two.
func median[T cmp.Ordered](values []T) T { return quantile(values, 0.5) }

// quantile is the value below which that part of the values is.
func quantile[T cmp.Ordered](values []T, part float64) T {
	if len(values) == 0 {
		var none T
		return none
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(part*float64(len(sorted))))]
}

// middle is the median of one figure of many things.
func middle[E any, T cmp.Ordered](things []E, figure func(E) T) T {
	return median(each(things, figure))
}

func each[E, T any](things []E, figure func(E) T) []T {
	values := make([]T, len(things))
	for i, thing := range things {
		values[i] = figure(thing)
	}
	return values
}

// ratios divides a figure of each run by the same figure of the other side's run
// of the same round.
func ratios[E any](ours, theirs []E, figure func(E) float64) []float64 {
	values := make([]float64, len(ours))
	for i := range ours {
		values[i] = figure(ours[i]) / figure(theirs[i])
	}
	return values
}
