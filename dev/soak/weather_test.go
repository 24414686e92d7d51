package main

import (
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

func TestWeatherKnowsWhenTroublesWere(t *testing.T) {
	box := sandboxtest.New(t, sandbox.Options{})
	w := newWeather(box)
	if len(w.all) < 500 {
		t.Errorf("only %d troubles", len(w.all))
	}
	calm := time.Now()
	if !w.fair(calm) {
		t.Error("there was a trouble before the first")
	}
	w.begin(w.all[0])
	if w.fair(time.Now()) || names(w.since(calm)) != w.all[0].Name {
		t.Errorf("while it lasts: %s", names(w.since(calm)))
	}
	w.end()
	if w.fair(calm) || !strings.Contains(names(w.since(calm)), w.all[0].Name) {
		t.Error("a call that began before met none")
	}
	if !w.fair(time.Now().Add(aftermath)) {
		t.Error("it goes on after its aftermath")
	}
}
