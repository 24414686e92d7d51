package connect_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"example.com/pingkit/connect"
)

// TestAnswersHaveABound has calls keep long answers until one finds no room. It
// is not parallel, as others' answers share the room.
func TestAnswersHaveABound(t *testing.T) {
	const size = 39 << 17 // 4.9 MiB
	client := newPingOne(t, pad(size, "application/json")).client(t)
	read := func(ctx context.Context) error {
		_, err := connect.JSON[document](client.ListEnvironments(ctx, nil))
		return err
	}
	for name, keep := range map[string]func() (kept context.Context, release func()){
		"KeepAnswers": func() (context.Context, func()) { return connect.KeepAnswers(t.Context()) },
		"open answers": func() (context.Context, func()) {
			return t.Context(), func() {}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var releases []func()
			for len(releases) < 20 {
				kept, release := keep()
				soon, cancel := context.WithTimeout(kept, time.Second)
				var err error
				if name == "KeepAnswers" {
					err = read(soon)
				} else {
					var resp *http.Response
					if resp, err = client.ListEnvironments(soon, nil); err == nil {
						release = func() { resp.Body.Close() }
					}
				}
				cancel()
				if err != nil {
					if !errors.Is(err, context.DeadlineExceeded) {
						t.Error(err)
					}
					release()
					break
				}
				releases = append(releases, release)
			}
			if n := len(releases); n == 0 || n*size > connect.AnswersBound {
				t.Errorf("%d answers of %d bytes were held", n, size)
			}
			if connect.NothingHeld() {
				t.Error("what is kept is not counted")
			}
			for _, release := range releases {
				release()
			}
			if err := read(t.Context()); err != nil {
				t.Error(err)
			}
			if !connect.NothingHeld() {
				t.Error("some memory is not given back")
			}
		})
	}
}

// TestMemoryIsGivenBack ends answers in each way. It is not parallel, as others'
// answers share the room.
func TestMemoryIsGivenBack(t *testing.T) {
	short := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "100000")
		_, _ = io.WriteString(w, `{"name":`)
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		fails   bool
	}{
		"short":                     {answer(`{"name":"x"}`), false},
		"long":                      {pad(4<<20, "application/json"), false},
		"as long as may be":         {pad(16<<20, "application/json"), false},
		"too long":                  {pad(17<<20, "application/json"), true},
		"no JSON":                   {answer(`<html>`), true},
		"not called JSON":           {pad(2<<20, "text/plain"), false},
		"breaks off":                {short, true},
		"breaks off and then whole": {inTurn(short, short, answer(`{"name":"x"}`)), false},
		"refused":                   {status(404), true},
		"empty":                     {status(204), false},
	} {
		t.Run(name, func(t *testing.T) {
			client := newPingOne(t, test.handler).client(t)
			if _, err := connect.JSON[document](client.ListEnvironments(t.Context(), nil)); (err != nil) != test.fails {
				t.Error(err)
			}
			if !connect.NothingHeld() {
				t.Error("after JSON, some memory is not given back")
			}
			_ = connect.Check(client.ListEnvironments(t.Context(), nil))
			if !connect.NothingHeld() {
				t.Error("after Check, some memory is not given back")
			}
			ctx, leave := context.WithCancel(t.Context())
			leave()
			_, _ = connect.JSON[document](client.ListEnvironments(ctx, nil))
			if !connect.NothingHeld() {
				t.Error("after a call that was given up, some memory is not given back")
			}
		})
	}
}

// TestWrappedLongDocuments reads long answers whose bodies a caller has wrapped:
// none may wait for memory while it holds the same answer.
func TestWrappedLongDocuments(t *testing.T) {
	client := newPingOne(t, pad(4<<20, "application/json")).client(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			resp, err := client.ListEnvironments(t.Context(), nil)
			if err == nil {
				resp.Body = struct{ io.ReadCloser }{resp.Body}
			}
			if got, err := connect.JSON[document](resp, err); err != nil || got.Name != "x" {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
