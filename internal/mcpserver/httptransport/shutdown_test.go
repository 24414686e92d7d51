package httptransport

import (
	"net/http"
	"testing"
	"time"
)

// endDuringACall ends the server while a call runs. The channels get the text of
// the call's answer, empty if there is none, or its failure, and how the server
// ended.
func endDuringACall(t *testing.T, era string, grace time.Duration) (b *bench, answer chan string, ended chan error) {
	b = start(t, Options{Grace: grace})
	c := b.as("", era)
	answer, ended = make(chan string, 1), make(chan error, 1)
	request := c.callRequest(t.Context(), "wait")
	go func() {
		response, err := b.client.Do(request)
		if err != nil {
			answer <- err.Error()
			return
		}
		text := ""
		b.events(response, func(e event) { text = e.Result.Content[0].Text })
		answer <- text
	}()
	b.began()
	go func() { ended <- b.end() }()
	return b, answer, ended
}

func TestCallsFinishAtTheEnd(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		b, answer, ended := endDuringACall(t, era, patience)
		// Nobody new is let in meanwhile.
		for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
			response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(b.url)
			if err != nil {
				break
			}
			b.drain(response)
			if time.Now().After(deadline) {
				t.Fatal("the ending server still takes requests")
			}
		}
		select {
		case err := <-ended:
			t.Fatalf("the server ended before its call, with %v", err)
		case <-time.After(100 * time.Millisecond):
		}
		b.finish <- "finished"
		if text := await(t, answer, "no answer"); text != "finished" {
			t.Errorf("the call ended with %q", text)
		}
		if err := await(t, ended, "the server does not end"); err != nil {
			t.Error(err)
		}
	})
}

func TestCallsAreCancelledAfterTheGrace(t *testing.T) {
	t.Parallel()
	eras(t, func(t *testing.T, era string) {
		b, answer, ended := endDuringACall(t, era, 200*time.Millisecond)
		await(t, b.broken, "the call goes on")
		if err := await(t, ended, "the server does not end"); err != nil {
			t.Error(err)
		}
		if text := await(t, answer, "the client waits"); text == "finished" {
			t.Error("the call finished all the same")
		}
	})
}
