// Package git clones repositories with the real git program, so that credentials stay in its environment.
package git

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

// remote is the address of a repository, taken apart.
type remote struct {
	// clean is what stands in .git/config: never a credential.
	clean string
	// host is where credentials may be sent; "" for a folder.
	host string
	user string
	pass string
	// scheme is https, http, ssh, git or file.
	scheme string
	path   string
}

var scpForm = regexp.MustCompile(`^(?:([A-Za-z0-9._-]+)@)?([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):([^:].*)$`)

var errURL = errors.New("The url of a repository must be https://, http://, ssh://, git://, file://, git@host:path or an absolute path.")

// parseRemote reads a url. Forms that make git start another program (`ext::`, options) are refused: only the known ones pass.
func parseRemote(text string) (remote, error) {
	if text == "" || strings.HasPrefix(text, "-") || strings.Contains(text, "::") || strings.ContainsAny(text, "\x00\n\r") {
		return remote{}, errURL
	}
	if strings.HasPrefix(text, "/") {
		return remote{clean: text, scheme: "file", path: text}, nil
	}
	if !strings.Contains(text, "://") {
		found := scpForm.FindStringSubmatch(text)
		if found == nil || strings.HasPrefix(found[2], "-") || strings.HasPrefix(found[1], "-") || strings.HasPrefix(found[3], "-") {
			return remote{}, errURL
		}
		return remote{clean: text, host: found[2], user: found[1], scheme: "ssh", path: found[3]}, nil
	}
	parsed, err := url.Parse(text)
	if err != nil {
		return remote{}, errURL
	}
	result := remote{scheme: parsed.Scheme, host: parsed.Host, path: strings.TrimPrefix(parsed.Path, "/")}
	switch parsed.Scheme {
	case "https", "http":
		if parsed.User != nil {
			result.user = parsed.User.Username()
			result.pass, _ = parsed.User.Password()
			parsed.User = nil
		}
	case "ssh":
		if parsed.User != nil {
			// The user is part of the address for ssh; a password is of no use there.
			result.user = parsed.User.Username()
			parsed.User = url.User(result.user)
		}
	case "git":
		parsed.User = nil
	case "file":
		result.path = parsed.Path
	default:
		return remote{}, errURL
	}
	if parsed.Scheme != "file" && (parsed.Host == "" || strings.HasPrefix(parsed.Host, "-") || strings.HasPrefix(result.user, "-")) {
		return remote{}, errURL
	}
	result.clean = parsed.String()
	return result, nil
}

// overSSH gives the address with which a key is used: https://host/path becomes git@host:path.git.
func (r remote) overSSH() string {
	if r.scheme != "https" && r.scheme != "http" {
		return r.clean
	}
	host, _, _ := strings.Cut(r.host, ":")
	path := strings.Trim(r.path, "/")
	if !strings.HasSuffix(path, ".git") {
		path += ".git"
	}
	return "git@" + host + ":" + path
}
