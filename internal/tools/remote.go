package tools

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"example.com/pingkit/internal/download"
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
	r.Note = "The file is on the server, not on the machine of the user."
	address, expires := remote(ctx, file.ref, filepath.Base(file.Path))
	if address == "" {
		return
	}
	r.DownloadURL = address
	r.Note += " download_url serves it until " + expires.UTC().Format(time.RFC3339) + ", to the caller of this tool alone: send the same authorization."
}

// OpenKit opens a kit of the download directory. It is downloaded if
// this replica does not have it.
func OpenKit(ctx context.Context, d *Deps, ref KitRef) (*os.File, error) {
	if err := require(ctx, KitsRead); err != nil {
		return nil, err
	}
	file, err := fetchKit(ctx, d, downloadAssetParams{
		Environment: ref.Environment, Integration: ref.Integration, Version: ref.Version,
		Directory: ref.Directory, ExpectedSHA256: ref.SHA256,
	}, true) // the server made ref when it had downloaded the kit
	if err != nil {
		return nil, err
	}
	return within(file, openRegular)
}

// within opens a kit. No link leads out of the download directory meanwhile.
func within[T any](file kitFile, open func(dir *os.Root, name string) (T, error)) (opened T, err error) {
	dir, err := download.OpenWithin(file.base, filepath.Dir(file.Path), false)
	if err != nil {
		return opened, err
	}
	opened, err = open(dir, filepath.Base(file.Path))
	return opened, errors.Join(err, dir.Close())
}

// openRegular opens a file, which must not be a link.
func openRegular(dir *os.Root, name string) (*os.File, error) {
	// Opening a pipe would wait for its other end.
	if info, err := dir.Lstat(name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", name)
	}
	return dir.Open(name)
}
