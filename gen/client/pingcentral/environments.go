package pingcentral

import "encoding/json"

// EnvironmentCollection is the answer of ListEnvironments. The answer as it came holds passwords; they are dropped while it is decoded.
type EnvironmentCollection struct {
	list []Environment
	err  error
}

// Environments returns the environments of the answer, whether it is an object with items or a bare list. Null, and an object that
// holds no list, are no environments. It fails on an answer of any other form.
func (c EnvironmentCollection) Environments() ([]Environment, error) {
	return c.list, c.err
}

// UnmarshalJSON reads the answer in each of its forms. A form that it cannot read is reported by Environments.
func (c *EnvironmentCollection) UnmarshalJSON(data []byte) error {
	c.list, c.err = items[Environment](data, "environments")
	return nil
}

// MarshalJSON writes the environments as an object with items.
func (c EnvironmentCollection) MarshalJSON() ([]byte, error) {
	if c.err != nil {
		return nil, c.err
	}
	return json.Marshal(EnvironmentItems{Items: c.list})
}
