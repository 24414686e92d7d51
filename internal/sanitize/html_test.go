package sanitize_test

import (
	"testing"

	"example.com/pingkit/internal/sanitize"
)

// TestFromHTMLHides has what a page does not show left out, wherever it ends.
func TestFromHTMLHides(t *testing.T) {
	for in, want := range map[string]string{
		"<object>a<object>b</object>c</object>d": "d",
		"<title>a</title>b":                      "b",
		"<noscript>a<b>c</b></noscript>d":        "d",
		"a<iframe>b":                             "a",
		"<script>a":                              "",
		"</script></object>a":                    "a",
		"<script/>a</script>b":                   "b",
		"<style />a{}</style>b":                  "b",
		"<iframe/>a</iframe>b":                   "b",
		"<template>a</template>b":                "b",
		"a<br>b<br/>c":                           "a b c",
		"<textarea>&lt;b&gt;</textarea>":         "<b>",
		"<!DOCTYPE html><p>a</p>":                "a",
		"<a title='<script>'>b</a>":              "b",
	} {
		if got := sanitize.FromHTML(in, 0); got != want {
			t.Errorf("FromHTML(%q) = %q, want %q", in, got, want)
		}
	}
}
