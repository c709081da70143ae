package helper

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"
)

// The fixture is also read by agent/src/compile/helper-task.test.ts: what one side calls a field, the other must know.
func TestFixture(t *testing.T) {
	text, err := os.ReadFile("testdata/tasks.json")
	if err != nil {
		t.Fatal(err)
	}
	var tasks []json.RawMessage
	if err := json.Unmarshal(text, &tasks); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, each := range tasks {
		task, err := ParseTask(string(each))
		if err != nil {
			t.Errorf("%s: %v", each, err)
			continue
		}
		kinds[task.Kind()] = true
		// Back to JSON it must be the same: no field is lost, none is made up.
		back, err := json.Marshal(task)
		if err != nil {
			t.Fatal(err)
		}
		var want, got map[string]any
		if err := json.Unmarshal(each, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(back, &got); err != nil {
			t.Fatal(err)
		}
		got["task"] = task.Kind()
		if !reflect.DeepEqual(want, got) {
			t.Errorf("%s became %s", each, back)
		}
	}
	for _, kind := range []string{KindArtifactsPath, KindArtifacts, KindGit, KindFile, KindDockerfile, KindTensorboard, KindCollect} {
		if !kinds[kind] {
			t.Errorf("the fixture has no task %q", kind)
		}
	}
}

func TestParseTaskRefuses(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"nothing", "", "the variable TANDEM_TASK is empty"},
		{"no JSON", "{", "the variable TANDEM_TASK holds no JSON object"},
		{"unknown", `{"task":"dance"}`, `the task "dance" is not known to this version of tandem-helper`},
		{"wrong type", `{"task":"git","url":1}`, `the task "git" has a field of a wrong type`},
		{"relative path", `{"task":"git","url":"https://h/x","path":"repo"}`, `the task "git" is wrong: path must be an absolute path without ".."`},
		{"path upwards", `{"task":"file","folder":"/a/../../etc","filename":"x"}`, `the task "file" is wrong: folder must be an absolute path without ".."`},
		{"copy without store", `{"task":"artifacts-path","copies":[{"what":"file","from":"/a","to":"/b"}]}`, `the task "artifacts-path" is wrong: there are copies, but no store`},
		{"copy of what", `{"task":"artifacts","store":{"kind":"mount","path":"/a"},"copies":[{"what":"disk","to":"/b"}]}`, `the task "artifacts" is wrong: what is "disk", not file, dir or path`},
		{"store of what", `{"task":"artifacts","store":{"kind":"ftp"}}`, `the task "artifacts" is wrong: a store of kind "ftp" is not known`},
		{"collect without a place", `{"task":"collect","artifactsPath":"/a","store":{"kind":"mount","path":"/s"}}`, `the task "collect" is wrong: there is a store, but no storePath`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseTask(c.text)
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestNewerFieldsArePassedOver(t *testing.T) {
	task, err := ParseTask(`{"task":"file","folder":"/a","filename":"x","content":"y","later":true}`)
	if err != nil {
		t.Fatal(err)
	}
	if file, ok := task.(FileTask); !ok || file.Content != "y" {
		t.Errorf("%#v", task)
	}
}

func TestResultShape(t *testing.T) {
	text, err := json.Marshal(CollectResult{V: 1, Artifacts: []Artifact{}, Problems: []string{}})
	if err != nil || !bytes.Equal(text, []byte(`{"v":1,"outputs":null,"artifacts":[],"problems":[],"isMore":false}`)) {
		t.Errorf("%s %v", text, err)
	}
}
