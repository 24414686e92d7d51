//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// direct asks the upstream as a program would that has nothing of pingkit: over
// connections that are kept, with one token, and reading all of each answer.
type direct struct {
	client *http.Client
	api    string
	origin string // of the API: what a path begins at
	token  string
}

// newDirect gets a token. callers is how many requests are made at a time.
func newDirect(ctx context.Context, u *upstream, callers int) (*direct, error) {
	d := &direct{api: u.setting("PINGONE_API_URL"), client: &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: callers},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	base, err := url.Parse(d.api)
	if err != nil {
		return nil, err
	}
	d.origin = base.Scheme + "://" + base.Host
	form := url.Values{"grant_type": {"client_credentials"}}
	address := u.setting("PINGONE_AUTH_URL") + "/" + u.setting("PINGONE_ENVIRONMENT_ID") + "/as/token"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(u.setting("PINGONE_CLIENT_ID"), u.setting("PINGONE_CLIENT_SECRET"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := d.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&token); err != nil {
		return nil, err
	}
	d.token = token.AccessToken
	return d, nil
}

// get makes one request and drops the answer.
func (d *direct) get(ctx context.Context, address string) error {
	resp, err := d.open(ctx, address)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the upstream answered %s", resp.Status)
	}
	return nil
}

// link asks for a kit's presigned link.
func (d *direct) link(ctx context.Context, u *upstream, k published) (string, error) {
	resp, err := d.open(ctx, fmt.Sprintf("%s/environments/%s/integrations/%s/versions/%s/asset",
		d.api, u.setting("PINGONE_CATALOG_ENVIRONMENT_ID"), k.Integration, k.Version))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if link := resp.Header.Get("Location"); link != "" {
		return link, nil
	}
	return "", fmt.Errorf("no link came, but %s", resp.Status)
}

func (d *direct) open(ctx context.Context, address string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+d.token)
	return d.client.Do(req)
}
