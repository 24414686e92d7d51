package connect_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/sandbox"
)

// The environment of a program holds its settings; here they lead to a simulation of both systems.
func ExamplePingOne_Integrations() {
	simulation, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer simulation.Close()
	client, err := connect.NewPingOne(simulation.PingOne())
	if err != nil {
		log.Fatal(err)
	}
	defer client.CloseIdleConnections()

	filter := `(name co "PingID")`
	for integration, err := range client.Integrations(context.Background(), sandbox.CatalogEnvironmentID, &pingone.ListIntegrationsParams{Filter: &filter}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(integration.Name)
	}
	// Output:
	// PingID Integration Kit
	// PingID SAML Application
}

func ExampleNewestFirst() {
	simulation, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer simulation.Close()
	client, err := connect.NewPingOne(simulation.PingOne())
	if err != nil {
		log.Fatal(err)
	}
	defer client.CloseIdleConnections()

	ctx := context.Background()
	integration, err := client.FindIntegration(ctx, sandbox.CatalogEnvironmentID, "PingID Integration Kit")
	if err != nil {
		log.Fatal(err)
	}
	var versions []pingone.Version
	for version, err := range client.Versions(ctx, sandbox.CatalogEnvironmentID, integration.ID) {
		if err != nil {
			log.Fatal(err)
		}
		versions = append(versions, version)
	}
	connect.NewestFirst(versions)
	fmt.Println(integration.Name, versions[0].Number)
	// Output: PingID Integration Kit 2.24.0
}

func ExampleJSON() {
	simulation, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer simulation.Close()
	client, err := connect.NewPingCentral(simulation.PingCentral())
	if err != nil {
		log.Fatal(err)
	}
	defer client.CloseIdleConnections()

	application, err := connect.JSON[pingcentral.Application](client.GetApplication(context.Background(), sandbox.PayrollID))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(application.Name, application.Type)
	// Output: Payroll OAuth
}

// A promotion is sent once. After an error that is in doubt, the history tells whether it happened.
func ExampleError_InDoubt() {
	simulation, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer simulation.Close()
	client, err := connect.NewPingCentral(simulation.PingCentral())
	if err != nil {
		log.Fatal(err)
	}
	defer client.CloseIdleConnections()

	ctx := context.Background()
	environment, err := client.FindEnvironment(ctx, "Test")
	if err != nil {
		log.Fatal(err)
	}
	err = connect.Check(client.PromoteApplication(ctx, sandbox.PayrollID, environment.ID, pingcentral.PromotionRequest{
		RedirectURIs: []string{"https://payroll.example.com/callback"},
	}))
	failed, _ := errors.AsType[*connect.Error](err)
	switch {
	case err == nil:
		fmt.Println("promoted to", environment.Name)
	case failed != nil && failed.InDoubt():
		fmt.Println("read the history before you promote again")
	default:
		fmt.Println(err)
	}
	// Output: promoted to Test
}
