//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
)

// upstreamRole makes this program the simulated PingOne and its storage instead:
// in a process of its own they share nothing with what is measured but the
// machine.
const upstreamRole = "upstream"

// order is what the benchmarks tell the upstream to do; its fields are as those
// of answer, none of them set asks for the counter alone.
type order struct {
	Names int           // publish so many integrations to ask for
	Size  int64         // publish a kit of so many bytes
	Kits  int           // publish so many kits of the set to sync
	Scale float64       // and each with so many times its usual size
	Delay time.Duration // answer each request from now on so much later
	Trace bool          // tell the requests to the API since the last such order
}

// published is a kit that the upstream offers.
type published struct {
	Name, Number         string
	Integration, Version string // ids
	SHA256               string
	Bytes                int64
	From, To             string // a folder of the archive, and where it belongs in a server profile
}

type answer struct {
	Kits     []published
	Requests int64    // that the API was asked since the start
	Trace    []string // paths and queries of such requests
}

// serveUpstream runs the simulator until in ends. It tells out the variables
// that lead to it, and then answers orders, a line each.
func serveUpstream(in io.Reader, out io.Writer) (err error) {
	box, err := sandbox.Start(sandbox.Options{LinkLifetime: time.Hour})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	u := &upstreamServer{box: box}
	u.delay(0)
	orders, answers := json.NewDecoder(in), json.NewEncoder(out)
	var variables []string
	for _, v := range box.Variables("") {
		if strings.HasPrefix(v.Name, "PINGONE_") {
			variables = append(variables, v.Name+"="+v.Value)
		}
	}
	// As the settings of a container name it, and the addresses of a script.
	variables = append(variables, "PINGONE_CATALOG_ENVIRONMENT_ID="+sandbox.CatalogEnvironmentID)
	if err := answers.Encode(variables); err != nil {
		return err
	}
	for {
		var o order
		if err := orders.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := answers.Encode(u.do(o)); err != nil {
			return err
		}
	}
}

type upstreamServer struct {
	box   *sandbox.Sandbox
	asked atomic.Int64
	told  int // how much of the sandbox's log
}

func (u *upstreamServer) do(o order) answer {
	var a answer
	switch {
	case o.Names > 0:
		for n := range o.Names {
			a.Kits = append(a.Kits, u.release(n))
		}
	case o.Size > 0:
		a.Kits = []published{u.publish(published{Name: "Benchmark Integration Kit", Number: "1.0"}, kits.Sized(o.Size))}
	case o.Kits > 0:
		for _, k := range kitSet()[:o.Kits] {
			a.Kits = append(a.Kits, u.publish(k.published(), k.build(o.Scale)))
		}
	case o.Delay > 0:
		u.delay(o.Delay)
	case o.Trace:
		log := u.box.Requests()
		for _, r := range log[min(u.told, len(log)):] {
			if r.System == sandbox.PingOneAPI {
				a.Trace = append(a.Trace, r.Path+query(r.Query))
			}
		}
		u.told = len(log)
	}
	a.Requests = u.asked.Load()
	return a
}

func query(raw string) string {
	if raw == "" {
		return ""
	}
	return "?" + raw
}

// delay has all answers come so much later, and counts those of the API.
func (u *upstreamServer) delay(d time.Duration) {
	u.box.ClearFaults()
	u.box.Inject(sandbox.Fault{System: sandbox.PingOneAPI, Delay: d, Before: func() { u.asked.Add(1) }})
	if d > 0 {
		u.box.Inject(sandbox.Fault{Delay: d})
	}
}

// release publishes an integration with as many versions as a usual one has.
func (u *upstreamServer) release(n int) (p published) {
	name, kit := fmt.Sprintf("Benchmark %03d Integration Kit", n), kits.Sized(10_000)
	for _, v := range [][]string{
		{"2.12.0", "2021-03-15", "10.0", "10.3"}, {"2.15.0", "2022-02-28", "10.0", "11.3"}, {"2.24.0", "2024-04-30", "11.3", "13.1"},
	} {
		p = published{Name: name, Number: v[0], Bytes: kit.Size()}
		p.Integration, p.Version = u.box.Publish(sandbox.Publication{
			Integration: name, Number: v[0], ReleasedOn: v[1], MinVersion: v[2], MaxVersion: v[3], Kit: kit, Publisher: "Ping Identity",
		})
	}
	return p
}

func (u *upstreamServer) publish(p published, kit *kits.Kit) published {
	p.Integration, p.Version = u.box.Publish(sandbox.Publication{Integration: p.Name, Number: p.Number, Kit: kit})
	p.SHA256, p.Bytes = kit.SHA256(), kit.Size() // which also makes it, before anything is timed
	return p
}

// upstream is the running simulator, as the benchmarks see it.
type upstream struct {
	variables []string // settings that lead to it
	process   *exec.Cmd
	in        io.WriteCloser
	answers   *json.Decoder
}

func startUpstream(ctx context.Context) (*upstream, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	u := &upstream{process: exec.CommandContext(ctx, self, upstreamRole)}
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
	u.answers = json.NewDecoder(bufio.NewReader(out))
	if err := u.answers.Decode(&u.variables); err != nil {
		return nil, errors.Join(fmt.Errorf("the simulator did not start: %w", err), u.close())
	}
	return u, nil
}

func (u *upstream) do(o order) (answer, error) {
	line, err := json.Marshal(o)
	if err != nil {
		return answer{}, err
	}
	if _, err := u.in.Write(append(line, '\n')); err != nil {
		return answer{}, err
	}
	var a answer
	if err := u.answers.Decode(&a); err != nil {
		return answer{}, fmt.Errorf("the simulator ended: %w", err)
	}
	return a, nil
}

func (u *upstream) close() error {
	return errors.Join(u.in.Close(), u.process.Wait())
}

// setting is the value of one of the variables.
func (u *upstream) setting(name string) string {
	for _, v := range u.variables {
		if value, found := strings.CutPrefix(v, name+"="); found {
			return value
		}
	}
	return ""
}
