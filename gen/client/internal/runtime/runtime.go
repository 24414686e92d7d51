// Package runtime is what the generated clients import as the runtime of oapi-codegen. It refuses path parameters that would address
// another resource, and reads a media type in every spelling; the rest is oapi-codegen's own.
package runtime

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/oapi-codegen/runtime"
)

// The names that generated code uses.
type (
	// StyleParamOptions is oapi-codegen's.
	StyleParamOptions = runtime.StyleParamOptions
	// BindStyledParameterOptions is oapi-codegen's.
	BindStyledParameterOptions = runtime.BindStyledParameterOptions
)

// Where a parameter goes.
const (
	ParamLocationPath   = runtime.ParamLocationPath
	ParamLocationQuery  = runtime.ParamLocationQuery
	ParamLocationHeader = runtime.ParamLocationHeader
)

// ErrPathParameter is the cause of the error for a path parameter that is empty
// or has a dot segment. No escape helps: servers and proxies resolve such a
// segment, escaped or not, so the request would reach another resource.
var ErrPathParameter = errors.New("not a path segment")

// StyleParamWithOptions encodes a parameter.
func StyleParamWithOptions(style string, explode bool, name string, value any, options StyleParamOptions) (string, error) {
	encoded, err := runtime.StyleParamWithOptions(style, explode, name, value, options)
	if err != nil || options.ParamLocation != ParamLocationPath {
		return encoded, err
	}
	decoded, err := url.PathUnescape(encoded)
	if err != nil {
		return "", fmt.Errorf("parameter %s: %w", name, err)
	}
	if decoded == "" {
		return "", fmt.Errorf("parameter %s is empty: %w", name, ErrPathParameter)
	}
	for segment := range strings.FieldsFuncSeq(decoded, func(r rune) bool { return r == '/' || r == '\\' }) {
		if segment == "." || segment == ".." {
			return "", fmt.Errorf("parameter %s is %q: %w", name, decoded, ErrPathParameter)
		}
	}
	return encoded, nil
}

// BindStyledParameterWithOptions decodes a parameter.
func BindStyledParameterWithOptions(style, name, value string, dest any, options BindStyledParameterOptions) error {
	return runtime.BindStyledParameterWithOptions(style, name, value, dest, options)
}

// JSONMerge applies a JSON merge patch.
func JSONMerge(data, patch json.RawMessage) (json.RawMessage, error) {
	return runtime.JSONMerge(data, patch)
}

// Body returns the body of a response, and first makes its media type one that the generated clients recognize: they compare it byte for
// byte, and return no value and no error for any other. A media type is the same in every case (RFC 9110, section 8.3.1). A body without
// one is JSON where it looks so, and where the status is a success and the body is text: what is no JSON then fails to decode.
//
// dev/doc.go has the generated clients call it.
func Body(rsp *http.Response) io.Reader {
	media, parameters, _ := strings.Cut(rsp.Header.Get("Content-Type"), ";")
	if media = strings.ToLower(strings.TrimSpace(media)); media != "" {
		if parameters != "" {
			parameters = ";" + parameters
		}
		rsp.Header.Set("Content-Type", media+parameters)
		return rsp.Body
	}
	body := bufio.NewReader(rsp.Body)
	start, _ := body.Peek(512) // an error comes again when the body is read
	text := bytes.TrimSpace(start)
	isJSON := bytes.HasPrefix(text, []byte("{")) || bytes.HasPrefix(text, []byte("["))
	isText := len(text) > 0 && strings.HasPrefix(http.DetectContentType(start), "text/")
	if isJSON || isText && rsp.StatusCode/100 == 2 {
		rsp.Header.Set("Content-Type", "application/json")
	}
	return body
}
