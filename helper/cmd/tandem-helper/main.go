// Command tandem-helper is what Tandem runs beside the containers of users: it prepares their files, collects what they
// leave, and serves the store to the agent.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/clean"
	"tandem.dev/helper/internal/collect"
	"tandem.dev/helper/internal/files"
	"tandem.dev/helper/internal/git"
	"tandem.dev/helper/internal/prepare"
)

// Set by the build.
var version = "0.0.0"

const usage = `Write one of
  tandem-helper init                     do the task in the variable TANDEM_TASK
  tandem-helper collect                  follow a run and collect what it leaves
  tandem-helper files --root|--store …   serve the folders of runs over HTTP
  tandem-helper version
`

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(arguments []string, out, problems io.Writer) int {
	if git.IsAskpass(os.Getenv) && len(arguments) > 0 {
		answer, err := git.Askpass(arguments[0], os.Getenv)
		if err != nil {
			return 1
		}
		fmt.Fprintln(out, answer)
		return 0
	}
	if len(arguments) == 0 {
		fmt.Fprint(problems, usage)
		return 2
	}
	switch arguments[0] {
	case "init":
		return fail(initialise(out), problems)
	case "collect":
		shareByGroup()
		return fail(collectAll(out), problems)
	case "files":
		shareByGroup()
		return fail(files.Main(arguments[1:], os.Getenv, out), problems)
	case "version":
		fmt.Fprintln(out, version)
		return 0
	default:
		fmt.Fprint(problems, usage)
		return 2
	}
}

func initialise(out io.Writer) error {
	// Other containers of the pod run as other users and must be able to change what is made here.
	syscall.Umask(0)
	task, err := helper.ParseTask(os.Getenv("TANDEM_TASK"))
	if err != nil {
		return fmt.Errorf("The helper cannot read its task: %w.", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	err = prepare.Run(ctx, task, os.Getenv, out)
	if err != nil && ctx.Err() != nil {
		return errors.New("The helper was stopped before it had finished.")
	}
	return err
}

// The files server puts logs into the folders that collectors make in a mounted store, and the other way round. They are
// different users, so their folders are for the group that they have in common.
func shareByGroup() { syscall.Umask(0o002) }

func collectAll(out io.Writer) error {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGINT)
	task, err := helper.ParseTask(os.Getenv("TANDEM_TASK"))
	if err != nil {
		return fmt.Errorf("The helper cannot read its task: %w.", err)
	}
	collectTask, ok := task.(helper.CollectTask)
	if !ok {
		return fmt.Errorf("The task %q belongs to \"tandem-helper init\".", task.Kind())
	}
	collector := collect.Collector{Task: collectTask, Env: os.Getenv, Out: out, Ended: ended, Terminate: terminate}
	return collector.Run(context.Background())
}

// fail says an error as one sentence on stderr and as the termination message, and gives the exit code.
func fail(err error, problems io.Writer) int {
	if err == nil {
		return 0
	}
	sentence := clean.Sentence(err.Error())
	fmt.Fprintln(problems, sentence)
	if err := terminate(sentence); err != nil {
		fmt.Fprintln(problems, "The termination message cannot be written.")
	}
	return 1
}

func terminate(message string) error {
	path := os.Getenv("TANDEM_TERMINATION_LOG")
	if path == "" {
		path = "/dev/termination-log"
		// Outside of Kubernetes there is none, and nobody reads it.
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return nil
		}
	}
	return os.WriteFile(path, []byte(message), 0o644)
}
