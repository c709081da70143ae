package clean

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWith(t *testing.T) {
	cases := []struct {
		name    string
		text    string
		secrets []string
		want    string
	}{
		{"user part of a url", "cannot read https://ann:pw@host/x.git now", nil, "cannot read https://host/x.git now"},
		{"token alone as user", "https://ghp_abc@host/x", nil, "https://host/x"},
		{"scp form keeps its user, which is no secret", "git@host:x.git", nil, "git@host:x.git"},
		{"value", "got s3cr3t back", []string{"s3cr3t"}, "got *** back"},
		{"value that contains another", "abcdefgh", []string{"abcd", "abcdefgh"}, "***"},
		{"value in url form", "x?p=a%2Fb%2Bc+d", []string{"a/b+c d"}, "x?p=***"},
		{"short values stay, or every text would be blanked", "a b c", []string{"a"}, "a b c"},
		{"signature of a link", "GET /c?se=1&sig=abc%3D&x=2", nil, "GET /c?se=1&sig=***&x=2"},
		{"header", "Authorization: Bearer abcdefghij", nil, "Authorization: Bearer ***"},
		{"control characters and lines", "a\x1b[31mb\nc\x00d", nil, "a[31mb cd"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := With(c.text, c.secrets); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestSecretValues(t *testing.T) {
	values := secretValues([]string{"GIT_PASSWORD=hunter22", "id_rsa_KEY=-----BEGIN-----\nlinelinelineline\n", "HOME=/root", "SSH_KEY_NAME=work", "GIT_CREDENTIALS=ann:pw12"})
	all := strings.Join(values, "|")
	for _, want := range []string{"hunter22", "linelinelineline", "pw12"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in %q", want, all)
		}
	}
	for _, not := range []string{"/root", "work"} {
		if strings.Contains(all, not) {
			t.Errorf("%q is there", not)
		}
	}
}

func TestLongTextIsCutAtACharacter(t *testing.T) {
	got := With(strings.Repeat("é", 3000), nil)
	if len(got) > longest || !utf8.ValidString(got) || !strings.HasSuffix(got, "…") {
		t.Errorf("%d bytes, valid %v", len(got), utf8.ValidString(got))
	}
}
