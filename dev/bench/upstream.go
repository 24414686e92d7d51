package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/oauth2/clientcredentials"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
)

// upstreamRole makes this program the simulated PingOne and its storage: a process of its own shares nothing with what is measured
// but the machine.
const upstreamRole = "upstream"

// offer is what the upstream publishes.
type offer struct {
	Sizes []int64       // one kit each, in bytes, with a link
	Kits  int           // so many kits of the set
	Scale float64       // times their usual sizes
	Delay time.Duration // before each response
}

// published is a kit that the upstream offers.
type published struct {
	Name, Number, Integration, Version, SHA256, Link string
	Bytes                                            int64
}

// announcement is the upstream's first and only line.
type announcement struct {
	Variables []string // settings that lead to it
	Kits      []published
}

// serveUpstream runs the simulator until in ends.
func serveUpstream(spec string, in io.Reader, out io.Writer) (err error) {
	var o offer
	if err := json.Unmarshal([]byte(spec), &o); err != nil {
		return err
	}
	box, err := sandbox.Start(sandbox.Options{LinkLifetime: time.Hour})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	var a announcement
	for _, v := range box.Variables("") {
		if strings.HasPrefix(v.Name, "PINGONE_") {
			a.Variables = append(a.Variables, v.Name+"="+v.Value)
		}
	}
	a.Variables = append(a.Variables, "PINGONE_CATALOG_ENVIRONMENT_ID="+sandbox.CatalogEnvironmentID) // for the shell loop
	publish := func(name, number string, kit *kits.Kit) *published {
		p := published{Name: name, Number: number, SHA256: kit.SHA256(), Bytes: kit.Size()} // which also makes the kit
		p.Integration, p.Version = box.Publish(sandbox.Publication{Integration: name, Number: number, Kit: kit})
		a.Kits = append(a.Kits, p)
		return &a.Kits[len(a.Kits)-1]
	}
	for _, size := range o.Sizes {
		p := publish(fmt.Sprintf("Benchmark Integration Kit of %d Bytes", size), "1.0", kits.Sized(size))
		if p.Link, err = link(a.Variables, *p); err != nil {
			return err
		}
	}
	for n := range o.Kits {
		publish(kitName(n), kitNumber, newKit(n, o.Scale))
	}
	if o.Delay > 0 {
		box.Inject(sandbox.Fault{Delay: o.Delay})
	}
	if err := json.NewEncoder(out).Encode(a); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, in)
	return err
}

// link asks for a kit's presigned link, as a script would.
func link(variables []string, p published) (string, error) {
	u := &upstream{announcement: announcement{Variables: variables}}
	credentials := clientcredentials.Config{
		ClientID: u.setting("PINGONE_CLIENT_ID"), ClientSecret: u.setting("PINGONE_CLIENT_SECRET"),
		TokenURL: u.setting("PINGONE_AUTH_URL") + "/" + u.setting("PINGONE_ENVIRONMENT_ID") + "/as/token",
	}
	client := credentials.Client(context.Background())
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Get(fmt.Sprintf("%s/environments/%s/integrations/%s/versions/%s/asset",
		u.setting("PINGONE_API_URL"), sandbox.CatalogEnvironmentID, p.Integration, p.Version))
	if err != nil {
		return "", err
	}
	if resp.StatusCode != http.StatusTemporaryRedirect {
		err = fmt.Errorf("no link, but %s", resp.Status)
	}
	return resp.Header.Get("Location"), errors.Join(err, resp.Body.Close())
}

// upstream is the running simulator, as the benchmarks see it.
type upstream struct {
	announcement
	process *exec.Cmd
	in      io.WriteCloser
}

func startUpstream(ctx context.Context, o offer) (*upstream, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	spec, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	u := &upstream{process: exec.CommandContext(ctx, self, upstreamRole, string(spec))}
	u.process.Stderr = os.Stderr
	if u.in, err = u.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := u.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := u.process.Start(); err != nil {
		return nil, err
	}
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&u.announcement); err != nil {
		return nil, errors.Join(fmt.Errorf("the simulator did not start: %w", err), u.close())
	}
	return u, nil
}

func (u *upstream) close() error { return errors.Join(u.in.Close(), u.process.Wait()) }

// setting is the value of one of the variables.
func (u *upstream) setting(name string) string {
	for _, v := range u.Variables {
		if value, found := strings.CutPrefix(v, name+"="); found {
			return value
		}
	}
	return ""
}
