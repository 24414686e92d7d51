package httptransport

import (
	"bytes"
	"net"
	"testing"
	"time"
)

// deadlineConn accepts one write for each deadline.
type deadlineConn struct {
	net.Conn
	fresh   bool
	written bytes.Buffer
	t       *testing.T
}

func (c *deadlineConn) SetWriteDeadline(deadline time.Time) error {
	c.fresh = !deadline.IsZero()
	return nil
}

func (c *deadlineConn) Write(p []byte) (int, error) {
	if !c.fresh || len(p) > stallChunk {
		c.t.Errorf("a write of %d bytes has no deadline of its own", len(p))
	}
	c.fresh = false
	return c.written.Write(p)
}

func TestEachWriteHasItsOwnDeadline(t *testing.T) {
	for _, test := range []struct {
		name   string
		writes []int
	}{
		{"two responses on one connection", []int{100, 100}},
		{"a response longer than a chunk", []int{3*stallChunk + 1}},
		{"nothing", []int{0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			inner := &deadlineConn{t: t}
			conn := &stallConn{inner, time.Minute}
			total := 0
			for _, size := range test.writes {
				n, err := conn.Write(make([]byte, size))
				if total += n; n != size || err != nil {
					t.Errorf("wrote %d of %d bytes: %v", n, size, err)
				}
			}
			if inner.written.Len() != total {
				t.Errorf("%d bytes arrived, want %d", inner.written.Len(), total)
			}
		})
	}
}
