package prepare

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/storetest"
)

const (
	runA = "3f1b0c2d4e5f60718293a4b5c6d79b17"
	runB = "4f1b0c2d4e5f60718293a4b5c6d79b17"
	runC = "5f1b0c2d4e5f60718293a4b5c6d79b17"
)

var logsOfRuns = map[string]string{
	runA + "/outputs/tensorboard/train/events.out.tfevents.1.host": "e1",
	runA + "/outputs/tensorboard/projector.tsv":                    "t",
	runA + "/outputs/tb/events.out.tfevents.2.host":                "e2",
	runA + "/outputs/tb/plugins/profile/x/y.pb":                    "p",
	runA + "/outputs/model.bin":                                    "big",
	runB + "/outputs/tensorboard/events.out.tfevents.3.host":       "e3",
	runC + "/logs/events.out.tfevents.4.host":                      "e4",
}

// What stands in the folders of the runs, by the name of each folder.
func arranged(a, b, c string) map[string]string {
	return map[string]string{
		a + "/train/events.out.tfevents.1.host":      "e1",
		a + "/projector.tsv":                         "t",
		a + "/outputs/tb/events.out.tfevents.2.host": "e2",
		a + "/outputs/tb/plugins/profile/x/y.pb":     "p",
		b + "/events.out.tfevents.3.host":            "e3",
		c + "/logs/events.out.tfevents.4.host":       "e4",
	}
}

func TestTensorboard(t *testing.T) {
	bucket := storetest.GCS(t)
	for key, content := range logsOfRuns {
		bucket.Put("runs/"+key, content)
	}
	env := func(name string) string { return map[string]string{"STORAGE_EMULATOR_HOST": bucket.URL}[name] }
	cases := []struct {
		name     string
		useNames bool
		names    map[string]string
		want     map[string]string
	}{
		{"by uuid", false, map[string]string{runA: "unwanted"}, arranged(runA, runB, runC)},
		{"by name, and by uuid where none is known", true, map[string]string{runA: "base line", runB: "wide"}, arranged("base line", "wide", runC)},
		{"two of one name", true, map[string]string{runA: "x", runB: "x", runC: "y"}, arranged("x", "x-"+runB[:10], "y")},
		{"names that are no folders", true, map[string]string{runA: "a/../b", runB: "..", runC: strings.Repeat("n", 300)}, arranged("a-..-b", runB, runC)},
	}
	for _, c := range cases {
		for _, kind := range []string{"mount", "gcs"} {
			t.Run(c.name+", "+kind, func(t *testing.T) {
				top := t.TempDir()
				tree(t, top+"/store", logsOfRuns)
				task := helper.TensorboardTask{
					Store: helper.StoreRef{Kind: "mount", Name: "store", Path: top + "/store"}, From: top + "/store", To: top + "/context",
					UUIDs: []string{runA, runB, runC, strings.Repeat("0", 32)}, UseNames: c.useNames, Names: c.names, Port: 6006,
				}
				if kind == "gcs" {
					task.Store, task.From = helper.StoreRef{Kind: "gcs", Name: "store", Bucket: "gs://bkt/runs"}, "gs://bkt/runs"
				}
				for range 2 { // an init container may run twice
					if err := Run(context.Background(), task, env, io.Discard); err != nil {
						t.Fatal(err)
					}
				}
				same(t, read(t, top+"/context/tensorboard"), c.want)
			})
		}
	}
}

func TestTensorboardRefusesPaths(t *testing.T) {
	top := t.TempDir()
	tree(t, top, map[string]string{"store/x": "x"})
	task := helper.TensorboardTask{
		Store: helper.StoreRef{Kind: "mount", Name: "store", Path: top + "/store"}, From: top + "/store", To: top + "/context", UUIDs: []string{"../u1"},
	}
	if err := Run(context.Background(), task, noEnv, io.Discard); textOf(err) != `"../u1" is no uuid of a run.` {
		t.Errorf("%v", err)
	}
}

// The program is started with a pip and a tensorboard that say what they were told.
func TestTensorboardProgram(t *testing.T) {
	text := func(value string) *string { return &value }
	cases := []struct {
		name    string
		plugins []string
		prefix  *string
		want    string
	}{
		{"plain", nil, nil, "tensorboard <--logdir> <LOGS> <--port> <6007> <--host> <0.0.0.0>"},
		{"with a prefix", nil, text("/tb/it's"), "tensorboard <--logdir> <LOGS> <--port> <6007> <--host> <0.0.0.0> <--path_prefix> </tb/it's>"},
		{"with plugins", []string{"one", "two;id"}, nil, "pip <install> <one> <two;id>\ntensorboard <--logdir> <LOGS> <--port> <6007> <--host> <0.0.0.0>"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			top := t.TempDir()
			said := "#!/bin/sh\nprintf '%s' \"${0##*/}\"\nprintf ' <%s>' \"$@\"\necho\n"
			tree(t, top, map[string]string{"store/x": "", "bin/pip": said, "bin/tensorboard": said})
			for _, program := range []string{"pip", "tensorboard"} {
				if err := os.Chmod(filepath.Join(top, "bin", program), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			task := helper.TensorboardTask{
				Store: helper.StoreRef{Kind: "mount", Name: "store", Path: top + "/store"}, From: top + "/store", To: top + "/with blank",
				Plugins: c.plugins, PathPrefix: c.prefix, Port: 6007,
			}
			if err := Run(context.Background(), task, noEnv, io.Discard); err != nil {
				t.Fatal(err)
			}
			command := exec.Command(filepath.Join(task.To, "start_tensorboard"))
			command.Env = []string{"PATH=" + top + "/bin:" + os.Getenv("PATH")}
			output, err := command.CombinedOutput()
			got := strings.ReplaceAll(strings.TrimSpace(string(output)), task.To+"/tensorboard", "LOGS")
			if err != nil || got != c.want {
				t.Errorf("%v\n%s\nwant\n%s", err, got, c.want)
			}
		})
	}
}
