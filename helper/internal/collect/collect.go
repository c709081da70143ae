package collect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strconv"
	"time"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/store"
	"tandem.dev/helper/internal/transfer"
)

// How long the last copy may take where an agent of before does not say it in TANDEM_GRACE_SECONDS.
const defaultGrace = 60 * time.Second

// What stands in the result of a collector that was killed in its last copy.
const unfinished = "The run was ended before all of its files could be collected."

// Longest pause between two tries of a store that is away.
const longestPause = 30 * time.Second

// Collector is one run of the collector.
type Collector struct {
	Task helper.CollectTask
	Env  store.Env
	// Out is the log of the container.
	Out io.Writer
	// Ended is closed or sent to when the pod's main containers have ended (SIGTERM).
	Ended <-chan os.Signal
	// Terminate writes the termination message; a later one replaces it.
	Terminate func(message string) error

	problems problems
	// deadline ends when there is no time left for the store.
	deadline context.Context
	// over is closed when the run has ended.
	over chan struct{}
}

// Run works until the run has ended, and leaves its result; whatever failed is a problem in it.
func (c *Collector) Run(ctx context.Context) error {
	return leave(c.collect(ctx), c.Out, c.Terminate)
}

func (c *Collector) collect(ctx context.Context) helper.CollectResult {
	var expire context.CancelFunc
	c.deadline, expire = context.WithCancel(ctx)
	defer expire()
	c.over = make(chan struct{})
	go func() {
		select {
		case <-c.Ended:
		case <-ctx.Done():
		}
		close(c.over)
		// The container is killed when the grace period is over, so everything stops a little before.
		time.AfterFunc(c.grace(), expire)
	}()

	artifacts := []helper.Artifact{}
	if c.Task.CollectArtifacts {
		artifacts = c.follow()
	} else {
		<-c.over
	}
	outputs, problem := readOutputs(c.Task.OutputsFile)
	if problem != "" {
		c.problems.add(problem)
	}
	return helper.CollectResult{V: 1, Outputs: outputs, Artifacts: artifacts, Problems: c.problems.sentences()}
}

// follow syncs until the end, then once more until nothing is left to do.
func (c *Collector) follow() []helper.Artifact {
	root, err := c.openFolder()
	if err != nil {
		<-c.over
		c.problems.add(fmt.Sprintf("The folder %q cannot be read: %s.", c.Task.ArtifactsPath, store.Explain(err)))
		return []helper.Artifact{}
	}
	defer root.Close()
	snapshot, err := transfer.ReadSnapshot(c.Task.ArtifactsPath)
	if err != nil {
		// What was read of it holds; files that are not in it are sent again.
		fmt.Fprintln(c.Out, "The snapshot of the folder cannot be read to its end.")
	}
	worker := &syncer{root: root, snapshot: snapshot}
	left := make(chan struct{})
	go func() {
		defer close(left)
		<-c.over
		c.leaveEarly(worker)
	}()
	artifacts := c.syncToTheEnd(worker)
	<-left
	return artifacts
}

// leaveEarly leaves what is known as soon as the run ends: main containers that did not heed their SIGTERM have used up the
// grace period of the pod, and then the kubelet gives the collector two seconds, whatever it was told.
func (c *Collector) leaveEarly(worker *syncer) {
	outputs, problem := readOutputs(c.Task.OutputsFile)
	early := problems{}
	if problem != "" {
		early.add(problem)
	}
	early.add(unfinished)
	result := helper.CollectResult{V: 1, Outputs: outputs, Artifacts: worker.listArtifacts(), Problems: early.sentences()}
	if err := leave(result, c.Out, c.Terminate); err != nil {
		fmt.Fprintln(c.Out, "What is known so far cannot be written.")
	}
}

func (c *Collector) syncToTheEnd(worker *syncer) []helper.Artifact {
	failures := 0
	for {
		if c.Task.SyncSeconds < 0 {
			<-c.over
		}
		last := c.isOver()
		failed := c.syncOnce(worker)
		switch {
		case !failed && last:
			return c.finish(worker)
		case failed && c.deadline.Err() != nil:
			return c.finish(worker)
		case failed:
			failures++
			c.wait(pauseAfter(failures))
		default:
			failures = 0
			c.wait(c.interval())
		}
	}
}

// syncOnce reports whether the store failed; its sentence becomes a problem only if the last sync has it, too.
func (c *Collector) syncOnce(worker *syncer) bool {
	c.problems = problems{}
	if worker.to == nil {
		if err := c.openStore(worker); err != nil {
			c.problems.add(problemOf(c.storeName(), err))
			return true
		}
	}
	done := worker.sync(c.deadline)
	for _, name := range done.unreadable {
		c.problems.add(fmt.Sprintf("The file %q cannot be read by the collector.", name))
	}
	if done.tooMany {
		c.problems.add(fmt.Sprintf("There are more than %d files; the others were not collected.", transfer.MostFiles))
	}
	if done.uploaded > 0 {
		if err := worker.snapshot.Write(c.Task.ArtifactsPath); err != nil {
			fmt.Fprintln(c.Out, "The snapshot of the folder cannot be written.")
		}
	}
	if done.err != nil {
		c.problems.add(problemOf(c.storeName(), done.err))
		return true
	}
	return false
}

func (c *Collector) finish(worker *syncer) []helper.Artifact {
	if worker.to != nil {
		if err := worker.to.Close(); err != nil {
			fmt.Fprintln(c.Out, "The store cannot be closed.")
		}
	}
	return worker.listArtifacts()
}

func (c *Collector) openFolder() (*os.Root, error) {
	err := os.MkdirAll(c.Task.ArtifactsPath, 0o777)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.OpenRoot(c.Task.ArtifactsPath)
}

func (c *Collector) openStore(worker *syncer) error {
	if c.Task.Store == nil || c.Task.StorePath == nil {
		return nil
	}
	opened, err := store.Open(c.deadline, *c.Task.Store, c.Env)
	if err != nil {
		return err
	}
	place, err := opened.Rel(*c.Task.StorePath)
	if err != nil {
		return errors.Join(err, opened.Close())
	}
	worker.to, worker.place = opened, place
	return nil
}

func (c *Collector) storeName() string {
	if c.Task.Store == nil {
		return ""
	}
	return c.Task.Store.Name
}

func (c *Collector) interval() time.Duration {
	seconds := c.Task.SyncSeconds
	if seconds == 0 {
		seconds = math.Max(1, c.Task.SleepSeconds)
	}
	return time.Duration(seconds * float64(time.Second))
}

func (c *Collector) isOver() bool {
	select {
	case <-c.over:
		return true
	default:
		return false
	}
}

// wait ends early when the run ends, or when there is no time left. After the end of the run it is the pause between tries.
func (c *Collector) wait(pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	over := c.over
	if c.isOver() {
		over = nil
	}
	select {
	case <-over:
	case <-timer.C:
	case <-c.deadline.Done():
	}
}

// grace is how long the last sync may take: what the pod's grace period leaves, without a tenth, at least a second, for the result.
func (c *Collector) grace() time.Duration {
	grace := defaultGrace
	if seconds, err := strconv.ParseFloat(c.Env("TANDEM_GRACE_SECONDS"), 64); err == nil && seconds > 0 {
		grace = time.Duration(seconds * float64(time.Second))
	}
	return grace - max(time.Second, grace/10)
}

func pauseAfter(failures int) time.Duration {
	pause := time.Second
	for ; failures > 1 && pause < longestPause; failures-- {
		pause *= 2
	}
	return min(pause, longestPause)
}
