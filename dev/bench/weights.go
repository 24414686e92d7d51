//go:build linux

package main

import (
	"context"
	"fmt"

	"example.com/pingkit/dev/tokens"
)

// The limits of what a model is given.
const (
	definitionBytes    = 8_000
	conversationTokens = 6_000
)

// weights counts what a model is given.
func (b *bench) weights(ctx context.Context) (section, error) {
	measured, err := tokens.Measure(ctx, b.server)
	if err != nil {
		return section{}, err
	}
	s := section{letter: "e", title: "What a model is given", notes: []string{
		fmt.Sprintf("Tokens are those of %s (OpenAI, since GPT-4o); other models cut text otherwise. Of `tools/list` the whole entries count, with result schemas and hints, which not every client forwards; of a result its content or its structured content, as clients forward one of them.", tokens.Encoding),
		fmt.Sprintf("%q is that of `make demo`: definitions and instructions once, and the larger form of each result. What the user and the model say is not in it.", tokens.Conversation),
	}}
	for _, m := range measured {
		r := row{what: m.What, ours: fmt.Sprintf("%d bytes, %d tokens", m.Bytes, m.Tokens)}
		switch m.What {
		case "tools/list":
			r.limit(float64(m.Bytes), definitionBytes, "bytes")
		case tokens.Conversation:
			r.limit(float64(m.Tokens), conversationTokens, "tokens")
		}
		s.rows = append(s.rows, r)
	}
	return s, nil
}

// limit compares a figure with what it may be at most.
func (r *row) limit(value, most float64, unit string) {
	r.theirs, r.ratios, r.aim = fmt.Sprintf("limit: %.0f %s", most, unit), []float64{value / most}, aim{atMost: 1}
}
