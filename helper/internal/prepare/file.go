package prepare

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/store"
)

// writeFile writes content to folder/filename, and once more into the folder copyTo.
func writeFile(folder, filename, content string, chmod, copyTo *string) error {
	if filename == "" || filepath.IsAbs(filename) || helper.HasDotDot(filename) || strings.ContainsRune(filename, 0) {
		return fmt.Errorf("The filename %q must be a path below its folder.", filename)
	}
	mode := fs.FileMode(0o666)
	if chmod != nil {
		parsed, err := parseMode(*chmod, mode)
		if err != nil {
			return err
		}
		mode = parsed
	}
	if err := put(folder, filename, content, mode, chmod != nil); err != nil {
		return fmt.Errorf("The file %q cannot be written: %s.", filename, store.Explain(err))
	}
	if copyTo == nil {
		return nil
	}
	if err := put(*copyTo, filepath.Base(filename), content, mode, chmod != nil); err != nil {
		return fmt.Errorf("The copy of the file %q cannot be written: %s.", filename, store.Explain(err))
	}
	return nil
}

func put(folder, name, content string, mode fs.FileMode, isSet bool) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = file.WriteString(content)
	if err == nil && isSet {
		// The mode of an open call is cut by the umask and does nothing for a file that was there.
		err = file.Chmod(mode)
	}
	return errors.Join(err, file.Close())
}

var (
	octal    = regexp.MustCompile(`^0?[0-7]{3}$`)
	symbolic = regexp.MustCompile(`^([ugoa]*)([+=-])([rwx]+)$`)
)

// parseMode reads `0755`, `755`, `+x`, `u+x,go-w` as chmod does. No set-uid bits.
func parseMode(text string, mode fs.FileMode) (fs.FileMode, error) {
	if octal.MatchString(text) {
		value, err := strconv.ParseUint(text, 8, 32)
		return fs.FileMode(value), err
	}
	for _, clause := range strings.Split(text, ",") {
		found := symbolic.FindStringSubmatch(clause)
		if found == nil {
			return 0, fmt.Errorf("The mode %q is neither octal, such as 0755, nor of the form u+x.", text)
		}
		mode = applyClause(mode, found[1], found[2], found[3])
	}
	return mode, nil
}

func applyClause(mode fs.FileMode, who, operator, permissions string) fs.FileMode {
	var bits fs.FileMode
	for _, each := range permissions {
		bits |= map[rune]fs.FileMode{'r': 4, 'w': 2, 'x': 1}[each]
	}
	shifts := map[rune]uint{'u': 6, 'g': 3, 'o': 0}
	if who == "" || strings.ContainsRune(who, 'a') {
		who = "ugo"
	}
	for _, each := range who {
		shifted := bits << shifts[each]
		switch operator {
		case "+":
			mode |= shifted
		case "-":
			mode &^= shifted
		default:
			mode = mode&^(7<<shifts[each]) | shifted
		}
	}
	return mode
}
