// Package prepare carries out the tasks of init containers.
package prepare

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/git"
	"tandem.dev/helper/internal/store"
	"tandem.dev/helper/internal/transfer"
)

// Run does one task. The error is one sentence for people; notes go to out.
func Run(ctx context.Context, task helper.Task, env store.Env, out io.Writer) error {
	switch t := task.(type) {
	case helper.ArtifactsPathTask:
		return artifacts(ctx, t.EnsureDirs, t.Store, t.Copies, env, out)
	case helper.ArtifactsTask:
		return artifacts(ctx, t.EnsureDirs, &t.Store, t.Copies, env, out)
	case helper.GitTask:
		return git.Clone(ctx, t, env, out)
	case helper.FileTask:
		return writeFile(t.Folder, t.Filename, t.Content, t.Chmod, t.CopyTo)
	case helper.DockerfileTask:
		return writeFile(t.Folder, t.Filename, t.Content, nil, t.CopyTo)
	case helper.TensorboardTask:
		return tensorboard(ctx, t, env, out)
	case helper.CollectTask:
		return errors.New(`The task "collect" belongs to "tandem-helper collect".`)
	default:
		return fmt.Errorf("The task %q is not known to this version of tandem-helper.", task.Kind())
	}
}

func artifacts(ctx context.Context, dirs []string, ref *helper.StoreRef, copies []helper.CopyTask, env store.Env, out io.Writer) error {
	for _, dir := range dirs {
		if err := ensureDir(dir); err != nil {
			return fmt.Errorf("The folder %q cannot be made: %s.", dir, store.Explain(err))
		}
	}
	if ref == nil || len(copies) == 0 {
		return nil
	}
	copier, err := openStore(ctx, *ref, env)
	if err != nil {
		return err
	}
	defer copier.Store.Close()
	for _, each := range copies {
		var copied transfer.Copied
		err := retry(ctx, func() (err error) {
			copied, err = copier.Copy(ctx, each)
			return err
		})
		if err != nil {
			return err
		}
		// Most runs have no former attempt: that nothing was there is no news in their log.
		if copied.Files > 0 {
			fmt.Fprintf(out, "Copied %d files, %d bytes, to %s.\n", copied.Files, copied.Bytes, each.To)
		}
	}
	return nil
}

// ensureDir makes a folder that every container of the pod may write to, whoever it runs as.
func ensureDir(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() == 0o777 {
		return err
	}
	return os.Chmod(dir, 0o777)
}

func openStore(ctx context.Context, ref helper.StoreRef, env store.Env) (*transfer.Copier, error) {
	opened, err := store.Open(ctx, ref, env)
	if err != nil {
		return nil, fmt.Errorf("The store %q cannot be opened: %s.", ref.Name, reason(err))
	}
	return &transfer.Copier{Store: opened, StoreName: ref.Name}, nil
}

// What is wrong with a configuration is said in our own words already; the rest is put in words.
func reason(err error) string {
	text := err.Error()
	if strings.HasPrefix(text, "the bucket in") || strings.HasPrefix(text, "the variable") || strings.HasPrefix(text, "the file of") {
		return text
	}
	return store.Explain(err)
}

// Pauses between tries; a variable for tests.
var pauses = []time.Duration{time.Second, 4 * time.Second, 15 * time.Second}

// retry tries again when the store could not be reached or was overloaded, since an init container that fails may fail
// the whole run.
func retry(ctx context.Context, try func() error) error {
	err := try()
	for _, pause := range pauses {
		if err == nil || !isOutage(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
		err = try()
	}
	return err
}

func isOutage(err error) bool {
	text := err.Error()
	return strings.Contains(text, "cannot be reached") || strings.Contains(text, "answered with 5") || strings.Contains(text, "answered with 429")
}
