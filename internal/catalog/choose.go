package catalog

import "context"

// Choice is one version of one integration, and the environment that has it.
type Choice struct {
	Environment string // id
	Integration Integration
	Version     Version
}

// Choose finds what a person means by an environment, an integration (ids or
// names, as EnvironmentID and Integration take them) and a version (as Select
// takes it). Its errors are theirs.
func (c *Catalog) Choose(ctx context.Context, environment, integration, version string) (Choice, error) {
	var choice Choice
	var err error
	if choice.Environment, err = c.EnvironmentID(ctx, environment); err != nil {
		return Choice{}, err
	}
	if choice.Integration, err = c.Integration(ctx, choice.Environment, integration); err != nil {
		return Choice{}, err
	}
	versions, err := c.Versions(ctx, choice.Environment, choice.Integration.ID)
	if err != nil {
		return Choice{}, err
	}
	if choice.Version, err = Select(versions, version); err != nil {
		return Choice{}, err
	}
	return choice, nil
}
