// Package scim reads the filters of the Integration Catalog: the subset of SCIM (RFC 7644, 3.4.2.2) that its reference
// documents, namely comparisons joined by "and", and parentheses.
package scim
