// Package pingone is a client of the PingOne Integration Catalog, generated from openapi/pingone.yaml.
package pingone
