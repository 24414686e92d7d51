package kitzip

import (
	"fmt"

	"github.com/klauspost/compress/zip"
)

// Bits of an entry's general purpose flags and external attributes
// (APPNOTE.TXT 4.4.4 and 4.4.15; the upper half of the attributes is the mode of
// Unix systems, see stat(2)).
const (
	flagEncrypted       = 1 << 0
	flagDescriptor      = 1 << 3
	flagPatch           = 1 << 5
	flagStrongEncrypted = 1 << 6
	flagMasked          = 1 << 13

	unixTypeMask = 0o170000
	unixRegular  = 0o100000
	unixFolder   = 0o040000
	unixPipe     = 0o010000
)

// checkEntry refuses an entry that is not a plain file or folder with a
// harmless name.
func checkEntry(entry *zip.File) *UnsafeError {
	if err := checkName(entry.Name); err != nil && err.Reason != ReasonName {
		return err
	}
	refuse := func(reason Reason, detail string) *UnsafeError {
		return &UnsafeError{Reason: reason, Entry: entry.Name, Detail: detail}
	}
	isFolder := entry.Name[len(entry.Name)-1] == '/'
	// The type counts whatever system the entry claims to come from: programs differ in whether they look at that.
	switch kind := entry.ExternalAttrs >> 16 & unixTypeMask; {
	case kind == unixFolder && !isFolder:
		return refuse(ReasonType, "is a folder by its type and a file by its name")
	case kind == unixPipe && !isFolder && entry.UncompressedSize64 > 0: // Info-ZIP and 7-Zip mark contents that they read from a pipe; a pipe itself has none
	case kind != 0 && kind != unixRegular && kind != unixFolder:
		return refuse(ReasonType, "is a link, a device or something else that is not a file")
	}
	switch {
	case entry.Flags&(flagEncrypted|flagStrongEncrypted|flagMasked) != 0:
		return refuse(ReasonEncrypted, "is encrypted")
	case entry.Flags&flagPatch != 0, entry.Method != zip.Store && entry.Method != zip.Deflate:
		return refuse(ReasonMethod, fmt.Sprintf("is packed in a way (%d) that kits do not use", entry.Method))
	case isFolder && entry.UncompressedSize64 != 0:
		return refuse(ReasonType, "is a folder with contents")
	case entry.Method == zip.Store && !isFolder && entry.CompressedSize64 != entry.UncompressedSize64:
		return refuse(ReasonSize, "is stored as it is, yet has two sizes")
	}
	return checkName(entry.Name)
}
