package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"pingkit/connect"
	"pingkit/internal/fetch"
	"pingkit/internal/promotion"
)

func TestNext(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{&fetch.Error{Kind: fetch.ErrNoKit, Err: &connect.Error{System: connect.SystemPingOne, Status: 400}}, "pingkit versions"},
		{&fetch.Error{Kind: fetch.ErrUnavailable, Err: &connect.Error{System: connect.SystemStorage, Status: 404}}, "try again"},
		{&connect.Error{System: connect.SystemPingOne, Err: context.DeadlineExceeded}, "--timeout"},
		{&promotion.RefusedError{Policy: true, Shielded: true}, "--shielded"},
		{errors.New("anything"), ""},
	} {
		if got := next(test.err); !strings.Contains(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%v: %q, want %q", test.err, got, test.want)
		}
	}
}
