package httptransport

import (
	"net"
	"net/http"
	"time"
)

const (
	// stallTimeout is how long a client may leave what is written to it unread.
	stallTimeout = 30 * time.Second
	// stallChunk is how many bytes a client must read within that time.
	stallChunk = 64 << 10
)

// unbuffered tells proxies to pass on each write at once: nginx would otherwise
// hold progress and elicitations back until the call has ended.
func unbuffered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Accel-Buffering", "no")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// stallListener gives each write to a connection a deadline of its own. Without
// one, a call waits forever for a client that stopped reading; a deadline for
// the whole response would end long downloads. It has to be set below net/http,
// which also writes after a handler has returned: a deadline left by an earlier
// request would fail that write on a connection that is kept alive.
type stallListener struct {
	net.Listener
	timeout time.Duration
}

func (l stallListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &stallConn{conn, l.timeout}, nil
}

type stallConn struct {
	net.Conn
	timeout time.Duration
}

func (c *stallConn) Write(p []byte) (written int, err error) {
	for {
		if err := c.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
			return written, err
		}
		n, err := c.Conn.Write(p[:min(stallChunk, len(p))])
		written, p = written+n, p[n:]
		if err != nil || len(p) == 0 {
			return written, err
		}
	}
}
