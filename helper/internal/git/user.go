package git

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

// Where Debian keeps the library that answers for users who are in no file of the image.
const wrapperPattern = "/usr/lib/*/libnss_wrapper.so"

// nameForUser gives the variables with which ssh finds a name for a user: it refuses to work for a number alone, and pods
// run as any number. None where the user has a name.
func nameForUser(uid, gid int, private string) ([]string, error) {
	if _, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return nil, nil
	}
	found, err := filepath.Glob(wrapperPattern)
	if err != nil || len(found) == 0 {
		return nil, err // ssh will say what is wrong
	}
	passwd, group := filepath.Join(private, "passwd"), filepath.Join(private, "group")
	line := fmt.Sprintf("pod:x:%d:%d::%s:/usr/sbin/nologin\n", uid, gid, private)
	if err := os.WriteFile(passwd, []byte(line), 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(group, fmt.Appendf(nil, "pod:x:%d:\n", gid), 0o600); err != nil {
		return nil, err
	}
	return []string{"LD_PRELOAD=" + found[0], "NSS_WRAPPER_PASSWD=" + passwd, "NSS_WRAPPER_GROUP=" + group}, nil
}
