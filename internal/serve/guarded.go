package serve

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"pingkit/connect"
	"pingkit/internal/tools"
)

// guarded runs what reads for a resource or a completion as middleware does for
// tools: with a transaction id, a line in the log, and an error in words even
// where it panics.
func (s *Server) guarded(ctx context.Context, what string, read func(context.Context) error) (err error) {
	start := time.Now()
	ctx = connect.WithTransactionID(ctx, "pingkit-"+uuid.NewString())
	defer func() {
		if recover() != nil {
			logPanic(ctx, s.logger, what)
			err = errors.New("a fault in the server; its log has the place")
		}
		ended := "ok"
		if err != nil {
			ended = "error"
		}
		s.logger.InfoContext(ctx, what, "duration", time.Since(start).Round(time.Millisecond), "outcome", ended,
			"transaction_id", connect.TransactionID(ctx))
	}()
	if err := read(ctx); err != nil {
		return errors.New(tools.Explain(err))
	}
	return nil
}
