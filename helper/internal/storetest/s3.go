package storetest

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// Credentials of the S3 server.
const (
	S3Access = "access-key-of-a-test"
	S3Secret = "secret-key-of-a-test"
)

// S3 starts a real S3 server (versitygw over a folder) with the bucket "bkt", until the test ends. It gives its url.
func S3(t testing.TB) string {
	t.Helper()
	program := buildServer(t)
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "bkt"), 0o755); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	server := exec.Command(program, "--port", address, "--access", S3Access, "--secret", S3Secret, "--quiet", "posix", "--sidecar", t.TempDir(), folder)
	server.Stderr = os.Stderr
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	for limit := time.Now().Add(time.Minute); ; runtime.Gosched() {
		if connection, err := net.Dial("tcp", address); err == nil {
			connection.Close()
			return "http://" + address
		}
		if time.Now().After(limit) {
			t.Fatal("the S3 server does not listen")
		}
	}
}

// buildServer builds the server of tools/versitygw; what Go compiled once it keeps.
func buildServer(t testing.TB) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	module := filepath.Join(filepath.Dir(here), "../../tools/versitygw")
	program := filepath.Join(t.TempDir(), "versitygw")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "github.com/versity/versitygw/cmd/versitygw")
	build.Dir = module
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the S3 server for this test cannot be built: %v\n%s", err, output)
	}
	return program
}

func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
