package store

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
)

func isNetwork(err error) bool {
	var operation *net.OpError
	var lookup *net.DNSError
	var link *url.Error
	return errors.As(err, &operation) || errors.As(err, &lookup) || errors.As(err, &link) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

// byStatus gives the meaning of an HTTP status that a bucket answered.
func byStatus(status int, code string, cause error) error {
	switch code {
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken":
		// Not every server uses 403 for these.
		return fmt.Errorf("%w: %w", ErrDenied, cause)
	}
	switch status {
	case http.StatusNotFound:
		if code == "NoSuchBucket" || code == "ContainerNotFound" {
			return &knownError{text: "there is no bucket of the name in the connection", cause: cause}
		}
		return notExist(cause)
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%w: %w", ErrDenied, cause)
	default:
		return &knownError{text: fmt.Sprintf("the store answered with %d %s", status, code), cause: cause}
	}
}
