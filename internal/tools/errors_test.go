package tools

import (
	"context"
	"fmt"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/pingcentral"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		want string
	}{
		{&connect.Error{System: connect.SystemPingOne, Host: "api.example.com", Method: "GET", Err: context.DeadlineExceeded, TransactionID: "t-1"},
			"PingOne at api.example.com gave no answer: the deadline passed. Check the address and the network, a proxy included, or try again in a minute. Transaction id: t-1."},
		{&connect.Error{System: connect.SystemPingCentral, Status: 409, Message: "It is locked.", TransactionID: "t-1"},
			"PingCentral answered 409 Conflict: It is locked. Look in PingCentral itself, where it can be done by hand, and in PingCentral's log. Transaction id: t-1."},
		{fmt.Errorf("it has 11 bytes, and the limit is 10: %w", download.ErrTooLarge),
			"it has 11 bytes, and the limit is 10: too large. Ask the operator of this server to raise PINGKIT_MAX_DOWNLOAD."},
		{fmt.Errorf("looking: %w", context.Canceled), "looking: it was cancelled."},
		{&pingcentral.RefusedError{Policy: true, Shielded: true, Reason: "the environment is shielded"},
			"the environment is shielded. Have the user promote it: with a client that can ask its user (elicitation), with `pingkit app promote` on a terminal, or in PingCentral."},
	} {
		if got := Explain(test.err); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}
