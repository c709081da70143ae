package git

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tandem.dev/helper/internal/store"
)

// Variables by which git finds our askpass; their names are read in Askpass.
const (
	askpassSwitch = "TANDEM_ASKPASS"
	askpassHost   = "TANDEM_ASKPASS_HOST"
	askpassUser   = "TANDEM_ASKPASS_USER"
	askpassSecret = "TANDEM_ASKPASS_PASSWORD"
)

// access is how git gets to a remote: the url that it is given, its variables, and what must not be shown.
type access struct {
	url     string
	env     []string
	secrets []string
}

// Sources of credentials, in order: an ssh key (a file of the mounted secret, or a variable named like it), a
// credential-store file, a user and password (variables, files of the mounted secret, or the url itself).
func prepareAccess(to remote, keysPath *string, env store.Env, private string) (access, error) {
	key, err := findKey(keysPath, env)
	if err != nil {
		return access{}, err
	}
	switch {
	case key != nil && (to.scheme == "ssh" || to.scheme == "https" || to.scheme == "http"):
		return withKey(to, *key, keysPath, env, private)
	case to.scheme == "ssh":
		return access{}, errors.New("The repository is reached by ssh, but its connection has no key: a secret with \"id_rsa\" (or the name in SSH_KEY_NAME) is needed.")
	case to.scheme != "https" && to.scheme != "http":
		return access{url: to.clean}, nil
	}
	if file := env("GIT_CREDENTIALS_STORE"); file != "" {
		return withStoreFile(to, file, private)
	}
	user, password := findPassword(to, keysPath, env)
	if user == "" && password == "" {
		return access{url: to.clean}, nil
	}
	program, err := os.Executable()
	if err != nil {
		return access{}, err
	}
	return access{
		url: to.clean,
		env: []string{
			"GIT_ASKPASS=" + program,
			askpassSwitch + "=1",
			askpassHost + "=" + to.host,
			askpassUser + "=" + user,
			askpassSecret + "=" + password,
		},
		secrets: []string{password},
	}, nil
}

func findPassword(to remote, keysPath *string, env store.Env) (user, password string) {
	user, password = env("GIT_USERNAME"), first(env("GIT_PASSWORD"), env("GIT_TOKEN"))
	if pair := env("GIT_CREDENTIALS"); user == "" && password == "" && pair != "" {
		user, password, _ = strings.Cut(pair, ":")
	}
	if user == "" && password == "" && keysPath != nil {
		user, password = readTrimmed(filepath.Join(*keysPath, "username")), readTrimmed(filepath.Join(*keysPath, "password"))
	}
	if user == "" && password == "" {
		user, password = to.user, to.pass
	}
	if user == "" && password != "" {
		user = "git" // servers that take tokens look at the password only
	}
	return user, password
}

func withStoreFile(to remote, file, private string) (access, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return access{}, errors.New("The credential file that GIT_CREDENTIALS_STORE names cannot be read.")
	}
	// git writes to it after it has used it, and the secret is mounted read-only.
	own := filepath.Join(private, "credentials")
	if err := os.WriteFile(own, content, 0o600); err != nil {
		return access{}, err
	}
	return access{
		url:     to.clean,
		env:     configEnv([][2]string{{"credential.helper", "store --file=" + own}}),
		secrets: strings.Fields(string(content)),
	}, nil
}

type sshKey struct {
	content []byte
}

func findKey(keysPath *string, env store.Env) (*sshKey, error) {
	wanted := env("SSH_KEY_NAME")
	if strings.ContainsAny(wanted, "/\x00") || wanted == ".." {
		return nil, errors.New("SSH_KEY_NAME must be the name of a key in the secret.")
	}
	names := []string{wanted}
	if wanted == "" {
		names = []string{"id_rsa", "id_ed25519", "ssh-privatekey"}
	}
	for _, name := range names {
		if keysPath != nil {
			content, err := os.ReadFile(filepath.Join(*keysPath, name))
			if err == nil {
				return &sshKey{content}, nil
			}
			if !errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("The ssh key %q of the secret cannot be read by this container.", name)
			}
		}
		if content := env(name); content != "" {
			return &sshKey{[]byte(content)}, nil
		}
	}
	if wanted != "" {
		return nil, fmt.Errorf("The secret of the connection has no ssh key %q.", wanted)
	}
	return nil, nil
}

func withKey(to remote, key sshKey, keysPath *string, env store.Env, private string) (access, error) {
	// ssh wants a file of its own that nobody else can read, with a line end after the last line.
	keyFile := filepath.Join(private, "key")
	content := strings.TrimRight(string(key.content), "\r\n") + "\n"
	if err := os.WriteFile(keyFile, []byte(content), 0o600); err != nil {
		return access{}, err
	}
	known, checking := env("known_hosts"), "accept-new"
	if known == "" && keysPath != nil {
		known = readTrimmed(filepath.Join(*keysPath, "known_hosts"))
	}
	if known != "" {
		checking = "yes"
	}
	hostsFile := filepath.Join(private, "known_hosts")
	if err := os.WriteFile(hostsFile, []byte(known+"\n"), 0o600); err != nil {
		return access{}, err
	}
	command := fmt.Sprintf("ssh -F /dev/null -i %s -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=30 -o UserKnownHostsFile=%s -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=%s",
		keyFile, hostsFile, checking)
	var secrets []string
	for _, line := range strings.Split(content, "\n") {
		if len(line) >= 16 {
			secrets = append(secrets, line)
		}
	}
	named, err := nameForUser(os.Getuid(), os.Getgid(), private)
	if err != nil {
		return access{}, err
	}
	return access{url: to.overSSH(), env: append(named, "GIT_SSH_COMMAND="+command, "GIT_SSH_VARIANT=ssh"), secrets: secrets}, nil
}

// configEnv gives settings to git without a file and without a command line that others could read.
func configEnv(settings [][2]string) []string {
	env := []string{fmt.Sprintf("GIT_CONFIG_COUNT=%d", len(settings))}
	for index, each := range settings {
		env = append(env, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", index, each[0]), fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", index, each[1]))
	}
	return env
}

func readTrimmed(file string) string {
	content, err := os.ReadFile(file)
	if err != nil {
		return "" // a secret may have this key or not
	}
	return strings.TrimSpace(string(content))
}

func first(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}
