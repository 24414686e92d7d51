package connect_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/sandbox/selfsigned"
)

func TestExperiment(t *testing.T) {
	for _, mode := range []string{"refuse+close", "goaway", "goaway+close", "early goaway", "early close", "half headers"} {
		t.Run(mode, func(t *testing.T) {
			pair, cert, _ := selfsigned.Certificate(time.Now().Add(-time.Hour), time.Now().Add(time.Hour), "127.0.0.1")
			l, _ := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2"}})
			defer l.Close()
			var conns, reqs atomic.Int64
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					conns.Add(1)
					go func(c net.Conn) {
						defer c.Close()
						io.ReadFull(c, make([]byte, len(http2.ClientPreface)))
						fr := http2.NewFramer(c, c)
						fr.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
						if mode == "early close" {
							return
						}
						fr.WriteSettings()
						if mode == "early goaway" {
							fr.WriteGoAway(0, 0, nil)
						}
						for {
							f, err := fr.ReadFrame()
							if err != nil {
								return
							}
							if h, ok := f.(*http2.MetaHeadersFrame); ok {
								reqs.Add(1)
								switch mode {
								case "refuse+close":
									fr.WriteRSTStream(h.StreamID, http2.ErrCodeRefusedStream)
									return
								case "goaway":
									fr.WriteGoAway(0, 0, nil)
								case "goaway+close":
									fr.WriteGoAway(0, 0, nil)
									return
								}
							}
						}
					}(c)
				}
			}()
			client := connectTo(t, connect.PingCentralSettings{URL: "https://" + l.Addr().String(), Token: "tok", CACertificates: cert})
			ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
			defer cancel()
			start := time.Now()
			err := connect.Check(client.RevertApplication(ctx, "p", "a"))
			fmt.Printf("%s write: %d conns %d reqs %v %v\n", mode, conns.Load(), reqs.Load(), time.Since(start).Round(time.Millisecond), err)
			conns.Store(0)
			reqs.Store(0)
			start = time.Now()
			err = connect.Check(client.ListApplications(ctx, nil))
			fmt.Printf("%s read: %d conns %d reqs %v %v\n", mode, conns.Load(), reqs.Load(), time.Since(start).Round(time.Millisecond), err)
		})
	}
}
