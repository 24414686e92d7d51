#!/bin/sh
# In Lua scripts miniredis keeps JSON that redis changes: [] becomes {}, and large integers lose digits.
#
# Packages: github.com/alicebob/miniredis/v2 v2.40.0, github.com/redis/go-redis/v9 v9.23.0,
#   Debian redis-server 5:7.0.15-1~deb12u7
# Guess: A script that passes against miniredis does the same in redis: both have Lua 5.1 with
#   cjson.
# Fact: redis' cjson writes an empty list as {} and numbers with 14 digits, and tostring(2^53)
#   is 9.007199254741e+15; miniredis decodes and encodes with Go's JSON and prints whole numbers
#   in full. A sparse array is a nil answer in miniredis and a list with null in redis.
# Matters: A compare-and-set script that rewrites a stored JSON document passes its tests and
#   damages the document in production.
# Output, compared at the end:
#| return cjson.encode(cjson.decode('{"owners":[]}'))
#|   miniredis {"owners":[]}
#|   redis     {"owners":{}}
#| return cjson.encode(cjson.decode('{"id":12345678901234567}'))
#|   miniredis {"id":12345678901234568}
#|   redis     {"id":1.2345678901235e+16}
#| return cjson.encode({[1]=1,[3]=3})
#|   miniredis redis: nil
#|   redis     [1,null,3]
#| return tostring(2^53)
#|   miniredis 9007199254740992
#|   redis     9.007199254741e+15
#| return tostring(0.1+0.2)
#|   miniredis 0.30000000000000004
#|   redis     0.3
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

quiet apt-get download redis-server=5:7.0.15-1~deb12u7 redis-tools=5:7.0.15-1~deb12u7 \
	libjemalloc2=5.3.0-1 liblzf1=3.6-3 libatomic1
for deb in *.deb; do dpkg -x "$deb" root; done

cat >main.go <<'EOF'
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

func main() {
	mini := miniredis.NewMiniRedis()
	if err := mini.Start(); err != nil {
		panic(err)
	}
	socket := filepath.Join(os.Args[1], "socket")
	libs, _ := filepath.Glob("root/usr/lib/*-linux-gnu")
	server := exec.Command("root/usr/bin/redis-server", "--port", "0", "--unixsocket", socket, "--save", "")
	server.Env = []string{"LD_LIBRARY_PATH=" + strings.Join(libs, ":")}
	if err := server.Start(); err != nil {
		panic(err)
	}
	defer server.Process.Kill()
	ctx := context.Background()
	fake := redis.NewClient(&redis.Options{Addr: mini.Addr()})
	actual := redis.NewClient(&redis.Options{Network: "unix", Addr: socket})
	for i := 0; actual.Ping(ctx).Err() != nil; i++ {
		if i == 100 {
			panic("redis-server does not start")
		}
		time.Sleep(100 * time.Millisecond)
	}
	for _, script := range []string{
		`return cjson.encode(cjson.decode('{"owners":[]}'))`, `return cjson.encode(cjson.decode('{"id":12345678901234567}'))`,
		`return cjson.encode({[1]=1,[3]=3})`, `return tostring(2^53)`, `return tostring(0.1+0.2)`,
	} {
		a, err := fake.Eval(ctx, script, nil).Result()
		if err != nil {
			a = err
		}
		b, err := actual.Eval(ctx, script, nil).Result()
		if err != nil {
			b = err
		}
		fmt.Printf("%s\n  miniredis %v\n  redis     %v\n", script, a, b)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/alicebob/miniredis/v2@v2.40.0 github.com/redis/go-redis/v9@v9.23.0
quiet go build -o finding .
./finding "$dir" | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
