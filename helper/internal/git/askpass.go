package git

import (
	"errors"
	"net/url"
	"strings"

	"tandem.dev/helper/internal/store"
)

// IsAskpass tells whether git has started this program to ask for a user or a password.
func IsAskpass(env store.Env) bool { return env(askpassSwitch) == "1" }

// Askpass answers a question of git such as `Password for 'https://ann@host': `. Only the host of the repository gets an
// answer: a redirect or a submodule elsewhere must not get its credentials.
func Askpass(question string, env store.Env) (string, error) {
	kind, rest, found := strings.Cut(question, " for '")
	address, _, closed := strings.Cut(rest, "'")
	if !found || !closed {
		return "", errors.New("not a question for credentials")
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host != env(askpassHost) {
		return "", errors.New("credentials are for another host")
	}
	if strings.HasPrefix(kind, "Username") {
		return env(askpassUser), nil
	}
	return env(askpassSecret), nil
}
