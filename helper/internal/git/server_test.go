package git

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
)

// repository makes a bare repository with a branch main of three commits, a branch dev, and a tag v1 on the first commit.
// It gives the folder above it and the first commit.
func repository(t *testing.T) (top, first string) {
	t.Helper()
	top = t.TempDir()
	work := filepath.Join(top, "work")
	do(t, top, "init", "--quiet", "-b", "main", work)
	for _, step := range []string{"one", "two", "three"} {
		if err := os.WriteFile(filepath.Join(work, "file"), []byte(step), 0o644); err != nil {
			t.Fatal(err)
		}
		do(t, work, "add", "file")
		do(t, work, "commit", "--quiet", "-m", step)
		switch step {
		case "one":
			do(t, work, "tag", "v1")
			first = do(t, work, "rev-parse", "HEAD")
		case "two":
			do(t, work, "branch", "feature/dev")
		}
	}
	do(t, top, "clone", "--quiet", "--bare", work, filepath.Join(top, "acme/vision.git"))
	do(t, filepath.Join(top, "acme/vision.git"), "config", "uploadpack.allowFilter", "true")
	return top, first
}

func do(t *testing.T, folder string, arguments ...string) string {
	t.Helper()
	command := exec.Command("git", arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@x", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@x", "GIT_CONFIG_GLOBAL=/dev/null")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %s", arguments, output)
	}
	return strings.TrimSpace(string(output))
}

// webServer serves repositories over HTTP, with a user and a password when one is given; it remembers who was let in.
func webServer(t *testing.T, top, user, password string) *httptest.Server {
	t.Helper()
	backend := &cgi.Handler{
		Path: "/usr/lib/git-core/git-http-backend",
		Env:  []string{"GIT_PROJECT_ROOT=" + top, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"},
		// What it says of repositories that are not there is expected.
		Stderr: io.Discard,
	}
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		givenUser, givenPassword, _ := request.BasicAuth()
		if password != "" && (givenUser != user || givenPassword != password) {
			writer.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			http.Error(writer, "who are you?", http.StatusUnauthorized)
			return
		}
		backend.ServeHTTP(writer, request)
	}))
	t.Cleanup(server.Close)
	return server
}

type sshServer struct {
	address string
	// Public line of the server for known_hosts.
	hostLine string
	// key is the private key, in PEM, that may enter.
	key string

	guard    sync.Mutex
	commands []string
}

// startSSH serves git-upload-pack for one key on loopback.
func startSSH(t *testing.T, top string) *sshServer {
	t.Helper()
	_, hostKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hostSigner, err := ssh.NewSignerFromKey(hostKey)
	if err != nil {
		t.Fatal(err)
	}
	public, userKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	allowed, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(userKey, "")
	if err != nil {
		t.Fatal(err)
	}
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if string(key.Marshal()) == string(allowed.Marshal()) {
			return nil, nil
		}
		return nil, errors.New("unknown key")
	}}
	config.AddHostKey(hostSigner)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	server := &sshServer{
		address:  listener.Addr().String(),
		hostLine: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(hostSigner.PublicKey()))),
		key:      string(pem.EncodeToMemory(block)),
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go server.serve(connection, config, top)
		}
	}()
	return server
}

func (s *sshServer) serve(connection net.Conn, config *ssh.ServerConfig, top string) {
	_, channels, requests, err := ssh.NewServerConn(connection, config)
	if err != nil {
		connection.Close()
		return
	}
	go ssh.DiscardRequests(requests)
	for each := range channels {
		channel, requests, err := each.Accept()
		if err != nil {
			return
		}
		go func() {
			for request := range requests {
				if request.Type != "exec" {
					if request.WantReply {
						_ = request.Reply(request.Type == "env", nil)
					}
					continue
				}
				var asked struct{ Command string }
				_ = ssh.Unmarshal(request.Payload, &asked)
				_ = request.Reply(true, nil)
				s.guard.Lock()
				s.commands = append(s.commands, asked.Command)
				s.guard.Unlock()
				path := strings.Trim(strings.TrimPrefix(asked.Command, "git-upload-pack "), "'/")
				command := exec.Command("git", "-c", "safe.directory=*", "upload-pack", filepath.Join(top, path))
				command.Stdout, command.Stderr = channel, channel.Stderr()
				input, err := command.StdinPipe()
				if err == nil {
					err = command.Start()
				}
				if err == nil {
					go func() { _, _ = io.Copy(input, channel); input.Close() }()
					err = command.Wait()
				}
				status := uint32(0)
				if err != nil {
					status = 1
				}
				_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
				channel.Close()
			}
		}()
	}
}
