package download

import (
	"bytes"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/kitzip"
)

// sniffed is how many bytes of a body are looked at before any is written.
const sniffed = 512

// zipSignatures begin an archive: of a first file, of an empty archive, and of
// one that was split (APPNOTE.TXT, sections 4.3.7, 4.3.16 and 8.5.3).
var zipSignatures = [][]byte{[]byte("PK\x03\x04"), []byte("PK\x05\x06"), []byte("PK\x07\x08")}

// notZip says what came instead of a zip archive, or returns nil for one. Pages
// of proxies and sign-in forms arrive with the status 200, and saved as a zip
// they are found only much later. redact takes secrets out of words that came.
func notZip(start []byte, redact func(string) string) error {
	for _, signature := range zipSignatures {
		if bytes.HasPrefix(start, signature) {
			return nil
		}
	}
	if kitzip.IsSAMLMetadata(start) {
		return failure(ErrNoKit, "the asset of this version is SAML metadata (XML), no kit; nothing was kept")
	}
	return failure(ErrIntegrity, "what came is no zip archive but %s; nothing was kept", kitzip.Seems(start, redact))
}

// redactor takes secrets out of words from an asset's body. A page in its place
// may quote the link that it was asked for by, and the link is a credential.
func redactor(asset *connect.Asset) func(string) string {
	return func(words string) string { return connect.Redact(asset.Response, nil, words) }
}
