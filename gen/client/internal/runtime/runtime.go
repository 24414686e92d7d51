// Package runtime is what the generated clients import as the runtime of
// oapi-codegen. It refuses path parameters that would address another resource;
// the rest is oapi-codegen's own.
package runtime

import (
	"encoding/json"
	"errors"
	"fmt"
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
