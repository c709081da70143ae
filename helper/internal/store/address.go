package store

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
)

// address is the parsed form of `s3://b/p`, `gs://b/p` and `wasbs://container@account.blob.core.windows.net/p`, with the other
// forms that azureAddress reads.
type address struct {
	text   string
	bucket string
	// Host of the account; only for Azure. "": the credentials name the account.
	host   string
	prefix string
}

var schemes = map[string][]string{
	"s3":   {"s3", "s3a", "s3n"},
	"gcs":  {"gs", "gcs"},
	"wasb": {"wasb", "wasbs", "abfs", "abfss", "az", "https"},
}

// KindOf gives the kind of the store that an address names: s3, gcs or wasb; "" for none.
func KindOf(address string) string {
	scheme, _, _ := strings.Cut(address, "://")
	for kind, known := range schemes {
		if slices.Contains(known, scheme) {
			return kind
		}
	}
	return ""
}

func parseAddress(kind, text string) (address, error) {
	wrong := fmt.Errorf("the bucket in the connection is no address of the form %s", forms[kind])
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" || parsed.RawQuery != "" || parsed.Fragment != "" {
		return address{}, wrong
	}
	prefix, err := CleanName(parsed.Path)
	if !slices.Contains(schemes[kind], parsed.Scheme) || err != nil {
		return address{}, wrong
	}
	result := address{text: strings.TrimRight(text, "/"), bucket: parsed.Host, prefix: prefix}
	if kind == "wasb" && !result.asAzure(parsed) {
		return address{}, wrong
	}
	return result, nil
}

// asAzure finds account and container, which stand in three ways: as `container@account` in front, as the host and the
// beginning of the path with https, or the container alone, with abfs and az. Containers have no dots; a host without one is
// the name of an account.
func (a *address) asAzure(parsed *url.URL) bool {
	switch {
	case parsed.User != nil && parsed.Scheme != "https":
		a.bucket, a.host = parsed.User.Username(), parsed.Host
	case parsed.User != nil:
		return false // Credentials do not belong into an address.
	case parsed.Scheme == "https":
		a.bucket, a.prefix, _ = strings.Cut(a.prefix, "/")
		a.host = parsed.Host
	case parsed.Scheme == "wasb" || parsed.Scheme == "wasbs":
		return false
	default:
		a.host = ""
	}
	if a.host != "" && !strings.ContainsAny(a.host, ".:") {
		a.host += ".blob.core.windows.net"
	}
	return a.bucket != "" && !strings.Contains(a.bucket, ".")
}

var forms = map[string]string{
	"s3":   "s3://bucket/path",
	"gcs":  "gs://bucket/path",
	"wasb": "wasbs://container@account.blob.core.windows.net/path",
}

// Rel gives the name below the prefix for a whole address, or for a name that is one already.
func (a address) Rel(from string) (string, error) {
	from = strings.TrimRight(from, "/")
	if from == a.text {
		return "", nil
	}
	if rest, found := strings.CutPrefix(from, a.text+"/"); found {
		return CleanName(rest)
	}
	if strings.Contains(from, "://") {
		return "", ErrOutside
	}
	return CleanName(from)
}

// key gives the whole key of a name.
func (a address) key(name string) string {
	if a.prefix == "" || name == "" {
		return a.prefix + name
	}
	return a.prefix + "/" + name
}

// folderPrefix is what all keys below a folder begin with.
func (a address) folderPrefix(folder string) string {
	key := a.key(folder)
	if key == "" {
		return ""
	}
	return key + "/"
}

// nameOf gives the name of a key. Keys that a file system cannot hold as they are ("..", empty parts) are refused.
func (a address) nameOf(key string) (string, error) {
	name := key
	if a.prefix != "" {
		name = strings.TrimPrefix(key, a.prefix+"/")
	}
	cleaned, err := CleanName(name)
	if err != nil {
		return "", err
	}
	if cleaned != name {
		return "", &knownError{text: "a key of the bucket is no usable file name", cause: errors.New(key)}
	}
	return name, nil
}

func notExist(cause error) error {
	return fmt.Errorf("%w: %w", fs.ErrNotExist, cause)
}
