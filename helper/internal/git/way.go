package git

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// way is how a repository is got, and the flags for it.
type way struct {
	get   func(ctx context.Context, url, folder, revision string, flags []string, runner *git) error
	flags []string
}

var errNoRevision = errors.New("the repository has no such revision")

// wayOf reads the flags: those of a clone, or, beside the one that asks for it, those of a fetch.
func wayOf(flags []string) (way, error) {
	words := strings.Fields(strings.Join(flags, " "))
	rest := slices.DeleteFunc(slices.Clone(words), func(word string) bool { return word == fetchFlag })
	if len(rest) < len(words) {
		arguments, err := splitFlags("fetch", fetchFlags, rest)
		return way{fetch, arguments}, err
	}
	arguments, err := splitFlags("clone", cloneFlags, words)
	return way{clone, arguments}, err
}

func clone(ctx context.Context, url, folder, revision string, flags []string, runner *git) error {
	arguments := append([]string{"clone"}, flags...)
	if _, err := runner.run(ctx, "/", append(arguments, "--", url, folder)...); err != nil {
		return err
	}
	if revision == "" {
		return nil
	}
	if err := checkout(ctx, folder, revision, runner); err != nil {
		return errNoRevision
	}
	return nil
}

// checkout gets a branch, tag or commit; a shallow clone may lack it, so it is fetched then.
func checkout(ctx context.Context, folder, revision string, runner *git) error {
	if _, err := runner.run(ctx, folder, "checkout", "--quiet", revision, "--"); err == nil {
		return nil
	}
	shallow := []string{"fetch", "--quiet"}
	if answer, err := runner.run(ctx, folder, "rev-parse", "--is-shallow-repository"); err == nil && strings.TrimSpace(answer) == "true" {
		shallow = append(shallow, "--depth=1")
	}
	wanted := []string{
		"+refs/heads/" + revision + ":refs/remotes/origin/" + revision,
		"+refs/tags/" + revision + ":refs/tags/" + revision,
	}
	for _, each := range wanted {
		if _, err := runner.run(ctx, folder, append(shallow, "origin", each)...); err != nil {
			continue
		}
		// A clone of one branch tracks no others, so the new branch is made by hand.
		if strings.HasPrefix(each, "+refs/heads/") {
			_, err := runner.run(ctx, folder, "checkout", "--quiet", "-B", revision, "refs/remotes/origin/"+revision, "--")
			return err
		}
		_, err := runner.run(ctx, folder, "checkout", "--quiet", "--detach", "refs/tags/"+revision, "--")
		return err
	}
	if _, err := runner.run(ctx, folder, append(shallow, "origin", revision)...); err == nil {
		_, err := runner.run(ctx, folder, "checkout", "--quiet", "--detach", "FETCH_HEAD", "--")
		return err
	}
	// Servers that give no single commits still give all of them.
	if _, err := runner.run(ctx, folder, "fetch", "--quiet", "--unshallow", "origin", "+refs/heads/*:refs/remotes/origin/*"); err != nil {
		return err
	}
	_, err := runner.run(ctx, folder, "checkout", "--quiet", revision, "--")
	return err
}
