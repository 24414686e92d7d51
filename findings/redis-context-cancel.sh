#!/bin/sh
# go-redis does not end a waiting command when its context is canceled, even with ContextTimeoutEnabled.
#
# Packages: github.com/redis/go-redis/v9 v9.23.0
# Guess: A command takes a context, so cancellation ends it at once and a deadline limits it.
# Fact: By default neither counts once the command is sent: the read ends at ReadTimeout, with
#   "i/o timeout" and not context.Canceled. ContextTimeoutEnabled brings the deadline to the
#   connection, but never the cancellation.
# Matters: A client that went away, or a shutdown, waits for the full ReadTimeout (3 s by
#   default, times the retries); errors.Is(err, context.Canceled) is false.
# Output, compared at the end:
#| ContextTimeoutEnabled false  deadline of 0.2 s   ends at ReadTimeout  is a context error: false
#| ContextTimeoutEnabled false  cancel after 0.2 s  ends at ReadTimeout  is a context error: false
#| ContextTimeoutEnabled true   deadline of 0.2 s   ends early           is a context error: false
#| ContextTimeoutEnabled true   cancel after 0.2 s  ends at ReadTimeout  is a context error: false
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.go <<'EOF'
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
)

func main() {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts in the kernel, answers nothing
	if err != nil {
		panic(err)
	}
	const readTimeout = 3 * time.Second
	for _, enabled := range []bool{false, true} {
		rdb := redis.NewClient(&redis.Options{Addr: silent.Addr().String(), ReadTimeout: readTimeout, MaxRetries: -1, ContextTimeoutEnabled: enabled})
		deadline, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		report(enabled, "deadline of 0.2 s", rdb.Get, deadline, readTimeout)
		cancel()
		canceled, cancel := context.WithCancel(context.Background())
		time.AfterFunc(200*time.Millisecond, cancel)
		report(enabled, "cancel after 0.2 s", rdb.Get, canceled, readTimeout)
	}
}

func report(enabled bool, what string, get func(context.Context, string) *redis.StringCmd, ctx context.Context, limit time.Duration) {
	start := time.Now()
	err := get(ctx, "key").Err()
	ended := "early"
	if time.Since(start) >= limit {
		ended = "at ReadTimeout"
	}
	fmt.Printf("ContextTimeoutEnabled %-5v  %-18s  ends %-14s  is a context error: %v\n", enabled, what, ended,
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/redis/go-redis/v9@v9.23.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
