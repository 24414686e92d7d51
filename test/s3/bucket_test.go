//go:build integration

package s3

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const (
	bucketName = "integration-assets"
	// digestKey is the name of the user metadata that has the SHA-256. In the
	// answer it is the header x-amz-meta-etag.
	digestKey = "etag"
	// smallestPart is the least that a part of an upload may have, unless it is
	// the last one.
	smallestPart = 5 << 20
)

// bucket is the place of the kits in a storage, as their publisher sees it:
// through Amazon's own client.
type bucket struct {
	t      *testing.T
	client *s3.Client
	key    string // of the kit at hand; versitygw lets the metadata of what it replaces show through
}

// newBucket makes the bucket in the storage that is reached at address.
func newBucket(t *testing.T, address string) *bucket {
	t.Helper()
	b := &bucket{t: t, client: s3.New(s3.Options{
		BaseEndpoint: aws.String("http://" + address), UsePathStyle: true, Region: region,
		Credentials: credentials.NewStaticCredentialsProvider(accessKey, secretKey, ""),
	})}
	if _, err := b.client.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket:                    aws.String(bucketName),
		CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: region},
	}); err != nil {
		t.Fatal(err)
	}
	return b
}

// archive is a kit, and what is known of it.
type archive struct {
	data   []byte
	sha256 string
	etag   string // as the storage named it
}

// newArchive makes a kit of about size bytes, other ones for other seeds.
func newArchive(t *testing.T, seed byte, size int) *archive {
	t.Helper()
	content := make([]byte, size)
	rand.NewChaCha8([32]byte{seed}).Read(content) // never fails
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	file, err := w.CreateHeader(&zip.FileHeader{Name: "kit/dist/pingfederate/server/default/deploy/pf-storage-1.2.3.jar", Method: zip.Store})
	if err == nil {
		_, err = file.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b.Bytes())
	return &archive{data: b.Bytes(), sha256: hex.EncodeToString(sum[:])}
}

// put uploads a kit, with that value for its digest.
func (b *bucket) put(a *archive, digest string) {
	b.t.Helper()
	out, err := b.client.PutObject(b.t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(bucketName), Key: aws.String(b.key), Body: bytes.NewReader(a.data),
		ContentType: aws.String("application/zip"), Metadata: metadata(digest),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	a.etag = aws.ToString(out.ETag)
}

// putInParts uploads a kit in two parts, as clients do with large objects.
func (b *bucket) putInParts(a *archive, digest string) {
	b.t.Helper()
	begun, err := b.client.CreateMultipartUpload(b.t.Context(), &s3.CreateMultipartUploadInput{
		Bucket: aws.String(bucketName), Key: aws.String(b.key), Metadata: metadata(digest),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	var done types.CompletedMultipartUpload
	for i, part := range [][]byte{a.data[:smallestPart], a.data[smallestPart:]} {
		number := aws.Int32(int32(i + 1))
		out, err := b.client.UploadPart(b.t.Context(), &s3.UploadPartInput{
			Bucket: aws.String(bucketName), Key: aws.String(b.key), UploadId: begun.UploadId, PartNumber: number, Body: bytes.NewReader(part),
		})
		if err != nil {
			b.t.Fatal(err)
		}
		done.Parts = append(done.Parts, types.CompletedPart{PartNumber: number, ETag: out.ETag})
	}
	out, err := b.client.CompleteMultipartUpload(b.t.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: aws.String(bucketName), Key: aws.String(b.key), UploadId: begun.UploadId, MultipartUpload: &done,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	a.etag = aws.ToString(out.ETag)
}

func metadata(digest string) map[string]string {
	if digest == "" {
		return nil
	}
	return map[string]string{digestKey: digest}
}

// link is a presigned link to the kit that was made so long ago, and is good for
// a minute from then on.
func (b *bucket) link(ago time.Duration) string {
	b.t.Helper()
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }) // as S3 wants it
	signed, err := s3.NewPresignClient(b.client).PresignGetObject(b.t.Context(),
		&s3.GetObjectInput{Bucket: aws.String(bucketName), Key: aws.String(b.key)},
		s3.WithPresignExpires(time.Minute),
		func(o *s3.PresignOptions) { o.Presigner = earlier{signer, ago} })
	if err != nil {
		b.t.Fatal(err)
	}
	return signed.URL
}

// earlier is Amazon's signer with a clock that is slow.
type earlier struct {
	*v4.Signer
	by time.Duration
}

func (e earlier) PresignHTTP(ctx context.Context, c aws.Credentials, r *http.Request, hash, service, region string, at time.Time, options ...func(*v4.SignerOptions)) (string, http.Header, error) {
	return e.Signer.PresignHTTP(ctx, c, r, hash, service, region, at.Add(-e.by), options...)
}
