#!/bin/sh
# kin-openapi finds nothing wrong with an undeclared 301, 304, 307 or 308, nor with a uuid that is none.
#
# Packages: github.com/getkin/kin-openapi v0.153.0
# Guess: ValidateResponse says whether an answer fits the document: status, headers, body,
#   formats.
# Fact: 301, 304, 307 and 308 pass although only 200 is declared (302 and 303 are refused);
#   "format: uuid" is not checked unless the program registers it.
# Matters: A contract test with it is green for a redirect to a login page and for identifiers
#   of another form.
# Output, compared at the end:
#| 200 {"id":"3f9d2c44-6e0b-4c57-8a39-1c5f0a7be001"}      passes
#| 200 {}                                                 is refused
#| 200 {"id":"no uuid"}                                   passes
#| 301                                                    passes
#| 302                                                    is refused
#| 303                                                    is refused
#| 304                                                    passes
#| 307                                                    passes
#| 308                                                    passes
#| 404                                                    is refused
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
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

const document = `{"openapi":"3.0.3","info":{"title":"t","version":"1"},"servers":[{"url":"http://h"}],"paths":{"/kit":{"get":{"responses":{"200":{
"description":"ok","content":{"application/json":{"schema":{"type":"object","required":["id"],"properties":{"id":{"type":"string","format":"uuid"}}}}}}}}}}}`

func main() {
	ctx := context.Background()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(document))
	if err != nil {
		panic(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		panic(err)
	}
	request, _ := http.NewRequest("GET", "http://h/kit", nil)
	route, params, err := router.FindRoute(request)
	if err != nil {
		panic(err)
	}
	const good = `{"id":"3f9d2c44-6e0b-4c57-8a39-1c5f0a7be001"}`
	check := func(status int, body string) {
		err := openapi3filter.ValidateResponse(ctx, &openapi3filter.ResponseValidationInput{
			RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, PathParams: params, Route: route},
			Status:                 status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
			Options: &openapi3filter.Options{IncludeResponseStatus: true},
		})
		verdict := "passes"
		if err != nil {
			verdict = "is refused"
		}
		fmt.Printf("%d %-50.50s %s\n", status, body, verdict)
	}
	check(200, good)
	check(200, `{}`)
	check(200, `{"id":"no uuid"}`)
	for _, status := range []int{301, 302, 303, 304, 307, 308, 404} {
		check(status, "")
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/getkin/kin-openapi@v0.153.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
