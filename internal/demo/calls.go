package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Call is one call of a tool.
type Call struct {
	Tool      string
	Arguments map[string]any
}

// Calls starts the server as the demo does and makes some calls, with a client
// that cannot ask its user. It fails if a call does.
func Calls(ctx context.Context, o Options, calls ...Call) (err error) {
	s, err := connect(ctx, o, &demo{out: o.Out})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for _, c := range calls {
		var given arguments
		for name, value := range c.Arguments {
			given = append(given, argument{name, value})
		}
		if err := s.call(ctx, c.Tool, given, &json.RawMessage{}); err != nil {
			return fmt.Errorf("%s: %w%s", c.Tool, err, s.lastWords())
		}
	}
	return nil
}
