package explain_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/testutil/nettest"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	failed := func(_ any, err error) error { return err }
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	flags.Int("limit", 0, "")
	flags.Bool("switch", false, "")
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	get := func(url string) error {
		resp, err := http.Get(url)
		if err == nil {
			resp.Body.Close()
		}
		return err
	}
	closed := nettest.RefusingAddress(t)
	address := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}
	for _, test := range []struct {
		err  error
		want string
	}{
		{flags.Parse([]string{"--limit", `x"y`}), `"x\"y" is not a whole number`},
		{flags.Parse([]string{"--limit", "99999999999999999999"}), "is too large or too small"},
		{flags.Parse([]string{"--switch=perhaps"}), "is neither true nor false"},
		{failed(strconv.ParseFloat("x", 64)), `"x" is not a number`},
		{failed(time.ParseDuration("abc")), `"abc" is not a duration such as 90s`},
		{failed(time.ParseDuration("5")), `"5" is not a duration such as 90s`},
		{failed(time.ParseDuration("5x")), `"5x" is not a duration such as 90s`},
		{fmt.Errorf("reading: %w", context.DeadlineExceeded), "reading: the deadline passed"},
		{fmt.Errorf("reading: %w", context.Canceled), "reading: it was cancelled"},
		{fmt.Errorf("5 bytes came of 9: %w", io.ErrUnexpectedEOF), "5 bytes came of 9: it broke off before its end"},
		{fmt.Errorf("no answer: %w; transaction t", io.EOF), "no answer: it ended without an answer; transaction t"},
		{get("http://" + closed), closed + " refused the connection"},
		{get("http://[::1]:1"), "[::1]:1"},
		{&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.example.com", Server: "10.0.0.2:53", IsNotFound: true}},
			"there is no host api.example.com"},
		{&net.OpError{Op: "read", Net: "tcp", Source: address, Addr: address, Err: os.NewSyscallError("read", syscall.ECONNRESET)},
			"the connection to 127.0.0.1:9 broke: connection reset by peer"},
		{&net.OpError{Op: "dial", Net: "tcp", Addr: address, Err: os.ErrDeadlineExceeded}, "the connection to 127.0.0.1:9 failed: no answer in time"},
		{get(strings.Replace(plain.URL, "http:", "https:", 1)), "speaks HTTP where HTTPS was expected"},
		{tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, "does not speak TLS"},
		{get(secure.URL), "the certificate cannot be verified: certificate signed by unknown authority"},
		{json.Unmarshal([]byte(`{"Shielded":"true"}`), &struct{ Shielded bool }{}), "the field Shielded is of the wrong kind: string"},
		{json.Unmarshal([]byte(`[{"A":{"b":1.5}}]`), &[]struct {
			A struct {
				B int `json:"b"`
			}
		}{}), "the field A.b is of the wrong kind: number"},
		{fmt.Errorf("error reading 'templateVersion': %w", json.Unmarshal([]byte(`"3"`), new(int))), "the field templateVersion is of the wrong kind: string"},
		{json.Unmarshal([]byte(`[]`), &map[string]string{}), "it is of the wrong kind: array"},
		{errors.New("TEOFIL and the EOFS"), "TEOFIL and the EOFS"},
	} {
		if test.err == nil {
			t.Errorf("no error for %q", test.want)
			continue
		}
		got := explain.Plain(test.err.Error())
		if !strings.Contains(got, test.want) {
			t.Errorf("%v becomes %s, want %s", test.err, got, test.want)
		}
		if again := explain.Plain(got); again != got {
			t.Errorf("told twice, %s becomes %s", got, again)
		}
		for _, phrase := range []string{"strconv.P", "time:", "context ", "dial ", "x509", "http:", "i/o", "json:", "Go "} {
			if _, rest, _ := strings.Cut(got, `": `); strings.Contains(rest, phrase) {
				t.Errorf("%v keeps %q: %s", test.err, phrase, got)
			}
		}
	}
}
