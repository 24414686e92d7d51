package lockfile

import (
	"bytes"
	"errors"
)

// ReadToReplace is [Read] for the command that makes the lock. An empty file is no
// lock; of a file with the conflict marks of a merge, the versions of one side count.
// notice tells what became of such a file. A file with other contents may be no lock at
// all, and is an *InvalidError.
func ReadToReplace(path string) (l *Lock, notice string, err error) {
	l, err = Read(path)
	unusable, ok := errors.AsType[*InvalidError](err)
	if !ok {
		return l, "", err
	}
	data, err := readFile(path)
	if err != nil {
		return nil, "", err
	}
	if len(bytes.TrimSpace(bytes.TrimPrefix(data, []byte(byteOrderMark)))) == 0 {
		return nil, unusable.File + " was empty; it is made again from the manifest alone", nil
	}
	sides := conflictSides(data)
	if sides == nil {
		return nil, "", unusable
	}
	for _, side := range sides {
		if l, err := Decode(side); err == nil {
			return l, unusable.File + " has the conflict marks of a merge; it is made again from the manifest and the versions of one side", nil
		}
	}
	return nil, unusable.File + " has the conflict marks of a merge, and neither side can be used; it is made again from the manifest alone", nil
}

// conflictSides returns the two sides of a file with the conflict marks of Git, or
// nothing where it has none.
func conflictSides(data []byte) [][]byte {
	const both, ours, base, theirs = 0, 1, 2, 3
	var sides [2][]byte
	part, marked := both, false
	for line := range bytes.Lines(data) {
		next := both
		switch {
		case bytes.HasPrefix(line, []byte("<<<<<<<")):
			next = ours
		case bytes.HasPrefix(line, []byte("|||||||")):
			next = base
		case bytes.HasPrefix(line, []byte("=======")):
			next = theirs
		case bytes.HasPrefix(line, []byte(">>>>>>>")):
		default:
			if part == both || part == ours {
				sides[0] = append(sides[0], line...)
			}
			if part == both || part == theirs {
				sides[1] = append(sides[1], line...)
			}
			continue
		}
		part, marked = next, true
	}
	if !marked {
		return nil
	}
	return sides[:]
}
