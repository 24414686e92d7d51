#!/bin/sh
# go-redis answers false to the caller whose SET NX won, when the first answer was lost.
#
# Packages: github.com/redis/go-redis/v9 v9.23.0, github.com/alicebob/miniredis/v2 v2.40.0
# Guess: A command whose connection breaks returns an error; a lock that SetNX reports as taken
#   belongs to somebody else.
# Fact: Commands are repeated up to three times by default (MaxRetries 0 means 3), writes
#   included. The second SET NX meets the caller's own value: false and no error. With
#   MaxRetries -1 the caller gets EOF and can look at the key.
# Matters: "Use once" markers and locks refuse their own owner after a hiccup of the network.
# Output, compared at the end:
#| MaxRetries  0: SetNX = false, <nil>; SET sent 2 times; stored "me"
#| MaxRetries -1: SetNX = false, EOF; SET sent 1 times; stored "me"
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.go <<'EOF'
package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

func main() {
	store := miniredis.NewMiniRedis()
	if err := store.Start(); err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	var sets atomic.Int32
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go forward(client, store.Addr(), &sets)
		}
	}()
	ctx := context.Background()
	for _, retries := range []int{0, -1} {
		store.FlushAll()
		sets.Store(0)
		rdb := redis.NewClient(&redis.Options{Addr: listener.Addr().String(), MaxRetries: retries})
		won, err := rdb.SetNX(ctx, "lock", "me", time.Minute).Result()
		value, _ := store.Get("lock")
		fmt.Printf("MaxRetries %2d: SetNX = %v, %v; SET sent %d times; stored %q\n", retries, won, err, sets.Load(), value)
	}
}

// forward copies both ways, and closes the connection in place of the answer to the first SET.
func forward(client net.Conn, addr string, sets *atomic.Int32) {
	defer client.Close()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer server.Close()
	var drop atomic.Bool
	go func() {
		defer server.Close()
		buf := make([]byte, 4096)
		for {
			n, err := client.Read(buf)
			if err != nil {
				return
			}
			if bytes.Contains(bytes.ToLower(buf[:n]), []byte("\r\nset\r\n")) && sets.Add(1) == 1 {
				drop.Store(true)
			}
			if _, err := server.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 4096)
	for {
		n, err := server.Read(buf)
		if err != nil || drop.Load() {
			return
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/redis/go-redis/v9@v9.23.0 github.com/alicebob/miniredis/v2@v2.40.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
