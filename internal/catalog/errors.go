package catalog

import (
	"errors"
	"net/http"

	"example.com/pingkit/connect"
)

// refused reports that PingOne did not accept a request's parameters. The codes
// may change, so the status decides.
func refused(err error) bool {
	upstream, ok := errors.AsType[*connect.Error](err)
	return ok && !upstream.SignIn && upstream.Status == http.StatusBadRequest
}

// absent reports answers that mean that PingOne does not have, or does not
// show, what was asked for by its id: which one it gives is not documented for
// all cases.
func absent(err error) bool {
	upstream, ok := errors.AsType[*connect.Error](err)
	if !ok || upstream.SignIn {
		return errors.Is(err, errNothing)
	}
	return upstream.Status == http.StatusNotFound || upstream.Status == http.StatusForbidden || upstream.Status == http.StatusBadRequest
}
