// Package s3 tests downloads from object storages that are not of this project,
// by links with Amazon's own signatures. It is a module of its own, so that the
// storages are no dependency of the product.
package s3
