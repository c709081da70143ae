package git

import (
	"fmt"
	"strings"

	"tandem.dev/helper/internal/clean"
)

// failure is what git said when it ended badly.
type failure struct {
	output string
	// missing: the program itself could not be started.
	cause error
}

func (f *failure) Error() string { return f.output }

// Messages of git and ssh, and what they mean for whoever wrote the file.
var meanings = []struct{ sign, meaning string }{
	{"remote host identification has changed", "the server's host key is not the one in known_hosts"},
	{"host key verification failed", "the server's host key is not in known_hosts of the secret"},
	{"authentication failed", "the server refused the credentials"},
	{"could not read username", "the server wants credentials and the connection has none for it"},
	{"could not read password", "the server wants a password and the connection has none for it"},
	{"invalid format", "the ssh key cannot be read: it is in a wrong format or has a passphrase"},
	{"error in libcrypto", "the ssh key cannot be read: it is in a wrong format or has a passphrase"},
	{"permission denied (publickey", "the server refused the ssh key"},
	{"no user exists for uid", "ssh needs a user that the image knows; run the helper as its own user"},
	{"returned error: 403", "the server refused access"},
	{"could not resolve host", "the host of the repository cannot be found"},
	{"repository not found", "there is no such repository, or the credentials may not read it"},
	{"' not found", "there is no such repository, or the credentials may not read it"},
	{"does not appear to be a git repository", "there is no repository at that place"},
	{"does not exist", "there is no repository at that place"},
	{"connection timed out", "the host of the repository does not answer"},
	{"connection refused", "the host of the repository does not answer"},
	{"failed to connect", "the host of the repository does not answer"},
	{"certificate", "the certificate of the server is not trusted"},
	{"unadvertised object", "the server gives out no commit that neither a branch nor a tag names; leave out --experimental-fetch"},
	{"remote branch", "the branch of the flag --branch is not there"},
	{"no space left on device", "the volume is full"},
	{"transport", "a protocol is used that is not allowed"},
}

// explain gives the reason in words. Without a known sign it is the last "fatal:" line, cleaned.
func explain(output string, secrets []string) string {
	lower := strings.ToLower(output)
	for _, each := range meanings {
		if strings.Contains(lower, each.sign) {
			return each.meaning
		}
	}
	reason := ""
	for _, line := range strings.Split(output, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "fatal:") || strings.HasPrefix(line, "error:") || reason == "" {
			reason = line
		}
	}
	reason = strings.TrimPrefix(strings.TrimPrefix(reason, "fatal: "), "error: ")
	if reason == "" {
		return "git gave no reason"
	}
	return strings.TrimRight(clean.With(reason, secrets), ".")
}

// subject names the repository: by its connection, whose url is not for everybody's eyes (decisions.md 60), else by its
// url, which the user has written.
func subject(connection *string, to remote) string {
	if connection != nil {
		return fmt.Sprintf("The repository of the connection %q", *connection)
	}
	return fmt.Sprintf("The repository %q", to.clean)
}
