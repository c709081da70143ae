package git

import (
	"strings"
	"testing"
)

func TestParseRemote(t *testing.T) {
	cases := []struct{ url, clean, ssh string }{
		{"https://ann:pw@host/a/b.git", "https://host/a/b.git", "git@host:a/b.git"},
		{"https://host:8443/a/b", "https://host:8443/a/b", "git@host:a/b.git"},
		{"https://token@host/a/b/", "https://host/a/b/", "git@host:a/b.git"},
		{"git@host:a/b.git", "git@host:a/b.git", "git@host:a/b.git"},
		{"ssh://git:pw@host:2222/a/b.git", "ssh://git@host:2222/a/b.git", "ssh://git@host:2222/a/b.git"},
		{"/srv/repo", "/srv/repo", "/srv/repo"},
		{"file:///srv/repo", "file:///srv/repo", "file:///srv/repo"},
	}
	for _, c := range cases {
		got, err := parseRemote(c.url)
		if err != nil || got.clean != c.clean || got.overSSH() != c.ssh {
			t.Errorf("%s: %+v %s %v", c.url, got, got.overSSH(), err)
		}
	}
	for _, url := range []string{
		"", "ext::sh -c touch% /tmp/x", "fd::17", "--upload-pack=touch x", "-u", "ftp://host/x", "relative/path", "https:///x",
		"https://-host/x", "ssh://-oProxyCommand=touch@host/x", "ssh://-oProxyCommand=x/y", "-oProxyCommand=x@host:y", "host:-x",
		"https://host/x\nhttps://other/", "transport::address", "data:,x",
	} {
		if got, err := parseRemote(url); err == nil && !strings.HasPrefix(url, "data:") {
			t.Errorf("%q was taken: %+v", url, got)
		}
	}
}

func TestSplitFlags(t *testing.T) {
	good := []struct {
		flags []string
		want  string
	}{
		{nil, ""},
		{[]string{"--depth 1"}, "--depth=1"},
		{[]string{"--depth", "1", "--single-branch"}, "--depth=1 --single-branch"},
		{[]string{"--depth=1", "-b main"}, "--depth=1 -b main"},
		{[]string{"--recurse-submodules", "--filter=blob:none"}, "--recurse-submodules --filter=blob:none"},
		{[]string{"--recurse-submodules=lib"}, "--recurse-submodules=lib"},
		{[]string{"  --quiet  --no-tags "}, "--quiet --no-tags"},
	}
	for _, c := range good {
		got, err := splitFlags("clone", cloneFlags, c.flags)
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%v: %v %v", c.flags, got, err)
		}
	}
	for _, flags := range [][]string{
		{"--upload-pack=touch /tmp/x"}, {"--upload-pack", "x"}, {"--upload-p=x"}, {"-u x"}, {"-c core.sshCommand=x"}, {"--config core.x=y"},
		{"--config=core.x=y"}, {"--template=/x"}, {"--reference /x"}, {"--server-option=x"}, {"--separate-git-dir=/x"}, {"--origin x"}, {"--mirror"},
		{"--depth"}, {"--depth", "--upload-pack=x"}, {"--branch=--x"}, {"--depth=1;x"}, {"--quiet=1"}, {"--"}, {"https://other/x"}, {"-qc x"},
	} {
		if got, err := splitFlags("clone", cloneFlags, flags); err == nil {
			t.Errorf("%v was taken: %v", flags, got)
		}
	}
}

func TestCheckRevision(t *testing.T) {
	for _, revision := range []string{"main", "feature/x-1", "v1.2.3", "deadbeef", "a@b", "refs/pull/1/head"} {
		if err := checkRevision(revision); err != nil {
			t.Error(err)
		}
	}
	for _, revision := range []string{"--upload-pack=x", "-b", "a b", "a..b", "HEAD@{1}", "main^{/x}", "a:b", "$(x)", "a\nb"} {
		if err := checkRevision(revision); err == nil {
			t.Errorf("%q was taken", revision)
		}
	}
}

func TestAskpass(t *testing.T) {
	env := envOf(map[string]string{askpassSwitch: "1", askpassHost: "host:8443", askpassUser: "ann", askpassSecret: "pw"})
	cases := []struct{ question, want string }{
		{"Username for 'https://host:8443': ", "ann"},
		{"Password for 'https://ann@host:8443': ", "pw"},
		{"Password for 'https://ann@other:8443': ", ""},
		{"Password for 'https://ann@host:8443.evil': ", ""},
		{"Password for 'https://host:8443@evil': ", ""},
		{"Enter passphrase for key '/x': ", ""},
		{"Are you sure?", ""},
	}
	for _, c := range cases {
		if got, err := Askpass(c.question, env); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q %v", c.question, got, err)
		}
	}
}
