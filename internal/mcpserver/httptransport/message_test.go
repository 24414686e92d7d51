package httptransport

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/mcpserver"
)

// TestTooLargeBody sends one byte too many, with its length told and without.
func TestTooLargeBody(t *testing.T) {
	t.Parallel()
	eras(t, func(t *testing.T, era string) {
		b := start(t, Options{})
		c := b.as("", era)
		frame := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":` + c.params(`{"name":"whoami","arguments":{"x":"%s"}}`) + `}`
		filler := mcpserver.MaxMessage - len(frame) + len("%s")
		for _, test := range []struct {
			name  string
			extra int
			told  bool
			want  int
		}{
			{"as large as allowed", 0, true, http.StatusOK},
			{"as large as allowed, in chunks", 0, false, http.StatusOK},
			{"one byte more", 1, true, http.StatusRequestEntityTooLarge},
			{"one byte more, in chunks", 1, false, http.StatusRequestEntityTooLarge},
			{"three times as much, in chunks", 3 * mcpserver.MaxMessage, false, http.StatusRequestEntityTooLarge},
		} {
			r := c.request(t.Context(), "tools/call", fmt.Sprintf(frame, strings.Repeat("x", filler+test.extra)))
			r.Header.Set("Mcp-Name", "whoami")
			if !test.told {
				r.Body, r.ContentLength, r.GetBody = io.NopCloser(r.Body), -1, nil
			}
			response, err := b.client.Do(r)
			if err != nil {
				// The server need not read to the end what it refuses.
				if test.want != http.StatusRequestEntityTooLarge || test.extra == 1 {
					t.Errorf("%s: %v", test.name, err)
				}
				continue
			}
			if text := b.drain(response); response.StatusCode != test.want {
				t.Errorf("%s: %s %.200s", test.name, response.Status, text)
			}
		}
	})
}

// TestSlowClients send a request so slowly that the server gives up.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	b := start(t, Options{timeouts: timeouts{header: 100 * time.Millisecond, read: 300 * time.Millisecond}})
	address := strings.TrimSuffix(strings.TrimPrefix(b.url, "http://"), Endpoint)
	for name, begin := range map[string]string{
		"header": "POST /mcp HTTP/1.1\r\nHost: " + address + "\r\nContent-Type: application/json\r\n",
		"body": "POST /mcp HTTP/1.1\r\nHost: " + address + "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" +
			`{"jsonrpc":"2.0","id":1,`,
		"body of a request that is refused": "POST /mcp HTTP/1.1\r\nHost: evil.example.com\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" +
			`{"jsonrpc":"2.0","id":1,`,
	} {
		t.Run(name, func(t *testing.T) {
			connection, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			if _, err := io.WriteString(connection, begin); err != nil {
				t.Fatal(err)
			}
			stop := make(chan struct{})
			defer close(stop)
			go func() { // a byte at a time keeps no connection open
				for {
					select {
					case <-stop:
						return
					case <-time.After(20 * time.Millisecond):
						if _, err := io.WriteString(connection, "x"); err != nil {
							return
						}
					}
				}
			}()
			if err := connection.SetReadDeadline(time.Now().Add(patience)); err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			_, err = io.Copy(io.Discard, connection)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the server waits for ever")
			}
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("the server gave up after %v", took)
			}
		})
	}
}

// TestTimeoutIsForReadingAlone makes a call that takes longer than a client has
// to send its request.
func TestTimeoutIsForReadingAlone(t *testing.T) {
	t.Parallel()
	eras(t, func(t *testing.T, era string) {
		b := start(t, Options{timeouts: timeouts{read: 200 * time.Millisecond}})
		c := b.as("", era)
		go func() {
			select {
			case <-b.running:
			case <-t.Context().Done():
				return
			}
			select {
			case <-time.After(600 * time.Millisecond):
				b.finish <- "finished"
			case <-b.broken:
			}
		}()
		if text, _ := c.call("wait"); text != "finished" {
			t.Errorf("the call ended with %q", text)
		}
	})
}

// TestClientThatStopsReading asks for more than the connection's buffers hold
// and reads none of it.
func TestClientThatStopsReading(t *testing.T) {
	b := start(t, Options{timeouts: timeouts{stall: 200 * time.Millisecond}})
	address := strings.TrimSuffix(strings.TrimPrefix(b.url, "http://"), Endpoint)
	c := b.as("", modern)
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if err := c.callRequest(t.Context(), "large").Write(connection); err != nil {
		t.Fatal(err)
	}
	b.began()
	begun := time.Now()
	if err := b.end(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("the server waited %v for a client that does not read", took)
	}
	if err := connection.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err == nil {
		_, err = io.Copy(io.Discard, response.Body)
	}
	if err == nil {
		t.Error("the whole answer arrived: the buffers are too large for this test")
	}
}

func TestProxiesDoNotBuffer(t *testing.T) {
	b := start(t, Options{})
	eras(t, func(t *testing.T, era string) {
		c := b.as("", era)
		response := c.do(c.callRequest(t.Context(), "report"))
		b.drain(response)
		if response.Header.Get("X-Accel-Buffering") != "no" || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
			t.Errorf("the stream has the headers %v", response.Header)
		}
	})
}
