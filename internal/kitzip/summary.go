package kitzip

import "errors"

// Summary is what a person wants to know of an archive before unpacking it.
type Summary struct {
	Layout   Layout    `json:"layout"`
	Top      string    `json:"top,omitempty"` // the folder around the kit
	Files    int       `json:"files"`         // how many
	Bytes    int64     `json:"bytes"`         // of all files, unpacked
	Jars     []Jar     `json:"jars"`
	Placed   []Placed  `json:"placed"`   // what would go where
	Skipped  []Skipped `json:"skipped"`  // what is not installed, and why
	Unplaced []string  `json:"unplaced"` // what no rule places, below the top folder
	Conflict string    `json:"conflict,omitempty"`
	Unused   []Rule    `json:"unused_rules,omitempty"`
}

// Summary tells what [Archive.Place] would do, without failing for what cannot
// be placed. Its error is a [*RuleError]. It goes by the archive's directory:
// call [Archive.Verify] before, to tell a person that the archive is sound.
func (a *Archive) Summary(opts PlaceOptions) (Summary, error) {
	p, err := a.Place(opts)
	s := Summary{
		Layout: a.layout, Top: a.top, Files: len(a.fit()), Unused: p.Unused,
		Jars: []Jar{}, Placed: append([]Placed{}, p.Files...), Skipped: append([]Skipped{}, p.Skipped...), Unplaced: []string{}, // none is [] in JSON
	}
	var unplaced *UnplacedError
	var conflict *ConflictError
	switch {
	case errors.As(err, &unplaced):
		s.Unplaced = unplaced.Files
	case errors.As(err, &conflict):
		s.Conflict = conflict.Error()
	case err != nil:
		return Summary{}, err
	}
	for _, file := range a.fit() {
		s.Bytes += file.Size
		if jar, ok := ParseJar(file.Path); ok {
			s.Jars = append(s.Jars, jar)
		}
	}
	return s, nil
}
