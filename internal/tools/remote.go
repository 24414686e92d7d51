package tools

import (
	"context"
	"net/url"
	"path/filepath"
	"time"
)

// KitRef names a kit and its place below the download directory, so that any
// replica finds it, or fetches it again.
type KitRef struct {
	Environment string `json:"e"` // the ids under which PingOne has it
	Integration string `json:"i"`
	Version     string `json:"v"`
	Directory   string `json:"d,omitempty"`
	SHA256      string `json:"s"` // hexadecimal
}

// Remote makes an address under which the caller of ctx gets a kit, until it
// expires. An empty address means that there is none.
type Remote func(ctx context.Context, ref KitRef, fileName string) (address string, expires time.Time)

type remoteKey struct{}

// WithRemote returns a context of a call from another machine: a path on this
// one is of no use to its caller.
func WithRemote(ctx context.Context, r Remote) context.Context {
	return context.WithValue(ctx, remoteKey{}, r)
}

// tellRemote adds to a result how a caller on another machine gets at the file.
func (r *downloadAssetResult) tellRemote(ctx context.Context, file kitFile) {
	remote, ok := ctx.Value(remoteKey{}).(Remote)
	if !ok {
		return
	}
	r.contentsURI = "pingkit://kits/" + url.PathEscape(file.ref.Integration) + "/" + url.PathEscape(file.ref.Version)
	r.Note = "The file is on the server, not on the machine of the user."
	address, expires := remote(ctx, file.ref, filepath.Base(file.Path))
	if address == "" {
		return
	}
	r.DownloadURL = address
	r.Note += " download_url serves it until " + expires.UTC().Format(time.RFC3339) + ", to the caller of this tool alone: send the same authorization."
}

// OpenKit returns where a kit is in the download directory. It is downloaded if
// this replica does not have it.
func OpenKit(ctx context.Context, d *Deps, ref KitRef) (path string, err error) {
	if err := require(ctx, KitsRead); err != nil {
		return "", err
	}
	file, err := fetchKit(ctx, d, downloadAssetParams{
		Environment: ref.Environment, Integration: ref.Integration, Version: ref.Version,
		Directory: ref.Directory, ExpectedSHA256: ref.SHA256,
	})
	return file.Path, err
}
