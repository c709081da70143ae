package collect

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/storetest"
	"tandem.dev/helper/internal/transfer"
)

type world struct {
	top, run, place string
}

// newWorld makes the folder of a run and a mounted store, both empty.
func newWorld(t *testing.T) world {
	t.Helper()
	top := t.TempDir()
	w := world{top: top, run: top + "/artifacts/abc", place: top + "/store/abc"}
	for _, each := range []string{w.run + "/outputs", top + "/store"} {
		if err := os.MkdirAll(each, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w world) write(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(w.run, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (w world) task() helper.CollectTask {
	return helper.CollectTask{
		ArtifactsPath: w.run, Store: &helper.StoreRef{Kind: "mount", Name: "store", Path: w.top + "/store"}, StorePath: &w.place,
		OutputsFile: w.run + "/outputs.json", Container: "main", SleepSeconds: 10, SyncSeconds: -1, CollectArtifacts: true,
	}
}

// collectNow runs the collector of a run that has ended.
func collectNow(t *testing.T, task helper.CollectTask) helper.CollectResult {
	t.Helper()
	ended := make(chan os.Signal, 1)
	ended <- syscall.SIGTERM
	env := func(name string) string {
		if name == "TANDEM_GRACE_SECONDS" {
			return "2"
		}
		return ""
	}
	collector := Collector{Task: task, Env: env, Out: &bytes.Buffer{}, Ended: ended, Terminate: nowhere}
	return collector.collect(context.Background())
}

func nowhere(string) error { return nil }

func hashOfText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func stored(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		files[name] = string(content)
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return files
}

func TestCollect(t *testing.T) {
	w := newWorld(t)
	w.write(t, "outputs/model.bin", "weights")
	w.write(t, "outputs/deep/a.txt", "a")
	w.write(t, "state", "s")
	w.write(t, "outputs.json", `{"accuracy": 0.90, "steps": 2.0, "name": "<x>", "big": 9007199254740993}`)
	for name, target := range map[string]string{"outputs/link": "model.bin", "outputs/away": "/etc/passwd", "outputs/dir": "/etc"} {
		if err := os.Symlink(target, filepath.Join(w.run, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(w.run+"/outputs/pipe", 0o644); err != nil {
		t.Fatal(err)
	}
	result := collectNow(t, w.task())
	want := helper.CollectResult{
		V:       1,
		Outputs: json.RawMessage(`{"accuracy":0.90,"steps":2.0,"name":"<x>","big":9007199254740993}`),
		Artifacts: []helper.Artifact{
			{Name: "a.txt", Kind: "file", Path: "outputs/deep/a.txt", Size: 1, SHA256: hashOfText("a")},
			{Name: "model.bin", Kind: "file", Path: "outputs/model.bin", Size: 7, SHA256: hashOfText("weights")},
		},
		Problems: []string{},
	}
	if got, wanted := text(t, result), text(t, want); got != wanted {
		t.Errorf("got  %s\nwant %s", got, wanted)
	}
	files := stored(t, w.place)
	if len(files) != 4 || files["outputs/model.bin"] != "weights" || files["state"] != "s" || files["outputs.json"] == "" {
		t.Errorf("%v", files)
	}
}

func text(t *testing.T, result helper.CollectResult) string {
	t.Helper()
	encoded, err := marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

func TestOutputs(t *testing.T) {
	cases := []struct{ name, content, outputs, problem string }{
		{"none", "", "null", ""},
		{"empty object", " {} \n", "{}", ""},
		{"list", "[1]", "null", "OutputsInvalid: outputs.json is not a JSON object."},
		{"no JSON", "{a: 1}", "null", "OutputsInvalid: outputs.json is not a JSON object."},
		{"NaN of Python", `{"a": NaN}`, "null", "OutputsInvalid: outputs.json is not a JSON object."},
		{"too large", `{"a":"` + strings.Repeat("x", 256*1024) + `"}`, "null", "OutputsInvalid: outputs.json is larger than 256 KiB."},
		{"link", "->/etc/hostname", "null", "OutputsInvalid: outputs.json is not a plain file."},
		{"folder", "dir", "null", "OutputsInvalid: outputs.json is not a plain file."},
		{"pipe", "fifo", "null", "OutputsInvalid: outputs.json is not a plain file."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "outputs.json")
			var err error
			switch {
			case c.content == "":
			case c.content == "dir":
				err = os.Mkdir(file, 0o755)
			case c.content == "fifo":
				err = syscall.Mkfifo(file, 0o644)
			case strings.HasPrefix(c.content, "->"):
				err = os.Symlink(c.content[2:], file)
			default:
				err = os.WriteFile(file, []byte(c.content), 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
			outputs, problem := readOutputs(file)
			if outputs == nil {
				outputs = json.RawMessage("null")
			}
			if string(outputs) != c.outputs || problem != c.problem {
				t.Errorf("%s %q", outputs, problem)
			}
		})
	}
}

func TestOnlyWhatChangedIsSentAgain(t *testing.T) {
	w := newWorld(t)
	w.write(t, "a", "one")
	w.write(t, "b", "two")
	collectNow(t, w.task())
	// The store is emptied behind the collector: what comes back was sent again.
	if err := os.RemoveAll(w.place); err != nil {
		t.Fatal(err)
	}
	w.write(t, "b", "changed")
	// A new time with the same content is no change.
	w.write(t, "a", "one")
	collectNow(t, w.task())
	files := stored(t, w.place)
	if len(files) != 1 || files["b"] != "changed" {
		t.Errorf("%v", files)
	}
}

func TestWhatInitBroughtIsNotSent(t *testing.T) {
	w := newWorld(t)
	w.write(t, "outputs/old", "from before")
	info, err := os.Stat(w.run + "/outputs/old")
	if err != nil {
		t.Fatal(err)
	}
	snapshot := transfer.Snapshot{"outputs/old": {Size: info.Size(), MTime: info.ModTime().UnixNano(), SHA256: hashOfText("from before")}}
	if err := snapshot.Write(w.run); err != nil {
		t.Fatal(err)
	}
	result := collectNow(t, w.task())
	if files := stored(t, w.place); len(files) != 0 {
		t.Errorf("%v", files)
	}
	if len(result.Artifacts) != 1 || result.Artifacts[0].SHA256 != hashOfText("from before") {
		t.Errorf("%v", result.Artifacts)
	}
}

func TestASnapshotThatTheRunSpoiledDoesNoHarm(t *testing.T) {
	w := newWorld(t)
	w.write(t, "a", "one")
	if err := os.WriteFile(transfer.SnapshotFile(w.run), []byte("{\"p\":\"a\"\nrubbish"), 0o644); err != nil {
		t.Fatal(err)
	}
	result := collectNow(t, w.task())
	if files := stored(t, w.place); files["a"] != "one" || len(result.Problems) != 0 {
		t.Errorf("%v %v", files, result.Problems)
	}
}

func TestSyncWhileTheRunGoesOn(t *testing.T) {
	w := newWorld(t)
	w.write(t, "a", "one")
	task := w.task()
	task.SyncSeconds = 0.05
	ended := make(chan os.Signal, 1)
	done := make(chan helper.CollectResult, 1)
	collector := Collector{Task: task, Env: func(string) string { return "" }, Out: &bytes.Buffer{}, Ended: ended, Terminate: nowhere}
	go func() { done <- collector.collect(context.Background()) }()
	until(t, func() bool { return stored(t, w.place)["a"] == "one" })
	w.write(t, "a", "second")
	until(t, func() bool { return stored(t, w.place)["a"] == "second" })
	w.write(t, "outputs/last", "written just before the end")
	ended <- syscall.SIGTERM
	result := <-done
	if stored(t, w.place)["outputs/last"] == "" || len(result.Artifacts) != 1 {
		t.Errorf("%v", result)
	}
}

func TestAStoreThatIsAwayIsAProblemAndNoFailure(t *testing.T) {
	w := newWorld(t)
	w.write(t, "outputs/a", "one")
	w.write(t, "outputs.json", `{"a":1}`)
	if err := os.RemoveAll(w.top + "/store"); err != nil {
		t.Fatal(err)
	}
	result := collectNow(t, w.task())
	if string(result.Outputs) != `{"a":1}` || len(result.Artifacts) != 0 || len(result.Problems) != 1 ||
		result.Problems[0] != `Files could not be brought to the store "store": it is not there.` {
		t.Errorf("%s", text(t, result))
	}
}

func TestAStoreThatComesBackInTimeGetsEverything(t *testing.T) {
	w := newWorld(t)
	w.write(t, "outputs/a", "one")
	bucket := storetest.GCS(t)
	refused := 0
	bucket.Refuse(func(request *http.Request) int {
		if refused < 2 {
			refused++
			return http.StatusServiceUnavailable
		}
		return 0
	})
	task := w.task()
	place := "gs://bkt/runs/abc"
	task.Store, task.StorePath = &helper.StoreRef{Kind: "gcs", Name: "store", Bucket: "gs://bkt/runs"}, &place
	ended := make(chan os.Signal, 1)
	ended <- syscall.SIGTERM
	env := func(name string) string {
		if name == "STORAGE_EMULATOR_HOST" {
			return bucket.URL
		}
		return ""
	}
	collector := Collector{Task: task, Env: env, Out: &bytes.Buffer{}, Ended: ended, Terminate: nowhere}
	result := collector.collect(context.Background())
	if got, _ := bucket.Get("runs/abc/outputs/a"); got != "one" || refused != 2 || len(result.Problems) != 0 || len(result.Artifacts) != 1 {
		t.Errorf("%q, refused %d times: %s", got, refused, text(t, result))
	}
}

func TestWithoutAStoreFilesAreStillListed(t *testing.T) {
	w := newWorld(t)
	w.write(t, "outputs/a", "one")
	task := w.task()
	task.Store, task.StorePath = nil, nil
	if result := collectNow(t, task); len(result.Artifacts) != 1 || len(result.Problems) != 0 {
		t.Errorf("%s", text(t, result))
	}
	task.CollectArtifacts = false
	if result := collectNow(t, task); len(result.Artifacts) != 0 || len(result.Problems) != 0 {
		t.Errorf("%s", text(t, result))
	}
}

func TestMessage(t *testing.T) {
	artifacts := []helper.Artifact{}
	for index := range 60 {
		artifacts = append(artifacts, helper.Artifact{Name: "f", Kind: "file", Path: fmt.Sprintf("outputs/%d", index), SHA256: hashOfText("f")})
	}
	cases := []struct {
		name    string
		result  helper.CollectResult
		isMore  bool
		outputs string
	}{
		{"fits", helper.CollectResult{V: 1, Artifacts: []helper.Artifact{}, Problems: []string{}}, false, "null"},
		{"many artifacts: outputs still fit", helper.CollectResult{V: 1, Outputs: json.RawMessage(`{"a":1}`), Artifacts: artifacts, Problems: []string{}}, true, `{"a":1}`},
		{"large outputs", helper.CollectResult{V: 1, Outputs: json.RawMessage(`{"a":"` + strings.Repeat("x", 5000) + `"}`), Problems: []string{}}, true, "null"},
		{"long problems", helper.CollectResult{V: 1, Outputs: json.RawMessage(`{"a":1}`), Problems: []string{strings.Repeat("y", 5000)}}, true, "null"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			message := ""
			err := leave(c.result, &out, func(text string) error { message = text; return nil })
			if err != nil || len(message) > 4096 {
				t.Fatalf("%d bytes, %v", len(message), err)
			}
			var short, whole struct {
				Outputs json.RawMessage
				IsMore  bool
			}
			if err := json.Unmarshal([]byte(message), &short); err != nil {
				t.Fatal(err)
			}
			if short.IsMore != c.isMore || string(short.Outputs) != c.outputs {
				t.Errorf("%+v", short)
			}
			line, found := strings.CutPrefix(out.String(), "tandem-collect-result ")
			if found != c.isMore || strings.Count(out.String(), "\n") > 1 {
				t.Errorf("%q", out.String())
			}
			if found {
				if err := json.Unmarshal([]byte(line), &whole); err != nil || whole.IsMore || string(whole.Outputs) != string(orNull(c.result.Outputs)) {
					t.Errorf("%v %+v", err, whole)
				}
			}
		})
	}
}

func orNull(text json.RawMessage) json.RawMessage {
	if text == nil {
		return json.RawMessage("null")
	}
	return text
}

func TestUnreadableFilesAreNamed(t *testing.T) {
	if os.Getuid() == 0 {
		// Root reads everything, so the list itself is tested.
		var list problems
		for index := range 25 {
			list.add(fmt.Sprintf("The file %d cannot be read by the collector.", index))
		}
		list.add("The file 1 cannot be read by the collector.")
		if got := list.sentences(); len(got) != 21 || got[20] != "There are 5 more problems." {
			t.Errorf("%v", got)
		}
		return
	}
	w := newWorld(t)
	w.write(t, "outputs/mine", "x")
	if err := os.Chmod(w.run+"/outputs/mine", 0); err != nil {
		t.Fatal(err)
	}
	if result := collectNow(t, w.task()); len(result.Problems) != 1 || !strings.Contains(result.Problems[0], "outputs/mine") {
		t.Errorf("%v", result.Problems)
	}
}
