// Package oidc tests the server with a real OpenID provider. It is a module of its
// own, so that the provider is no dependency of the product.
package oidc
