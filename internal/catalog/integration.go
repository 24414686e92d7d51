package catalog

import "example.com/pingkit/internal/sanitize"

// Lengths in characters to which texts of the catalog are cut. They come from
// third parties and go to people, models and logs.
const (
	maxName        = 120
	maxWord        = 60
	maxDescription = 200
	maxWords       = 20

	// integrationSize is about what an Integration takes at most, in bytes.
	integrationSize = 4 << 10
)

// Integration is what a person or a model needs of one integration. All texts
// are plain, on one line and of bounded length.
type Integration struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`
	Publisher     string   `json:"publisher,omitempty"`
	Products      []string `json:"products,omitempty"`       // Ping products, such as PINGFEDERATE
	Tags          []string `json:"tags,omitempty"`           // such as MFA
	LatestVersion string   `json:"latest_version,omitempty"` // empty if the answer did not tell
	Description   string   `json:"description,omitempty"`    // at most 200 characters
}

func newIntegration(from givenIntegration) Integration {
	to := Integration{
		ID:        from.ID,
		Name:      sanitize.Line(from.Name, maxName),
		Publisher: sanitize.Line(from.Publisher, maxName),
		Products:  cleanWords(from.Products),
		Tags:      cleanWords(from.Tags),
		// Third-party text, perhaps HTML.
		Description: sanitize.FromHTML(from.Description, maxDescription),
	}
	if latest, ok := from.latest(); ok {
		to.LatestVersion = sanitize.Line(latest.Number, maxWord)
	}
	return to
}

// cleanWords cleans short words such as tags and drops the empty ones.
func cleanWords(words []string) []string {
	var clean []string
	for _, word := range words[:min(len(words), maxWords)] {
		if word = sanitize.Line(word, maxWord); word != "" {
			clean = append(clean, word)
		}
	}
	return clean
}
