package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"tandem.dev/helper/internal/store"
)

// What a group needs to make files and folders that stay the group's, whoever makes them.
const forGroup = 0o070 | fs.ModeSetgid

// prepare lets the group root write to a folder of root's: whoever makes the folder of a node, it is root's, and neither the
// files server nor every run is. A folder of another group is somebody's decision, and stays as it is.
func prepare(folder string, out io.Writer) error {
	info, err := os.Stat(folder)
	if err != nil {
		return fmt.Errorf("The folder %q cannot be looked at: %s.", folder, store.Explain(err))
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !known {
		return fmt.Errorf("%q is no folder.", folder)
	}
	if owner.Uid != uint32(os.Getuid()) || owner.Gid != uint32(os.Getgid()) {
		fmt.Fprintf(out, "The folder %q belongs to user %d and group %d: it stays as it is.\n", folder, owner.Uid, owner.Gid)
		return nil
	}
	if info.Mode()&forGroup == forGroup {
		return nil
	}
	if err := os.Chmod(folder, info.Mode()|forGroup); err != nil {
		return fmt.Errorf("The folder %q cannot be made writable for its group: %s.", folder, store.Explain(err))
	}
	fmt.Fprintf(out, "The group %d may write to the folder %q from now on.\n", owner.Gid, folder)
	return nil
}

// sayIfReadOnly tells whoever looks after the folder what is lacking. What runs left can be read all the same.
func sayIfReadOnly(opened store.Store, folder string, out io.Writer) {
	checker, ok := opened.(interface{ TryWrite() error })
	if !ok {
		return
	}
	err := checker.TryWrite()
	if err == nil {
		return
	}
	mend := ""
	if groups, groupsErr := os.Getgroups(); groupsErr == nil && errors.Is(err, fs.ErrPermission) {
		groups = append(groups, os.Getgid())
		slices.Sort(groups)
		mend = fmt.Sprintf(" User %d with the groups %v must be able to make files there.", os.Getuid(), slices.Compact(groups))
	}
	fmt.Fprintf(out, "Nothing can be written to the folder %q: %s. The logs of runs are not kept when their pods go.%s\n",
		folder, store.Explain(err), mend)
}
