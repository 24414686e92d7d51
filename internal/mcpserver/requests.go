package mcpserver

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/mark3labs/mcp-go/mcp"
)

// Requests are the server's own requests to clients of the stateful protocol
// that wait for their responses. The transports use it instead of mcp-go, which
// answers a response that comes too late as if it were a request: under an ID
// that a call of the client's own may have, which then fails.
type Requests struct {
	last atomic.Int64

	mu   sync.Mutex
	open map[requestKey]chan response
}

// requestKey holds the session, because a client must not respond for another.
type requestKey struct{ session, id string }

type response struct {
	result json.RawMessage
	err    error
}

// firstRequestID is far from the IDs of clients, which count from 0 or 1, and
// exact in clients that read numbers as float64.
const firstRequestID = 1_000_000_000

// Send writes a request by write and returns the result of its response, or an
// error when the client responds with one or ctx ends first.
func (q *Requests) Send(ctx context.Context, session, method string, params any, write func(message []byte) error) (json.RawMessage, error) {
	id := firstRequestID + q.last.Add(1)
	message, err := json.Marshal(struct {
		JSONRPC string `json:"jsonrpc"`
		ID      int64  `json:"id"`
		Method  string `json:"method"`
		Params  any    `json:"params"`
	}{mcp.JSONRPC_VERSION, id, method, params})
	if err != nil {
		return nil, err
	}
	key, responded := requestKey{session, strconv.FormatInt(id, 10)}, make(chan response, 1)
	q.mu.Lock()
	if q.open == nil {
		q.open = map[requestKey]chan response{}
	}
	q.open[key] = responded
	q.mu.Unlock()
	defer func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		delete(q.open, key)
	}()
	if err := write(message); err != nil {
		return nil, err
	}
	select {
	case r := <-responded:
		return r.result, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Deliver hands a response to the request of its session and ID, and reports
// whether there is one. A response that no request waits for is to be dropped.
func (q *Requests) Deliver(session string, message []byte) bool {
	var m struct {
		ID     json.RawMessage `json:"id"`
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal(message, &m) != nil {
		return false
	}
	key := requestKey{session, string(m.ID)}
	q.mu.Lock()
	defer q.mu.Unlock()
	responded, found := q.open[key]
	if !found {
		return false
	}
	delete(q.open, key)
	r := response{result: m.Result}
	if m.Error != nil {
		r.err = fmt.Errorf("the client responded with error %d: %s", m.Error.Code, m.Error.Message)
	}
	responded <- r // has room for the one response that the map entry allowed
	return true
}

// Requester sends a request that belongs to a call to the call's client and
// returns the result of the response.
type Requester func(ctx context.Context, method string, params any) (json.RawMessage, error)

type requesterKey struct{}

// WithRequester returns a context of a call that sends its requests by r.
func WithRequester(ctx context.Context, r Requester) context.Context {
	return context.WithValue(ctx, requesterKey{}, r)
}
