package collect

import (
	"runtime"
	"testing"
	"time"
)

// until waits for something that another goroutine does; the limit is only there so that a failure ends.
func until(t *testing.T, reached func() bool) {
	t.Helper()
	limit := time.After(30 * time.Second)
	for !reached() {
		select {
		case <-limit:
			t.Fatal("it was not reached in 30 s")
		default:
			runtime.Gosched()
		}
	}
}
