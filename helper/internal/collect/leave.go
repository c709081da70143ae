package collect

import (
	"fmt"
	"io"

	helper "tandem.dev/helper"
)

// leave hands the result over: as the termination message, and as the last line of the log where it is too long for that.
func leave(result helper.CollectResult, out io.Writer, terminate func(message string) error) error {
	message, whole, err := encode(result)
	if err != nil {
		return err
	}
	if whole != nil {
		if _, err := fmt.Fprintf(out, "%s%s\n", helper.ResultMark, whole); err != nil {
			return err
		}
	}
	return terminate(string(message))
}
