// Package clean keeps secrets, addresses and control characters out of the sentences that leave this program.
package clean

import (
	"net/url"
	"os"
	"regexp"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Longest sentence, in bytes: Kubernetes keeps 4096 of a termination message.
const longest = 2048

var (
	userinfo  = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^/\s'"@]+@`)
	signature = regexp.MustCompile(`(?i)\b(sig|signature|x-amz-[a-z-]+|x-goog-[a-z-]+|access_token|token|key)=[^&\s'"]+`)
	bearer    = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}`)
	secretEnv = regexp.MustCompile(`(?i)(token|passw|secret|credential|key|sas|connection_string|^id_)`)
	harmless  = regexp.MustCompile(`(?i)(_file|_path|^ssh_key_name|^tandem_task)$`)
)

// Sentence makes text fit to be shown: urls lose their user part, values of secret variables become ***, control
// characters go, and it is cut at 2 KiB.
func Sentence(text string) string {
	return With(text, secretValues(os.Environ()))
}

// With is Sentence with the secrets given.
func With(text string, secrets []string) string {
	for _, secret := range longestFirst(secrets) {
		if len(secret) < 4 {
			continue
		}
		text = strings.ReplaceAll(text, secret, "***")
		if escaped := url.QueryEscape(secret); escaped != secret {
			text = strings.ReplaceAll(text, escaped, "***")
		}
		if escaped := url.PathEscape(secret); escaped != secret {
			text = strings.ReplaceAll(text, escaped, "***")
		}
	}
	text = userinfo.ReplaceAllString(text, "$1")
	text = signature.ReplaceAllString(text, "$1=***")
	text = bearer.ReplaceAllString(text, "$1 ***")
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= longest {
		return text
	}
	cut := longest - len("…")
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// The values of variables whose name says that they are secret, also line by line (keys have many).
func secretValues(environ []string) []string {
	var values []string
	for _, each := range environ {
		name, value, _ := strings.Cut(each, "=")
		if !secretEnv.MatchString(name) || harmless.MatchString(name) {
			continue
		}
		values = append(values, value)
		lines := strings.Split(value, "\n")
		if len(lines) > 1 {
			for _, line := range lines {
				if len(strings.TrimSpace(line)) >= 8 {
					values = append(values, strings.TrimSpace(line))
				}
			}
		}
		if _, password, found := strings.Cut(value, ":"); found {
			values = append(values, password)
		}
	}
	return values
}

func longestFirst(secrets []string) []string {
	sorted := append([]string(nil), secrets...)
	sort.SliceStable(sorted, func(a, b int) bool { return len(sorted[a]) > len(sorted[b]) })
	return sorted
}
