#!/bin/sh
# A charset in Content-Type makes oapi-codegen's client drop the body, when a response has two JSON media types.
#
# Packages: github.com/oapi-codegen/oapi-codegen/v2 v2.8.2, github.com/oapi-codegen/runtime
#   v1.9.0
# Guess: "application/json" and "application/json; charset=utf-8" are one type; a body that is
#   not understood is an error.
# Fact: With one JSON type the client looks for the letters json; with two (application/hal+json
#   beside it) it compares the whole header. With a charset both fields stay nil and the error
#   is nil too; only Body and the status are there.
# Matters: An upstream that adds a charset, which is legal, turns every 200 into an empty
#   answer.
# Output, compared at the end:
#| application/json                 one JSON type: decoded true   two JSON types: decoded true
#| application/json; charset=utf-8  one JSON type: decoded true   two JSON types: decoded false
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >api.yaml <<'EOF'
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /one:
    get:
      operationId: one
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Kit"}}}}
  /two:
    get:
      operationId: two
      responses:
        "200":
          description: ok
          content:
            application/json: {schema: {$ref: "#/components/schemas/Kit"}}
            application/hal+json: {schema: {$ref: "#/components/schemas/Kit"}}
components:
  schemas:
    Kit: {type: object, properties: {name: {type: string}}}
EOF
cat >main.go <<'EOF'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
)

func main() {
	contentType := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		fmt.Fprint(w, `{"name":"PingID"}`)
	}))
	defer server.Close()
	client, err := NewClientWithResponses(server.URL)
	if err != nil {
		panic(err)
	}
	for _, contentType = range []string{"application/json", "application/json; charset=utf-8"} {
		one, err1 := client.OneWithResponse(context.Background())
		two, err2 := client.TwoWithResponse(context.Background())
		if err1 != nil || err2 != nil {
			panic(fmt.Sprint(err1, err2))
		}
		fmt.Printf("%-32s one JSON type: decoded %-5v  two JSON types: decoded %v\n", contentType,
			one.JSON200 != nil, two.JSON200 != nil || two.HALJSON200 != nil)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -generate types,client -package main -o api.go api.yaml
quiet go get github.com/oapi-codegen/runtime@v1.9.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
