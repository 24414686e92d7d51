package telemetry

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/config"
)

const (
	// firstWait is the wait before the second attempt, which doubles.
	firstWait = 500 * time.Millisecond
	// maxAnswer bounds what is read of a collector's answer, in bytes.
	maxAnswer = 64 << 10
)

// sender sends one signal to a collector by OTLP over HTTP, in protobuf.
type sender struct {
	what    string // traces or metrics
	to      config.Export
	client  *http.Client
	logger  *slog.Logger
	failing atomic.Bool // as the last export found it
}

func newSender(what string, to config.Export, s Settings) (*sender, error) {
	client, err := connect.NewCollectorClient(to.CA, connect.WithUserAgent(s.Service+"/"+s.Version), connect.WithLogger(s.Logger))
	if err != nil {
		return nil, fmt.Errorf("the certificate file for sending %s %w", what, err)
	}
	return &sender{what: what, to: to, client: client, logger: s.Logger}, nil
}

func (s *sender) close() { s.client.CloseIdleConnections() }

// send delivers a request or logs why it could not. A collector that stays away
// is worth one line, not one for each export.
func (s *sender) send(ctx context.Context, body message) {
	ctx, cancel := context.WithTimeout(ctx, s.to.Timeout)
	defer cancel()
	err := s.deliver(ctx, body)
	level := slog.LevelDebug
	if s.failing.Swap(err != nil) != (err != nil) {
		level = slog.LevelWarn
	}
	if err != nil {
		s.logger.Log(ctx, level, "telemetry is not delivered", "signal", s.what, "error", err)
	} else if level == slog.LevelWarn {
		s.logger.InfoContext(ctx, "telemetry is delivered again", "signal", s.what)
	}
}

// deliver posts a request, again where OTLP says that this may help (429, 502,
// 503, 504 or no answer), until ctx is done.
func (s *sender) deliver(ctx context.Context, body message) error {
	encoded := []byte(body)
	if s.to.Gzip {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write(body); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		encoded = b.Bytes()
	}
	for wait := firstWait; ; wait *= 2 {
		again, after, err := s.post(ctx, encoded)
		if err == nil || !again || ctx.Err() != nil {
			return err
		}
		// Replicas that lost the same collector do not return at once.
		pause := max(after, wait/2+rand.N(wait))
		if deadline, limited := ctx.Deadline(); limited && time.Until(deadline) <= pause {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
}

// post sends a request once. again says whether it is worth repeating, and
// after how long at least.
func (s *sender) post(ctx context.Context, body []byte) (again bool, after time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.to.URL, bytes.NewReader(body))
	if err != nil {
		return false, 0, err
	}
	for name, value := range s.to.Header {
		req.Header.Set(name, value)
	}
	req.Header.Set("Content-Type", "application/x-protobuf")
	if s.to.Gzip {
		req.Header.Set("Content-Encoding", "gzip")
	}
	resp, err := s.client.Do(req)
	if layer, ok := errors.AsType[*url.Error](err); ok {
		return true, 0, layer.Err // which names the host, not the whole address
	}
	if err != nil {
		return true, 0, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case resp.StatusCode < 300 && err == nil:
		return false, 0, rejected(answer)
	case resp.StatusCode < 300:
		return false, 0, fmt.Errorf("the answer broke off: %w", err)
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusBadGateway ||
		resp.StatusCode == http.StatusServiceUnavailable || resp.StatusCode == http.StatusGatewayTimeout:
		again = true
	}
	if seconds, bad := strconv.Atoi(resp.Header.Get("Retry-After")); bad == nil && seconds > 0 {
		after = time.Duration(min(seconds, 3600)) * time.Second
	}
	return again, after, fmt.Errorf("the collector answered %s", resp.Status)
}

// rejected is the error of an answer that accepts only a part: the field
// partial_success, 1, with the number of what was rejected, 1. The reason, in
// the collector's words, is left to the collector's log.
func rejected(answer []byte) error {
	partial := field(answer, 1, protowire.BytesType)
	count, n := protowire.ConsumeVarint(field(partial, 1, protowire.VarintType))
	if n <= 0 || count == 0 {
		return nil
	}
	return fmt.Errorf("the collector rejected %d of what was sent", count)
}

// field returns the value of a message's first field of a number and type: the
// content if it has a length, else as it is on the wire.
func field(m []byte, number protowire.Number, kind protowire.Type) []byte {
	for len(m) > 0 {
		found, as, n := protowire.ConsumeTag(m)
		if n < 0 {
			return nil
		}
		m = m[n:]
		size := protowire.ConsumeFieldValue(found, as, m)
		if size < 0 {
			return nil
		}
		if found == number && as == kind {
			if as == protowire.BytesType {
				content, _ := protowire.ConsumeBytes(m)
				return content
			}
			return m[:size]
		}
		m = m[size:]
	}
	return nil
}
