package main

import (
	"slices"
	"strings"

	"example.com/pingkit/internal/config"
)

// ownByChart are settings that the chart's templates set themselves.
var ownByChart = []string{"PINGKIT_DOWNLOAD_DIR", "PINGKIT_SECRETS_DIR", "PINGKIT_OBSERVE_ADDR"}

// unusable matches what config refuses in a value: quotes around it, and
// placeholders that were not filled in.
const unusable = "^[\"'`]|[\"'`]$|\\$\\{[^}]*\\}|\\{\\{.*\\}\\}|<[^<>]+>|…"

// schema is the part of JSON Schema that the values need.
type schema struct {
	Dialect              string            `json:"$schema,omitempty"`
	Comment              string            `json:"$comment,omitempty"`
	Type                 string            `json:"type,omitempty"`
	Description          string            `json:"description,omitempty"`
	Enum                 []string          `json:"enum,omitempty"`
	Pattern              string            `json:"pattern,omitempty"`
	Not                  *schema           `json:"not,omitempty"`
	Items                *schema           `json:"items,omitempty"`
	UniqueItems          bool              `json:"uniqueItems,omitempty"`
	Properties           map[string]schema `json:"properties,omitempty"`
	AdditionalProperties *bool             `json:"additionalProperties,omitempty"`
}

// chartSchema makes Helm refuse settings that the program does not know, and
// secrets in the values.
func chartSchema() schema {
	settings := schema{Type: "object", Properties: map[string]schema{}, AdditionalProperties: new(bool)}
	for _, s := range config.All() {
		if !s.Secret && !readsFile(s) && !slices.Contains(ownByChart, s.Name) {
			property := schema{Type: "string", Description: describe(s), Not: &schema{Pattern: unusable}}
			if s.Switch {
				property.Enum = []string{"true", "false"}
			}
			settings.Properties[s.Name] = property
		}
	}
	return schema{
		Dialect: "http://json-schema.org/draft-07/schema#",
		Comment: "Generated from the program's settings; run make generate after changing them.",
		Type:    "object",
		Properties: map[string]schema{
			"settings": settings,
			"secret": {Type: "object", Properties: map[string]schema{
				"keys": {Type: "array", UniqueItems: true, Items: &schema{Type: "string", Enum: secretKeys()}},
			}},
		},
	}
}

// secretKeys are the keys that the chart's Secret may hold. The variable K_FILE
// names the file of key K to the program.
func secretKeys() []string {
	var keys []string
	for _, s := range config.All() {
		switch {
		case s.Secret:
			keys = append(keys, s.Name)
		case readsFile(s):
			keys = append(keys, strings.TrimSuffix(s.Name, fileSuffix))
		}
	}
	return keys
}
