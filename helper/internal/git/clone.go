package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/store"
)

// Clone carries out a git task. The error is a sentence for people.
func Clone(ctx context.Context, task helper.GitTask, env store.Env, out io.Writer) error {
	to, err := parseRemote(task.URL)
	if err != nil {
		return err
	}
	how, err := wayOf(task.Flags)
	if err != nil {
		return err
	}
	if task.Revision != nil && *task.Revision != "" {
		if err := checkRevision(*task.Revision); err != nil {
			return err
		}
	}
	private, err := privateFolder(env)
	if err != nil {
		return errors.New("No folder can be written for git: mount one at /tmp.")
	}
	defer os.RemoveAll(private)
	access, err := prepareAccess(to, task.KeysPath, env, private)
	if err != nil {
		return err
	}
	runner := &git{env: append(baseEnv(env, private), access.env...), secrets: append(access.secrets, to.pass)}
	if err := place(ctx, task, to, access.url, how, runner); err != nil {
		var failed *failure
		if errors.As(err, &failed) {
			return fmt.Errorf("%s cannot be cloned: %s.", subject(task.Connection, to), explain(failed.output, runner.secrets))
		}
		return err
	}
	commit, err := runner.run(ctx, task.Path, "rev-parse", "HEAD")
	if err == nil {
		fmt.Fprintf(out, "Cloned commit %s.\n", strings.TrimSpace(commit))
	} else {
		fmt.Fprintln(out, "Cloned an empty repository.")
	}
	return nil
}

// The repository is made beside its place and moved there when it is whole: a container that is started again finds either
// nothing or everything.
func place(ctx context.Context, task helper.GitTask, to remote, url string, how way, runner *git) error {
	path := filepath.Clean(task.Path)
	if err := makeRoom(ctx, path, to, runner); err != nil {
		return err
	}
	part := filepath.Join(filepath.Dir(path), ".tandem-clone-"+filepath.Base(path))
	if err := errors.Join(os.RemoveAll(part), os.MkdirAll(filepath.Dir(path), 0o777)); err != nil {
		return fmt.Errorf("The folder %q cannot be written.", path)
	}
	revision := ""
	if task.Revision != nil {
		revision = *task.Revision
	}
	if err := how.get(ctx, url, part, revision, how.flags, runner); errors.Is(err, errNoRevision) {
		return errors.Join(fmt.Errorf("%s has no revision %q.", subject(task.Connection, to), revision), os.RemoveAll(part))
	} else if err != nil {
		return errors.Join(err, os.RemoveAll(part))
	}
	if _, err := runner.run(ctx, part, "remote", "set-url", "origin", to.clean); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("The folder %q cannot be written.", path)
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("The folder %q cannot be written.", path)
	}
	return nil
}

// makeRoom takes away an own clone of before; it never deletes anything else.
func makeRoom(ctx context.Context, path string, to remote, runner *git) error {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) || (err == nil && len(entries) == 0) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("The folder %q cannot be read.", path)
	}
	if _, err := os.Stat(filepath.Join(path, ".git")); err == nil {
		if url, err := runner.run(ctx, path, "config", "--get", "remote.origin.url"); err == nil && strings.TrimSpace(url) == to.clean {
			return os.RemoveAll(path)
		}
	}
	return fmt.Errorf("The folder %q is not empty, so nothing can be cloned there.", path)
}

type git struct {
	env     []string
	secrets []string
}

// run starts git and gives its output; its messages come back in a failure.
func (g *git) run(ctx context.Context, folder string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", arguments...)
	command.Dir, command.Env = folder, g.env
	var output, messages bytes.Buffer
	command.Stdout, command.Stderr = &output, &tail{buffer: &messages}
	if err := command.Run(); err != nil {
		return "", &failure{output: messages.String(), cause: err}
	}
	return output.String(), nil
}

// tail keeps the last 16 KiB of what git says, which may be long with --progress.
type tail struct{ buffer *bytes.Buffer }

func (t *tail) Write(text []byte) (int, error) {
	t.buffer.Write(text)
	if over := t.buffer.Len() - 16<<10; over > 0 {
		t.buffer.Next(over)
	}
	return len(text), nil
}

// Variables that git may see: no credential of another purpose, no setting of the image.
func baseEnv(env store.Env, private string) []string {
	list := []string{
		"HOME=" + private,
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_GLOBAL=" + filepath.Join(private, "gitconfig"),
		"GIT_TERMINAL_PROMPT=0",
		"LC_ALL=C",
	}
	for _, name := range []string{"PATH", "TMPDIR", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"} {
		if value := env(name); value != "" {
			list = append(list, name+"="+value)
		}
	}
	return list
}

// Which protocols git may speak, also for submodules and redirects; the umask lets every container of the pod change
// the files; the folder may belong to another user than ours.
const settings = `[protocol]
	allow = never
[protocol "https"]
	allow = always
[protocol "http"]
	allow = always
[protocol "ssh"]
	allow = always
[protocol "git"]
	allow = always
[protocol "file"]
	allow = user
[safe]
	directory = *
[advice]
	detachedHead = false
`

// privateFolder is a folder in memory where there is one: keys should not touch a disk.
func privateFolder(env store.Env) (string, error) {
	var errs []error
	for _, parent := range []string{env("TMPDIR"), "/dev/shm", "/tmp"} {
		if parent == "" {
			continue
		}
		folder, err := os.MkdirTemp(parent, "tandem-git-")
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, "gitconfig"), []byte(settings), 0o600)
		}
		if err == nil {
			return folder, nil
		}
		errs = append(errs, err)
	}
	return "", errors.Join(errs...)
}
