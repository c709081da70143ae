package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The test binary stands in for the program where it is started as one.
func TestMain(m *testing.M) {
	if os.Getenv("TANDEM_TEST_AS_PROGRAM") == "1" {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	// As containers have it.
	syscall.Umask(0o022)
	os.Exit(m.Run())
}

type ended struct {
	code            int
	out, problems   string
	terminationText string
}

func program(t *testing.T, env []string, arguments ...string) (*exec.Cmd, string) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "termination-log")
	command := exec.Command(os.Args[0], arguments...)
	command.Env = append(append(os.Environ(), "TANDEM_TEST_AS_PROGRAM=1", "TANDEM_TERMINATION_LOG="+log), env...)
	return command, log
}

func start(t *testing.T, env []string, arguments ...string) ended {
	t.Helper()
	command, log := program(t, env, arguments...)
	var out, problems bytes.Buffer
	command.Stdout, command.Stderr = &out, &problems
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	text, err := os.ReadFile(log)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return ended{command.ProcessState.ExitCode(), out.String(), problems.String(), string(text)}
}

func taskOf(t *testing.T, task map[string]any) string {
	t.Helper()
	text, err := json.Marshal(task)
	if err != nil {
		t.Fatal(err)
	}
	return "TANDEM_TASK=" + string(text)
}

func TestErrorsAreOneCleanSentenceInBothPlaces(t *testing.T) {
	folder := t.TempDir()
	cases := []struct {
		name     string
		task     map[string]any
		env      []string
		sentence string
	}{
		{"no task", nil, []string{"TANDEM_TASK="}, "The helper cannot read its task: the variable TANDEM_TASK is empty."},
		{"password in the url", map[string]any{"task": "git", "url": "http://ann:hunter2secret@127.0.0.1:9/x.git", "path": folder + "/a"}, nil,
			`The repository "http://127.0.0.1:9/x.git" cannot be cloned: the host of the repository does not answer.`},
		{"password in a variable and in the revision", map[string]any{"task": "git", "url": "http://127.0.0.1:9/x.git", "path": folder + "/a", "revision": "hunter2secret --"},
			[]string{"GIT_PASSWORD=hunter2secret"}, `The revision "*** --" is no name of a branch, tag or commit.`},
		{"flag", map[string]any{"task": "git", "url": "http://127.0.0.1:9/x.git", "path": folder + "/a", "flags": []string{"--upload-pack=x"}}, nil,
			`The flag "--upload-pack" is not allowed for git clone.`},
		{"store that is not there", map[string]any{"task": "artifacts", "store": map[string]any{"kind": "mount", "name": "data", "path": folder + "/none"},
			"copies": []any{map[string]any{"what": "file", "from": folder + "/none/x", "to": folder + "/x", "isRequired": true}}}, nil,
			`The store "data" cannot be opened: it is not there.`},
		{"collect is no init", map[string]any{"task": "collect", "artifactsPath": folder}, nil, `The task "collect" belongs to "tandem-helper collect".`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			env := c.env
			if c.task != nil {
				env = append(env, taskOf(t, c.task))
			}
			got := start(t, env, "init")
			if got.code != 1 || got.problems != c.sentence+"\n" || got.terminationText != c.sentence {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestInitMakesFilesThatOtherUsersMayChange(t *testing.T) {
	folder := t.TempDir()
	got := start(t, []string{taskOf(t, map[string]any{"task": "file", "folder": folder + "/a/b", "filename": "x", "content": "y"})}, "init")
	if got.code != 0 || got.terminationText != "" {
		t.Fatalf("%+v", got)
	}
	haveModes(t, folder, map[string]os.FileMode{"/a": 0o777, "/a/b": 0o777, "/a/b/x": 0o666})
}

func TestCollectEndsBySIGTERMWithItsResult(t *testing.T) {
	folder := t.TempDir()
	for _, each := range []string{"/store", "/artifacts/abc/outputs"} {
		if err := os.MkdirAll(folder+each, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range map[string]string{"/artifacts/abc/outputs/m": "model", "/artifacts/abc/outputs.json": `{"loss": 0.5}`} {
		if err := os.WriteFile(folder+name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	task := taskOf(t, map[string]any{
		"task": "collect", "artifactsPath": folder + "/artifacts/abc", "outputsFile": folder + "/artifacts/abc/outputs.json",
		"store": map[string]any{"kind": "mount", "name": "store", "path": folder + "/store"}, "storePath": folder + "/store/abc",
		"syncSeconds": 0.01, "sleepSeconds": 1, "collectArtifacts": true, "container": "main",
	})
	command, log := program(t, []string{task}, "collect")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	// The first sync shows that it listens for signals, too.
	for !exists(folder + "/store/abc/outputs/m") {
		if command.ProcessState != nil {
			t.Fatal("it ended by itself")
		}
	}
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(log)
	want := `{"v":1,"outputs":{"loss":0.5},"artifacts":[{"name":"m","kind":"file","path":"outputs/m","size":5,"sha256":"9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4"}],"problems":[],"isMore":false}`
	if err != nil || string(text) != want {
		t.Errorf("%s %v", text, err)
	}
	haveModes(t, folder+"/store", map[string]os.FileMode{"/abc": 0o775, "/abc/outputs": 0o775, "/abc/outputs/m": 0o664})
}

func haveModes(t *testing.T, folder string, modes map[string]os.FileMode) {
	t.Helper()
	for path, mode := range modes {
		info, err := os.Stat(folder + path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != mode {
			t.Errorf("%s: %v", path, info.Mode())
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestFilesServesUntilSIGTERM(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(folder+"/token", []byte("t"), 0o600); err != nil {
		t.Fatal(err)
	}
	command, _ := program(t, nil, "files", "--root", folder, "--token-file", folder+"/token", "--listen", "127.0.0.1:0")
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	address, found := strings.CutPrefix(strings.TrimSuffix(strings.TrimSpace(line), "."), "Listening on ")
	if err != nil || !found {
		t.Fatalf("%q %v", line, err)
	}
	answer, err := http.Get("http://" + address + "/healthz")
	if err != nil || answer.StatusCode != 200 {
		t.Fatalf("%v %v", answer, err)
	}
	answer.Body.Close()
	uuid := strings.Repeat("a", 32)
	request, err := http.NewRequest(http.MethodPut, "http://"+address+"/"+uuid+"/logs/attempt-1.jsonl", strings.NewReader("{}\n"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer t")
	if answer, err = http.DefaultClient.Do(request); err != nil || answer.StatusCode != http.StatusNoContent {
		t.Fatalf("%v %v", answer, err)
	}
	answer.Body.Close()
	haveModes(t, folder+"/"+uuid, map[string]os.FileMode{"": 0o775, "/logs": 0o775, "/logs/attempt-1.jsonl": 0o664})
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err != nil {
		t.Error(err)
	}
}

func TestWrongCommands(t *testing.T) {
	for _, arguments := range [][]string{{}, {"dance"}} {
		if got := start(t, nil, arguments...); got.code != 2 || !strings.HasPrefix(got.problems, "Write one of") {
			t.Errorf("%v: %+v", arguments, got)
		}
	}
	if got := start(t, nil, "files", "--root", "/tmp"); got.code != 1 || !strings.Contains(got.problems, "--token-file is missing") {
		t.Errorf("%+v", got)
	}
	if got := start(t, nil, "version"); got.code != 0 || got.out != version+"\n" {
		t.Errorf("%+v", got)
	}
}
