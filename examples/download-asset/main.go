// Download-asset streams a kit to a new file and verifies its SHA-256:
//
//	download-asset ENVIRONMENT_ID INTEGRATION_ID VERSION_ID FILE
//
// Set the variables PINGONE_CLIENT_ID, PINGONE_CLIENT_SECRET, PINGONE_ENVIRONMENT_ID and PINGONE_REGION_CODE.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"example.com/pingkit/connect"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) != 4 {
		return errors.New("usage: download-asset ENVIRONMENT_ID INTEGRATION_ID VERSION_ID FILE")
	}
	client, err := connect.PingOneFromEnv()
	if err != nil {
		return err
	}
	asset, err := client.OpenAsset(ctx, args[0], args[1], args[2], connect.Range{})
	if err != nil {
		return err
	}
	defer asset.Body.Close()
	file, err := os.OpenFile(args[3], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(file, hash), asset.Body)
	sum := fmt.Sprintf("%x", hash.Sum(nil))
	differs := func(d connect.AssetDigest) bool { return strings.TrimPrefix(d.Value, "sha256=") != sum }
	if err == nil && (len(asset.Digests) == 0 || slices.ContainsFunc(asset.Digests, differs)) {
		err = fmt.Errorf("not verified: the file's sha256 is %s, and the systems say %v", sum, asset.Digests)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(args[3]))
	}
	_, err = fmt.Fprintf(stdout, "%s  %s (%d bytes)\n", sum, args[3], size)
	return err
}
