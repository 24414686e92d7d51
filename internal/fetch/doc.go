// Package fetch downloads the kit of one version of an integration into a file
// whose bytes were verified before it appears under its name.
package fetch
