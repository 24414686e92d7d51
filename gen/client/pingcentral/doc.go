// Package pingcentral is a client of PingCentral, generated from openapi/pingcentral.yaml.
package pingcentral
