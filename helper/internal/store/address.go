package store

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
)

// address is the parsed form of `s3://b/p`, `gs://b/p` and `wasbs://container@account.blob.core.windows.net/p`.
type address struct {
	text   string
	bucket string
	// Host of the account; only for Azure.
	host   string
	prefix string
}

var schemes = map[string][]string{
	"s3":   {"s3", "s3a", "s3n"},
	"gcs":  {"gs", "gcs"},
	"wasb": {"wasb", "wasbs", "abfs", "abfss"},
}

func parseAddress(kind, text string) (address, error) {
	wrong := fmt.Errorf("the bucket in the connection is no address of the form %s", forms[kind])
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" {
		return address{}, wrong
	}
	found := false
	for _, scheme := range schemes[kind] {
		found = found || scheme == parsed.Scheme
	}
	prefix, err := CleanName(parsed.Path)
	if !found || err != nil {
		return address{}, wrong
	}
	result := address{text: strings.TrimRight(text, "/"), bucket: parsed.Host, prefix: prefix}
	if kind == "wasb" {
		if parsed.User == nil || parsed.User.Username() == "" {
			return address{}, wrong
		}
		result.bucket, result.host = parsed.User.Username(), parsed.Host
	}
	return result, nil
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
