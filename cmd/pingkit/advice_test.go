package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/pingcentral"
)

func TestNext(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{&download.Error{Kind: download.ErrNoKit, Err: &connect.Error{System: connect.SystemPingOne, Status: 400}}, "pingkit versions"},
		{&download.Error{Kind: download.ErrUnavailable, Err: &connect.Error{System: connect.SystemStorage, Status: 404}}, "try again"},
		{&connect.Error{System: connect.SystemPingOne, Err: context.DeadlineExceeded}, "--timeout"},
		{&pingcentral.RefusedError{Policy: true, Shielded: true}, "--shielded"},
		{errors.New("anything"), ""},
	} {
		if got := next(test.err); !strings.Contains(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%v: %q, want %q", test.err, got, test.want)
		}
	}
}
