package git

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestNameForUser(t *testing.T) {
	if env, err := nameForUser(0, 0, t.TempDir()); err != nil || env != nil {
		t.Errorf("root has a name already: %v %v", env, err)
	}
	private := t.TempDir()
	env, err := nameForUser(54321, 54321, private)
	if err != nil {
		t.Fatal(err)
	}
	if library, err := filepath.Glob(wrapperPattern); err != nil || len(library) == 0 {
		// Without the library nothing is promised: ssh will refuse by itself.
		if env != nil {
			t.Errorf("%v", env)
		}
		return
	}
	command := exec.Command("id", "-nu", "54321")
	command.Env = append(os.Environ(), env...)
	if output, err := command.CombinedOutput(); err == nil && strings.TrimSpace(string(output)) != "pod" {
		t.Errorf("%s", output)
	}
	content, err := os.ReadFile(filepath.Join(private, "passwd"))
	if err != nil || !strings.HasPrefix(string(content), "pod:x:54321:54321:") {
		t.Errorf("%s %v", content, err)
	}
}
