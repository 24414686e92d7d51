package nettest

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"example.com/pingkit/internal/sandbox/selfsigned"
)

// StreamEnd is how a server of HTTP/2 ends a request.
type StreamEnd int

// The ends of a stream.
const (
	Answered      StreamEnd = iota // by the handler
	Refused                        // RST_STREAM with REFUSED_STREAM, before the handler
	Away                           // GOAWAY below the stream, before the handler
	ProtocolError                  // RST_STREAM with PROTOCOL_ERROR, after the handler
)

// FrameServer serves a handler over HTTP/2 and TLS, one frame at a time, so that
// a test decides how each stream ends.
type FrameServer struct {
	URL         string
	Certificate []byte // PEM

	handler http.Handler
	end     func(r *http.Request, n int) StreamEnd

	mu       sync.Mutex
	received map[string]int
}

// ServeFrames serves until the test ends. end is asked about each request that
// was received whole; n counts those of the same method and path, from 1.
func ServeFrames(t testing.TB, handler http.Handler, end func(r *http.Request, n int) StreamEnd) *FrameServer {
	t.Helper()
	pair, certificate, err := selfsigned.Certificate(time.Now().Add(-time.Hour), time.Now().Add(time.Hour), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{http2.NextProtoTLS}})
	if err != nil {
		t.Fatal(err)
	}
	f := &FrameServer{
		URL: "https://" + listener.Addr().String(), Certificate: certificate,
		handler: handler, end: end, received: map[string]int{},
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return // the test has ended
			}
			running.Go(func() {
				defer context.AfterFunc(ctx, func() { connection.Close() })()
				defer connection.Close()
				f.serve(connection)
			})
		}
	})
	t.Cleanup(func() {
		stop()
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		running.Wait()
	})
	return f
}

// Received counts the requests of a method whose path ends in suffix.
func (f *FrameServer) Received(method, suffix string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	count := 0
	for key, n := range f.received {
		if strings.HasPrefix(key, method+" ") && strings.HasSuffix(key, suffix) {
			count += n
		}
	}
	return count
}

// serve ends with the connection, which the client may close at any time.
func (f *FrameServer) serve(connection net.Conn) {
	if _, err := io.ReadFull(connection, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(connection, connection)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	if err := framer.WriteSettings(); err != nil {
		return
	}
	requests := map[uint32]*http.Request{}
	bodies := map[uint32]*bytes.Buffer{}
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		id, whole := frame.Header().StreamID, frame.Header().Flags.Has(http2.FlagDataEndStream)
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			whole = false
			if !frame.IsAck() {
				err = framer.WriteSettingsAck()
			}
		case *http2.PingFrame:
			whole = false
			if !frame.IsAck() {
				err = framer.WritePing(true, frame.Data)
			}
		case *http2.MetaHeadersFrame:
			requests[id], bodies[id] = requestOf(frame), &bytes.Buffer{}
			whole = frame.StreamEnded()
		case *http2.DataFrame:
			bodies[id].Write(frame.Data())
		default:
			whole = false
		}
		if err == nil && whole {
			requests[id].Body = io.NopCloser(bodies[id])
			err = f.finish(framer, id, requests[id])
		}
		if err != nil {
			return
		}
	}
}

func requestOf(frame *http2.MetaHeadersFrame) *http.Request {
	r := httptest.NewRequest(frame.PseudoValue("method"), "https://"+frame.PseudoValue("authority")+frame.PseudoValue("path"), nil)
	for _, field := range frame.RegularFields() {
		r.Header.Add(field.Name, field.Value)
	}
	return r
}

// finish ends the stream of a request.
func (f *FrameServer) finish(framer *http2.Framer, id uint32, r *http.Request) error {
	key := r.Method + " " + r.URL.Path
	f.mu.Lock()
	f.received[key]++
	n := f.received[key]
	f.mu.Unlock()
	switch f.end(r, n) {
	case Refused:
		return framer.WriteRSTStream(id, http2.ErrCodeRefusedStream)
	case Away:
		return framer.WriteGoAway(id-1, http2.ErrCodeNo, nil)
	case ProtocolError:
		f.handler.ServeHTTP(httptest.NewRecorder(), r)
		return framer.WriteRSTStream(id, http2.ErrCodeProtocol)
	}
	recorder := httptest.NewRecorder()
	f.handler.ServeHTTP(recorder, r)
	return writeAnswer(framer, id, recorder.Result())
}

func writeAnswer(framer *http2.Framer, id uint32, resp *http.Response) error {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	fields := []hpack.HeaderField{{Name: ":status", Value: strconv.Itoa(resp.StatusCode)}}
	for name, values := range resp.Header {
		for _, value := range values {
			fields = append(fields, hpack.HeaderField{Name: strings.ToLower(name), Value: value})
		}
	}
	for _, field := range fields {
		if err := encoder.WriteField(field); err != nil {
			return err
		}
	}
	if err := framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block.Bytes(), EndHeaders: true}); err != nil {
		return err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	for len(body) > 16<<10 {
		if err := framer.WriteData(id, false, body[:16<<10]); err != nil {
			return err
		}
		body = body[16<<10:]
	}
	return framer.WriteData(id, true, body)
}
