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
	Minimum              *int              `json:"minimum,omitempty"`
	Required             []string          `json:"required,omitempty"`
	Properties           map[string]schema `json:"properties,omitempty"`
	AdditionalProperties *bool             `json:"additionalProperties,omitempty"`
}

// chartSchema makes Helm refuse values that the templates do not read, settings
// that the program does not know, and secrets in the values.
func chartSchema() schema {
	settings := closed(map[string]schema{})
	for _, s := range config.All() {
		if !s.Secret && !readsFile(s) && !slices.Contains(ownByChart, s.Name) {
			property := schema{Type: "string", Description: describe(s), Not: &schema{Pattern: unusable}}
			if s.Switch {
				property.Enum = []string{"true", "false"}
			}
			settings.Properties[s.Name] = property
		}
	}
	top := closed(map[string]schema{
		"settings": settings,
		"secret": closed(map[string]schema{
			"name": text,
			"keys": {Type: "array", UniqueItems: true, Items: &schema{Type: "string", Enum: secretKeys()}},
		}),
		"replicaCount": number(0),
		"image": closed(map[string]schema{
			"repository": text, "tag": text, "digest": text,
			"pullPolicy": {Type: "string", Enum: []string{"Always", "IfNotPresent", "Never"}},
		}),
		"imagePullSecrets":   list,
		"applicationSecret":  closed(map[string]schema{"name": text}),
		"telemetry":          mapping,
		"downloads":          closed(map[string]schema{"quotaMB": {}}), // the templates explain a wrong one
		"podSecurityContext": mapping,
		"securityContext":    mapping,
		"extraEnv": {Type: "array", Items: &schema{Type: "object", Required: []string{"name"}, Properties: map[string]schema{
			"name": {
				Type: "string", Not: &schema{Pattern: "^(PINGKIT|PINGONE|PINGCENTRAL)_"},
				Description: "A variable that is not pingkit's own: those are in settings and secret.keys.",
			},
		}}},
		"certificates":      closed(map[string]schema{"configMap": text, "key": text}),
		"extraVolumes":      list,
		"extraVolumeMounts": list,
		"shutdown":          closed(map[string]schema{"preStopSeconds": number(0), "graceSeconds": number(1)}),
		"resources":         mapping,
		"service":           closed(map[string]schema{"type": text, "port": number(1), "sessionAffinity": text}),
		"ingress": closed(map[string]schema{
			"enabled": boolean, "className": text, "annotations": mapping, "tlsSecret": text,
		}),
		"httpRoute": closed(map[string]schema{
			"enabled": boolean, "parentRefs": list, "annotations": mapping, "timeouts": mapping,
		}),
		"serviceMonitor": closed(map[string]schema{"enabled": boolean, "interval": text, "labels": mapping}),
		"prometheusRule": closed(map[string]schema{"enabled": boolean, "labels": mapping}),
		"dashboard":      closed(map[string]schema{"enabled": boolean, "labels": mapping, "annotations": mapping}),
		"networkPolicy": closed(map[string]schema{
			"enabled": boolean, "from": list, "metricsFrom": list,
			"egressPorts": {Type: "array", Items: &schema{Type: "integer"}},
		}),
		"podDisruptionBudget": closed(map[string]schema{"maxUnavailable": {}}), // a number or a percentage
		"podAnnotations":      mapping,
		"podLabels":           mapping,
		"nodeSelector":        mapping,
		"tolerations":         list,
		"affinity":            mapping,
		"global":              mapping, // Helm passes it to every chart
	})
	top.Dialect = "http://json-schema.org/draft-07/schema#"
	top.Comment = "Generated from the program's settings; run make generate after changing them."
	return top
}

// The shapes of values that Kubernetes checks itself.
var (
	text    = schema{Type: "string"}
	boolean = schema{Type: "boolean"}
	mapping = schema{Type: "object"}
	list    = schema{Type: "array"}
)

func number(minimum int) schema { return schema{Type: "integer", Minimum: &minimum} }

// closed refuses values that are not among the properties.
func closed(properties map[string]schema) schema {
	return schema{Type: "object", Properties: properties, AdditionalProperties: new(bool)}
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
