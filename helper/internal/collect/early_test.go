package collect

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/storetest"
)

// A kubelet that kills the collector in its last copy finds what was known before it.
func TestAResultIsLeftBeforeTheLastCopy(t *testing.T) {
	w := newWorld(t)
	w.write(t, "outputs/a", "one")
	w.write(t, "outputs.json", `{"a":1}`)
	var guard sync.Mutex
	var messages []string
	left := make(chan struct{})
	terminate := func(message string) error {
		guard.Lock()
		defer guard.Unlock()
		if messages = append(messages, message); len(messages) == 1 {
			close(left)
		}
		return nil
	}
	bucket := storetest.GCS(t)
	bucket.Refuse(func(request *http.Request) int {
		// The store answers nothing until there is a result.
		select {
		case <-left:
		case <-request.Context().Done():
		}
		return 0
	})
	task := w.task()
	place := "gs://bkt/runs/abc"
	task.Store, task.StorePath = &helper.StoreRef{Kind: "gcs", Name: "store", Bucket: "gs://bkt/runs"}, &place
	ended := make(chan os.Signal, 1)
	ended <- syscall.SIGTERM
	env := func(name string) string {
		return map[string]string{"STORAGE_EMULATOR_HOST": bucket.URL, "TANDEM_GRACE_SECONDS": "30"}[name]
	}
	collector := Collector{Task: task, Env: env, Out: &bytes.Buffer{}, Ended: ended, Terminate: terminate}
	if err := collector.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`{"v":1,"outputs":{"a":1},"artifacts":[],"problems":["The run was ended before all of its files could be collected."],"isMore":false}`,
		`{"v":1,"outputs":{"a":1},"artifacts":[{"name":"a","kind":"file","path":"outputs/a","size":3,"sha256":"` + hashOfText("one") + `"}],"problems":[],"isMore":false}`,
	}
	if !slices.Equal(messages, want) {
		t.Errorf("%q", messages)
	}
}
