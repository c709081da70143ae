package git

import (
	"context"
	"errors"
	"strings"
)

// fetch begins an empty repository and gets one revision into it, without a branch: any name that the server has, or the
// commit of its main branch. Nothing else is brought, so `--depth 1` brings one commit.
func fetch(ctx context.Context, url, folder, revision string, flags []string, runner *git) error {
	if _, err := runner.run(ctx, "/", "init", "--quiet", "--", folder); err != nil {
		return err
	}
	if _, err := runner.run(ctx, folder, "remote", "add", "--", "origin", url); err != nil {
		return err
	}
	wanted := revision
	if wanted == "" {
		wanted = "HEAD"
	}
	arguments := append([]string{"fetch"}, flags...)
	if _, err := runner.run(ctx, folder, append(arguments, "--", "origin", wanted)...); err != nil {
		if revision != "" && isMissing(err) {
			return errNoRevision
		}
		return err
	}
	if _, err := runner.run(ctx, folder, "checkout", "--quiet", "--detach", "FETCH_HEAD", "--"); err != nil {
		return err
	}
	for _, flag := range flags {
		if flag == "--recurse-submodules" || strings.HasPrefix(flag, "--recurse-submodules=") {
			// A fetch brings commits of submodules only where they are checked out already.
			_, err := runner.run(ctx, folder, "submodule", "update", "--init", "--recursive")
			return err
		}
	}
	return nil
}

// What servers say of a name, and of a commit, that they do not have.
func isMissing(err error) bool {
	var failed *failure
	if !errors.As(err, &failed) {
		return false
	}
	output := strings.ToLower(failed.output)
	return strings.Contains(output, "couldn't find remote ref") || strings.Contains(output, "not our ref")
}
