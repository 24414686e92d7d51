// Package tokens counts what the MCP server costs a model: its definitions, its
// instructions, its results, and the demo's conversation. It serves figures and
// tests; no program has it in it.
package tokens

import (
	"fmt"
	"sync"

	"github.com/tiktoken-go/tokenizer"
)

// Encoding is the tokenizer that the figures come from: that of OpenAI's models
// since GPT-4o. Other models cut text otherwise, and the figures approximate
// them.
const Encoding = tokenizer.O200kBase

// encoding is made when it is needed: its vocabulary of 200,000 words takes a
// moment. It is part of the program; nothing is downloaded.
var encoding = sync.OnceValue(func() tokenizer.Codec {
	codec, err := tokenizer.Get(Encoding)
	if err != nil {
		panic(fmt.Sprintf("tokens: %v", err)) // the constant above is wrong
	}
	return codec
})

// Count returns how many tokens text has.
func Count(text string) int {
	count, err := encoding().Count(text)
	if err != nil {
		panic(fmt.Sprintf("tokens: %v", err)) // no time-out and no strict mode was set
	}
	return count
}
