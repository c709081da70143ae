package prepare

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/store"
	"tandem.dev/helper/internal/transfer"
)

// Where a run keeps what it writes for TensorBoard; tracking clients of the peer write there.
const tensorboardFolder = "outputs/tensorboard"

// The program that shows the logs, beside them; images that were made for the peer start it.
const startProgram = "start_tensorboard"

// tensorboard brings the logs of runs below "<to>/tensorboard", a folder for each run, and writes the program that shows
// them. A run that has none, or is not there, is shown without: a comparison should not fail for one of its runs.
func tensorboard(ctx context.Context, task helper.TensorboardTask, env store.Env, out io.Writer) error {
	logs := filepath.Join(task.To, "tensorboard")
	for _, dir := range []string{task.To, logs} {
		if err := ensureDir(dir); err != nil {
			return fmt.Errorf("The folder %q cannot be made: %s.", dir, store.Explain(err))
		}
	}
	copier, err := openStore(ctx, task.Store, env)
	if err != nil {
		return err
	}
	defer copier.Store.Close()
	taken := map[string]bool{}
	for _, uuid := range task.UUIDs {
		if uuid == "" || strings.ContainsAny(uuid, `/\`) || uuid == "." || uuid == ".." {
			return fmt.Errorf("%q is no uuid of a run.", uuid)
		}
		folder := folderOf(uuid, task, taken)
		taken[folder] = true
		files, err := copyLogs(ctx, copier, strings.TrimRight(task.From, "/")+"/"+uuid, filepath.Join(logs, folder))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "Run %s: %d files, to %s.\n", uuid, files, folder)
	}
	return writeProgram(task, logs)
}

// copyLogs takes the folder that is meant for TensorBoard as a whole, without the path to it, and event files from elsewhere
// in the run at their own paths.
func copyLogs(ctx context.Context, copier *transfer.Copier, from, to string) (files int, err error) {
	parts := []struct {
		from string
		want func(name string) bool
	}{
		{from + "/" + tensorboardFolder, nil},
		{from, func(name string) bool { return isTensorboard(name) && !strings.HasPrefix(name, tensorboardFolder+"/") }},
	}
	for _, part := range parts {
		copier.Want = part.want
		var copied transfer.Copied
		err := retry(ctx, func() (err error) {
			copied, err = copier.Copy(ctx, helper.CopyTask{What: "dir", From: part.from, To: to})
			return err
		})
		if err != nil {
			return files, err
		}
		files += copied.Files
	}
	return files, nil
}

// Event files of TensorBoard and what its plugins keep beside them.
func isTensorboard(name string) bool {
	return strings.Contains(filepath.Base(name), ".tfevents.") || strings.Contains("/"+name, "/plugins/")
}

// 200: a name of a file may have 255 bytes, and the uuid may be added.
const longestName = 200

// folderOf names the folder of a run: by its uuid, or by its name where that is wanted, known, and can be a folder. Of
// runs with one name all but the first have the beginning of their uuid behind it, as the peer does.
func folderOf(uuid string, task helper.TensorboardTask, taken map[string]bool) string {
	if !task.UseNames {
		return uuid
	}
	name := strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r < ' ' {
			return '-'
		}
		return r
	}, task.Names[uuid])
	if taken[name] {
		name += "-" + uuid[:min(10, len(uuid))]
	}
	if name == "" || name == "." || name == ".." || len(name) > longestName || taken[name] {
		return uuid
	}
	return name
}

func writeProgram(task helper.TensorboardTask, logs string) error {
	lines := []string{"#!/bin/sh", "set -e"}
	if len(task.Plugins) > 0 {
		lines = append(lines, "pip install"+quoted(task.Plugins...))
	}
	show := fmt.Sprintf("exec tensorboard --logdir%s --port %d --host 0.0.0.0", quoted(logs), task.Port)
	if task.PathPrefix != nil && *task.PathPrefix != "" {
		show += " --path_prefix" + quoted(*task.PathPrefix)
	}
	content := strings.Join(append(lines, show), "\n") + "\n"
	if err := put(task.To, startProgram, content, 0o755, true); err != nil {
		return fmt.Errorf("The file %q cannot be written: %s.", startProgram, store.Explain(err))
	}
	return nil
}

// quoted gives words as a shell takes them literally, each after a blank.
func quoted(words ...string) string {
	var line strings.Builder
	for _, word := range words {
		line.WriteString(" '" + strings.ReplaceAll(word, "'", `'\''`) + "'")
	}
	return line.String()
}
