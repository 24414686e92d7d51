package pingcentral

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http/httptrace"
	"testing"
	"testing/synctest"
	"time"
)

// writerFunc is a stream of the audit that does something while a line is
// written.
type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestWriteIsNotSentWhenItsTimePassedInTheAudit changes something while the
// audit takes the first line.
func TestWriteIsNotSentWhenItsTimePassedInTheAudit(t *testing.T) {
	expired := func(err error) bool { return fault(err) == PlanExpired }
	refused := func(err error) bool { _, ok := errors.AsType[*RefusedError](err); return ok }
	type surroundings struct {
		now    *time.Time
		s      *Service
		cancel context.CancelFunc
	}
	for _, test := range []struct {
		name string
		do   func(surroundings)
		sent bool
		is   func(error) bool
	}{
		{"nothing", func(surroundings) {}, true, func(err error) bool { return err == nil }},
		{"a moment passes", func(x surroundings) { *x.now = x.now.Add(lookLifetime) }, true, func(err error) bool { return err == nil }},
		{"the plan expires", func(x surroundings) { *x.now = x.now.Add(PlanLifetime) }, false, expired},
		{"the state becomes old", func(x surroundings) { *x.now = x.now.Add(lookLifetime + time.Second) }, false, refused},
		{"the clock is set back", func(x surroundings) { *x.now = x.now.Add(-time.Second) }, false, refused},
		{"the caller leaves", func(x surroundings) { x.cancel() }, false, func(err error) bool { return errors.Is(err, context.Canceled) }},
		{"the server shuts down", func(x surroundings) { x.s.Drain() }, false, func(err error) bool { return errors.Is(err, errDraining) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newForeign(t)
			now := time.Now()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var audit bytes.Buffer
			x := surroundings{now: &now, cancel: cancel}
			done := false
			stream := writerFunc(func(p []byte) (int, error) {
				if !done {
					done = true
					test.do(x)
				}
				return audit.Write(p)
			})
			x.s = f.service(t, func(o *Options) {
				o.Now = func() time.Time { return now }
				o.Audit = NewAudit(stream, "")
			})
			_, err := asUser(x.s, ctx, planned(t, x.s, toTest()))
			if !test.is(err) || (len(f.writes()) == 1) != test.sent {
				t.Errorf("got %v, sent %v", err, f.writes())
			}
			x.s.audit.turn <- struct{}{} // the audit is at rest
			lines := auditLines(t, audit.String())
			if len(lines) != 2 || lines[0]["phase"] != "before" || lines[1]["phase"] != "after" || (lines[1]["outcome"] == "not_sent") == test.sent {
				t.Errorf("the audit is %s", audit.String())
			}
		})
	}
}

// TestWriteThatAgesWithAnOldPlan: the plan's own end counts, not that of the plan
// that Execute makes to compare with.
func TestWriteThatAgesWithAnOldPlan(t *testing.T) {
	f := newForeign(t)
	now := time.Now()
	s := f.service(t, func(o *Options) {
		o.Now = func() time.Time { return now }
		o.Audit = NewAudit(writerFunc(func(p []byte) (int, error) { now = now.Add(5 * time.Second); return len(p), nil }), "")
	})
	p := planned(t, s, toTest())
	now = p.Expires.Add(-3 * time.Second)
	if _, err := asUser(s, t.Context(), p); fault(err) != PlanExpired || len(f.writes()) > 0 {
		t.Errorf("got %v, sent %v", err, f.writes())
	}
}

// TestStalledAudit has a pipe that no one reads behind the audit.
func TestStalledAudit(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(*Service, context.CancelFunc)
	}{
		{"for longer than its limit", func(*Service, context.CancelFunc) {}},
		{"until the caller leaves", func(_ *Service, cancel context.CancelFunc) { cancel() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newForeign(t)
			reader, stream := io.Pipe()
			writing := make(chan bool, 10)
			audit := NewAudit(writerFunc(func(p []byte) (int, error) { writing <- true; return stream.Write(p) }), "")
			if test.name == "for longer than its limit" {
				audit.limit = time.Millisecond
			} else {
				audit.limit = time.Hour
			}
			s := f.service(t, func(o *Options) { o.Audit = audit })
			p := planned(t, s, toTest())
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := make(chan error)
			go func() {
				_, err := asUser(s, ctx, p)
				done <- err
			}()
			<-writing
			if err := s.Close(); err != nil { // waits for no line
				t.Error(err)
			}
			test.end(s, cancel)
			select {
			case err := <-done:
				if err == nil || len(f.writes()) > 0 {
					t.Fatalf("got %v, sent %v", err, f.writes())
				}
			case <-time.After(20 * time.Second):
				t.Fatal("the call does not end")
			}
			drained := make(chan string)
			go func() {
				text, _ := io.ReadAll(reader)
				drained <- string(text)
			}()
			audit.turn <- struct{}{} // the line has ended
			stream.Close()
			text := <-drained
			lines := auditLines(t, text)
			if len(lines) != 2 || lines[0]["phase"] != "before" || lines[1]["outcome"] != "not_sent" || len(f.writes()) > 0 {
				t.Errorf("the audit is %s, sent %v", text, f.writes())
			}
		})
	}
}

func TestAuditTakesFiveSecondsAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader, stream := io.Pipe()
		audit := NewAudit(stream, "")
		begin := time.Now()
		if _, err := audit.begin(t.Context(), record{plan: &Plan{}}); !errors.Is(err, errAuditSlow) || time.Since(begin) != auditLimit {
			t.Errorf("a stalled audit gives %v after %s", err, time.Since(begin))
		}
		reader.Close()
	})
}

func TestCallerEndsAWriteUntilItIsSent(t *testing.T) {
	for _, sent := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			parent, cancel := context.WithCancel(t.Context())
			ctx, leave := untilSent(parent)
			defer leave()
			if sent {
				httptrace.ContextClientTrace(ctx).WroteHeaders()
			}
			cancel()
			synctest.Wait()
			if ended := ctx.Err() != nil; ended == sent {
				t.Errorf("sent: %t, ended: %t", sent, ended)
			}
		})
	}
}
