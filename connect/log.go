package connect

import (
	"log/slog"
	"net/http"
	"time"

	"example.com/pingkit/internal/sanitize"
)

// log writes one line for each request that is sent. Queries, headers and
// bodies stay out: a presigned URL's query is a credential.
type log struct {
	next   http.RoundTripper
	logger *slog.Logger
}

func (l *log) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if !l.logger.Enabled(ctx, slog.LevelDebug) {
		return l.next.RoundTrip(req)
	}
	start := time.Now()
	resp, err := l.next.RoundTrip(req)
	this := callOf(ctx)
	attrs := []slog.Attr{
		slog.String("system", string(this.system)),
		slog.String("method", req.Method),
		slog.String("host", req.URL.Host),
		slog.String("path", redact(req, req.URL.EscapedPath())),
		slog.Duration("duration", time.Since(start)),
		slog.Int("attempt", int(this.attempt.Load())),
		slog.String("transaction_id", this.transactionID),
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", sanitize.Line(redact(req, bare(err).Error()), messageLimit)))
	} else {
		attrs = append(attrs, slog.Int("status", resp.StatusCode))
	}
	l.logger.LogAttrs(ctx, slog.LevelDebug, "upstream request", attrs...)
	return resp, err
}
