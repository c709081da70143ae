package git

import (
	"fmt"
	"regexp"
	"strings"
)

// Flags of `git clone` that users may give; true: with a value. Everything else is refused, since several make git start
// programs or read files (--upload-pack, -c, --config, --template, --reference), and git takes shortened names of them.
var cloneFlags = map[string]bool{
	"--depth":                  true,
	"--branch":                 true,
	"-b":                       true,
	"--filter":                 true,
	"--jobs":                   true,
	"-j":                       true,
	"--shallow-since":          true,
	"--shallow-exclude":        true,
	"--single-branch":          false,
	"--no-single-branch":       false,
	"--recursive":              false,
	"--recurse-submodules":     false,
	"--shallow-submodules":     false,
	"--no-shallow-submodules":  false,
	"--remote-submodules":      false,
	"--also-filter-submodules": false,
	"--no-tags":                false,
	"--sparse":                 false,
	"--no-checkout":            false,
	"-n":                       false,
	"--quiet":                  false,
	"-q":                       false,
	"--verbose":                false,
	"-v":                       false,
	"--progress":               false,
}

// fetchFlag asks for one fetch instead of a clone, as it does of the peer: for a revision that no branch or tag holds, such as
// refs/pull/7/head, and for a repository that is too large to have more of than one commit.
const fetchFlag = "--experimental-fetch"

// Flags that may stand beside it: those of above that `git fetch` has.
var fetchFlags = map[string]bool{
	"--depth":              true,
	"--filter":             true,
	"--jobs":               true,
	"-j":                   true,
	"--shallow-since":      true,
	"--shallow-exclude":    true,
	"--recurse-submodules": false,
	"--no-tags":            false,
	"--quiet":              false,
	"-q":                   false,
	"--verbose":            false,
	"-v":                   false,
	"--progress":           false,
}

// A value never begins with a dash and holds no blank.
var flagValue = regexp.MustCompile(`^[A-Za-z0-9._/:@+=^~][A-Za-z0-9._/:@+=^~ -]*$`)

// splitFlags makes arguments of flags, each of which may hold its value: `--depth 1`, `--depth=1`, or `--depth`, `1`.
func splitFlags(command string, allowed map[string]bool, flags []string) ([]string, error) {
	var words []string
	for _, flag := range flags {
		words = append(words, strings.Fields(flag)...)
	}
	var arguments []string
	for index := 0; index < len(words); index++ {
		name, value, hasValue := strings.Cut(words[index], "=")
		takesValue, known := allowed[name]
		if !known {
			return nil, fmt.Errorf("The flag %q is not allowed for git %s.", name, command)
		}
		optional := name == "--recurse-submodules"
		if hasValue && !takesValue && !optional {
			return nil, fmt.Errorf("The flag %q of git %s takes no value.", name, command)
		}
		if takesValue && !hasValue {
			index++
			if index >= len(words) {
				return nil, fmt.Errorf("The flag %q of git %s needs a value.", name, command)
			}
			value, hasValue = words[index], true
		}
		if !hasValue {
			arguments = append(arguments, name)
			continue
		}
		if !flagValue.MatchString(value) {
			return nil, fmt.Errorf("The value of the flag %q is not allowed for git %s.", name, command)
		}
		if strings.HasPrefix(name, "--") {
			arguments = append(arguments, name+"="+value)
		} else {
			arguments = append(arguments, name, value)
		}
	}
	return arguments, nil
}

var revisionForm = regexp.MustCompile(`^[A-Za-z0-9._@#+=/][A-Za-z0-9._@#+=/-]*$`)

// checkRevision refuses what git would take as an option or as an expression.
func checkRevision(revision string) error {
	if revisionForm.MatchString(revision) && !strings.Contains(revision, "..") && !strings.Contains(revision, "@{") {
		return nil
	}
	return fmt.Errorf("The revision %q is no name of a branch, tag or commit.", revision)
}
