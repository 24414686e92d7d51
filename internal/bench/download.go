//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"pingkit/internal/sandbox"
	"pingkit/internal/sandbox/kits"
)

const kitName, kitNumber = "Benchmark Integration Kit", "1.0"

// downloads measures pingkit pull and curl followed by sha256sum on the same
// kit of the same server.
func downloads(ctx context.Context, pingkit string, size int64) (ours, theirs cost, err error) {
	box, err := sandbox.Start(sandbox.Options{LinkLifetime: time.Hour})
	if err != nil {
		return cost{}, cost{}, err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	kit := kits.Sized(size)
	digest := kit.SHA256() // before anything is timed
	integration, version := box.Publish(sandbox.Publication{Integration: kitName, Number: kitNumber, Kit: kit})
	link, err := presigned(ctx, box, integration, version)
	if err != nil {
		return cost{}, cost{}, err
	}
	dir, err := os.MkdirTemp("", "pingkit-bench-")
	if err != nil {
		return cost{}, cost{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	var us, them []cost
	for range runs {
		one, err := pull(ctx, pingkit, box, dir, digest)
		if err != nil {
			return cost{}, cost{}, fmt.Errorf("pingkit: %w", err)
		}
		other, err := curl(ctx, link, dir, digest)
		if err != nil {
			return cost{}, cost{}, fmt.Errorf("curl: %w", err)
		}
		us, them = append(us, one), append(them, other)
	}
	return median(us), median(them), nil
}

// pull downloads with pingkit: token, look-ups, the kit, verified, synced.
func pull(ctx context.Context, pingkit string, box *sandbox.Sandbox, dir, digest string) (cost, error) {
	command := exec.CommandContext(ctx, pingkit, "pull", kitName, "--dir", dir, "--cache-dir", "", "--output", "json")
	command.Env = []string{"HOME=" + dir} // none of the settings of who runs this
	for _, v := range box.Variables("") {
		if strings.HasPrefix(v.Name, "PINGONE_") {
			command.Env = append(command.Env, v.Name+"="+v.Value)
		}
	}
	printed, spent, err := timed(command)
	if err != nil {
		return cost{}, err
	}
	var result struct{ Path, SHA256 string }
	if err := json.Unmarshal(printed, &result); err != nil {
		return cost{}, err
	}
	if result.SHA256 != digest {
		return cost{}, fmt.Errorf("the digest is %s, not %s", result.SHA256, digest)
	}
	return spent, os.Remove(result.Path)
}

// curl downloads as a careful script would, which knows the link already.
func curl(ctx context.Context, link, dir, digest string) (cost, error) {
	path := filepath.Join(dir, "curl.zip")
	_, fetch, err := timed(exec.CommandContext(ctx, "curl", "-sSf", "-o", path, link))
	if err != nil {
		return cost{}, err
	}
	printed, hash, err := timed(exec.CommandContext(ctx, "sha256sum", path))
	if err != nil {
		return cost{}, err
	}
	if !strings.HasPrefix(string(printed), digest) {
		return cost{}, fmt.Errorf("the digest is %s", printed)
	}
	return cost{wall: fetch.wall + hash.wall, cpu: fetch.cpu + hash.cpu, memory: max(fetch.memory, hash.memory)}, os.Remove(path)
}

func timed(command *exec.Cmd) (printed []byte, spent cost, err error) {
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	start := time.Now()
	err = command.Run()
	spent.wall = time.Since(start)
	if err != nil {
		return nil, cost{}, fmt.Errorf("%w: %s", err, errs.Bytes())
	}
	spent.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		spent.memory = usage.Maxrss * 1024 // kilobytes on Linux, where this runs
	}
	return out.Bytes(), spent, nil
}

// presigned asks the sandbox for the kit's link, as a script would.
func presigned(ctx context.Context, box *sandbox.Sandbox, integration, version string) (string, error) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	settings := box.PingOne()
	form := url.Values{"grant_type": {"client_credentials"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, settings.AuthURL+"/"+settings.EnvironmentID+"/as/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.SetBasicAuth(settings.ClientID, settings.ClientSecret)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&token); err != nil {
		return "", err
	}
	asset := fmt.Sprintf("%s/environments/%s/integrations/%s/versions/%s/asset", settings.APIURL, sandbox.CatalogEnvironmentID, integration, version)
	if req, err = http.NewRequestWithContext(ctx, http.MethodGet, asset, nil); err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+token.AccessToken)
	if resp, err = client.Do(req); err != nil {
		return "", err
	}
	defer resp.Body.Close()
	link := resp.Header.Get("Location")
	if link == "" {
		return "", fmt.Errorf("no link came, but %s", resp.Status)
	}
	return link, nil
}
