package kitzip

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxName = 1024 // bytes of a whole path
	maxPart = 255  // bytes of one part, as file systems have it
)

// reserved starts the names that pingkit keeps for itself: its receipt, its
// journal and its unfinished files.
const reserved = ".pingkit"

// CheckEntryName refuses a path that is not relative, clean and writable on
// every system that the products run on, Windows included; a path may end in
// one slash. The error is an [*UnsafeError].
func CheckEntryName(name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	return nil
}

func checkName(name string) *UnsafeError {
	refuse := func(reason Reason, format string, args ...any) *UnsafeError {
		return &UnsafeError{Reason: reason, Entry: name, Detail: fmt.Sprintf(format, args...)}
	}
	bare := strings.TrimSuffix(name, "/")
	switch {
	case name == "":
		return refuse(ReasonPath, "an entry has no name")
	case strings.HasPrefix(name, "/"):
		return refuse(ReasonPath, "has an absolute path")
	case strings.Contains(name, `\`):
		return refuse(ReasonPath, "has a backslash in its path")
	case len(name) >= 2 && name[1] == ':' && isLetter(name[0]):
		return refuse(ReasonPath, "has a drive letter")
	case path.Clean(bare) != bare || bare == "." || bare == ".." || strings.HasPrefix(bare, "../"):
		return refuse(ReasonPath, "has an empty part, . or .. in its path")
	case len(name) > maxName:
		return refuse(ReasonName, "has a name of more than %d bytes", maxName)
	case !utf8.ValidString(name):
		return refuse(ReasonName, "has a name that is not UTF-8")
	case strings.ContainsFunc(name, isInvisible):
		return refuse(ReasonName, "has control or invisible characters in its name")
	case strings.ContainsAny(name, `<>:"|?*`):
		return refuse(ReasonName, `has one of < > : " | ? * in its name, which Windows does not allow`)
	}
	for part := range strings.SplitSeq(bare, "/") {
		switch {
		case len(part) > maxPart:
			return refuse(ReasonName, "has a name of more than %d bytes", maxPart)
		case strings.HasSuffix(part, ".") || strings.HasSuffix(part, " "):
			return refuse(ReasonName, "has a name that ends in a dot or a space, which Windows drops")
		case IsDevice(part):
			return refuse(ReasonName, "has the name of a device of Windows")
		case strings.HasPrefix(Fold(part), reserved):
			return refuse(ReasonName, "has a name that pingkit keeps for itself")
		}
	}
	return nil
}

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// isInvisible holds for characters that can hide or reorder what a person reads.
func isInvisible(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// IsDevice reports whether Windows takes a name for a device, whatever its ending
// ("Naming Files, Paths, and Namespaces" in Microsoft's documentation).
func IsDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	stem = strings.TrimRight(stem, " ")
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	number, isPort := strings.CutPrefix(stem, "COM")
	if !isPort {
		number, isPort = strings.CutPrefix(stem, "LPT")
	}
	return isPort && utf8.RuneCountInString(number) == 1 && strings.ContainsAny(number, "0123456789¹²³")
}

// Fold maps names that some file system takes for the same to one string: names
// that differ by case, or by the composition of accented letters.
func Fold(name string) string {
	return norm.NFC.String(strings.ToLower(strings.ToUpper(norm.NFC.String(name))))
}

// occupied notes which places are taken, by files and by the folders they need.
type occupied struct {
	files   map[string]string // folded path to the path as it was given
	folders map[string]string // folded path to a file below it
}

func newOccupied(n int) *occupied {
	return &occupied{files: make(map[string]string, n), folders: make(map[string]string)}
}

// file takes the place of a file, unless another file or a folder stands there,
// or a file where it needs a folder: then it returns that other file.
func (o *occupied) file(name string) (other string, ok bool) {
	key := Fold(name)
	if other, taken := o.files[key]; taken {
		return other, false
	}
	if other, taken := o.folders[key]; taken {
		return other, false
	}
	if other, ok := o.above(key, name); !ok {
		return other, false
	}
	o.files[key] = name
	return "", true
}

// folder takes the place of a folder, which may be taken any number of times.
func (o *occupied) folder(name string) (other string, ok bool) {
	key := Fold(name)
	if other, taken := o.files[key]; taken {
		return other, false
	}
	if other, ok := o.above(key, name); !ok {
		return other, false
	}
	o.folders[key] = name
	return "", true
}

// above takes the folders above a place.
func (o *occupied) above(key, name string) (other string, ok bool) {
	for dir := path.Dir(key); dir != "."; dir = path.Dir(dir) {
		if other, taken := o.files[dir]; taken {
			return other, false
		}
		if _, known := o.folders[dir]; known {
			return "", true // and so are those above it
		}
		o.folders[dir] = name
	}
	return "", true
}
