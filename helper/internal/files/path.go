// Package files serves the folders of runs in a store over HTTP: the agent may not read the store's secrets, so this runs
// where runs run (decisions.md 58).
package files

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var (
	uuidForm    = regexp.MustCompile(`^[0-9a-f]{32}$`)
	encodedForm = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	archiveForm = regexp.MustCompile(`^logs/[A-Za-z0-9][A-Za-z0-9._-]{0,200}\.jsonl$`)

	errPath = errors.New("The path is not allowed.")
)

// place is what a request names: a path below the folder of a run.
type place struct {
	uuid string
	// Without slashes at its ends; "" is the run's folder itself.
	path     string
	isFolder bool
}

// parsePath reads the path of a request as it came over the wire. Each part is decoded once; whatever could mean something
// else to the next reader is refused: steps upwards, slashes inside a part in any alphabet, second encodings, control
// characters (attacks.md V22).
func parsePath(escaped string) (place, error) {
	rest, found := strings.CutPrefix(escaped, "/")
	if !found || len(rest) > 4096 {
		return place{}, errPath
	}
	isFolder := strings.HasSuffix(rest, "/")
	parts := strings.Split(strings.TrimSuffix(rest, "/"), "/")
	for index, part := range parts {
		decoded, err := url.PathUnescape(part)
		if err != nil || !isPlainName(decoded) {
			return place{}, errPath
		}
		parts[index] = decoded
	}
	if !uuidForm.MatchString(parts[0]) {
		return place{}, errPath
	}
	path := strings.Join(parts[1:], "/")
	return place{uuid: parts[0], path: path, isFolder: isFolder || path == ""}, nil
}

func isPlainName(name string) bool {
	if name == "" || !utf8.ValidString(name) || encodedForm.MatchString(name) {
		return false
	}
	// Full-width dots and slashes become real ones where somebody normalises.
	folded := norm.NFKC.String(name)
	for _, look := range []string{name, folded} {
		if look == "." || look == ".." || strings.ContainsAny(look, "/\\\u2044\u2215\u29f8\u2216\u29f5\ufe68") {
			return false
		}
	}
	return strings.IndexFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) < 0
}
