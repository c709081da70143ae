// Package helper holds the one contract between the agent and this program: what a task is. The agent writes the same
// shape in agent/src/compile/helper-task.ts; testdata/tasks.json is read by the tests of both sides.
package helper

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
)

// Kinds of tasks.
const (
	KindArtifactsPath = "artifacts-path"
	KindArtifacts     = "artifacts"
	KindGit           = "git"
	KindFile          = "file"
	KindDockerfile    = "dockerfile"
	KindTensorboard   = "tensorboard"
	KindCollect       = "collect"
)

// Task is one of the types below.
type Task interface {
	Kind() string
	check() error
}

// ArtifactsPathTask makes the folders of a run and takes up what a former attempt left in the store.
type ArtifactsPathTask struct {
	EnsureDirs []string   `json:"ensureDirs"`
	Store      *StoreRef  `json:"store"`
	Copies     []CopyTask `json:"copies"`
}

// ArtifactsTask copies listed files and folders from a store.
type ArtifactsTask struct {
	EnsureDirs []string   `json:"ensureDirs"`
	Store      StoreRef   `json:"store"`
	Copies     []CopyTask `json:"copies"`
}

// CopyTask names one thing to copy. From is a path in the container for a mount, a whole address for a bucket.
type CopyTask struct {
	// What is "file", "dir" or "path" (either).
	What       string `json:"what"`
	From       string `json:"from"`
	To         string `json:"to"`
	IsRequired bool   `json:"isRequired"`
	IsSnapshot bool   `json:"isSnapshot"`
}

// StoreRef says how a store is reached: Path for a mount, Bucket (an address) for s3, gcs and wasb.
type StoreRef struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Path   string `json:"path,omitempty"`
	Bucket string `json:"bucket,omitempty"`
}

// GitTask clones a repository, or fetches one revision of it where the flag "--experimental-fetch" is among Flags.
type GitTask struct {
	URL        string   `json:"url"`
	Revision   *string  `json:"revision"`
	Flags      []string `json:"flags"`
	Path       string   `json:"path"`
	Connection *string  `json:"connection"`
	KeysPath   *string  `json:"keysPath"`
}

// FileTask writes one file.
type FileTask struct {
	Folder   string  `json:"folder"`
	Filename string  `json:"filename"`
	Content  string  `json:"content"`
	Chmod    *string `json:"chmod"`
	CopyTo   *string `json:"copyTo"`
}

// DockerfileTask writes a Dockerfile.
type DockerfileTask struct {
	Folder   string  `json:"folder"`
	Filename string  `json:"filename"`
	Content  string  `json:"content"`
	CopyTo   *string `json:"copyTo"`
}

// TensorboardTask arranges the logs of other runs below To/tensorboard, and writes To/start_tensorboard, which shows them.
type TensorboardTask struct {
	Store    StoreRef `json:"store"`
	From     string   `json:"from"`
	To       string   `json:"to"`
	UUIDs    []string `json:"uuids"`
	UseNames bool     `json:"useNames"`
	// Names of the runs by uuid, as far as they are known.
	Names      map[string]string `json:"names"`
	PathPrefix *string           `json:"pathPrefix"`
	Plugins    []string          `json:"plugins"`
	Port       int               `json:"port"`
}

// CollectTask is the work of the collector, a native sidecar (agent-and-kubernetes.md 2.4).
type CollectTask struct {
	ArtifactsPath    string    `json:"artifactsPath"`
	Store            *StoreRef `json:"store"`
	StorePath        *string   `json:"storePath"`
	OutputsFile      string    `json:"outputsFile"`
	Container        string    `json:"container"`
	SleepSeconds     float64   `json:"sleepSeconds"`
	SyncSeconds      float64   `json:"syncSeconds"`
	CollectArtifacts bool      `json:"collectArtifacts"`
	CollectLogs      bool      `json:"collectLogs"`
}

// Kind gives the word that names the task on the wire.
func (ArtifactsPathTask) Kind() string { return KindArtifactsPath }

// Kind gives the word that names the task on the wire.
func (ArtifactsTask) Kind() string { return KindArtifacts }

// Kind gives the word that names the task on the wire.
func (GitTask) Kind() string { return KindGit }

// Kind gives the word that names the task on the wire.
func (FileTask) Kind() string { return KindFile }

// Kind gives the word that names the task on the wire.
func (DockerfileTask) Kind() string { return KindDockerfile }

// Kind gives the word that names the task on the wire.
func (TensorboardTask) Kind() string { return KindTensorboard }

// Kind gives the word that names the task on the wire.
func (CollectTask) Kind() string { return KindCollect }

// ParseTask reads the JSON of TANDEM_TASK. Fields that this version does not know are passed over, so that an agent that
// is newer than its helper image still works; a task of an unknown kind is an error.
func ParseTask(text string) (Task, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("the variable TANDEM_TASK is empty")
	}
	var head struct {
		Task string `json:"task"`
	}
	if err := json.Unmarshal([]byte(text), &head); err != nil {
		return nil, errors.New("the variable TANDEM_TASK holds no JSON object")
	}
	var task Task
	var err error
	switch head.Task {
	case KindArtifactsPath:
		task, err = parse[ArtifactsPathTask](text)
	case KindArtifacts:
		task, err = parse[ArtifactsTask](text)
	case KindGit:
		task, err = parse[GitTask](text)
	case KindFile:
		task, err = parse[FileTask](text)
	case KindDockerfile:
		task, err = parse[DockerfileTask](text)
	case KindTensorboard:
		task, err = parse[TensorboardTask](text)
	case KindCollect:
		task, err = parse[CollectTask](text)
	default:
		return nil, fmt.Errorf("the task %q is not known to this version of tandem-helper", head.Task)
	}
	if err != nil {
		return nil, fmt.Errorf("the task %q has a field of a wrong type", head.Task)
	}
	if err := task.check(); err != nil {
		return nil, fmt.Errorf("the task %q is wrong: %w", head.Task, err)
	}
	return task, nil
}

func parse[T any](text string) (T, error) {
	var task T
	err := json.Unmarshal([]byte(text), &task)
	return task, err
}

func (t ArtifactsPathTask) check() error {
	if len(t.Copies) > 0 && t.Store == nil {
		return errors.New("there are copies, but no store")
	}
	if t.Store != nil {
		if err := t.Store.check(); err != nil {
			return err
		}
	}
	return checkCopies(t.EnsureDirs, t.Copies)
}

func (t ArtifactsTask) check() error {
	if err := t.Store.check(); err != nil {
		return err
	}
	return checkCopies(t.EnsureDirs, t.Copies)
}

func checkCopies(dirs []string, copies []CopyTask) error {
	for _, dir := range dirs {
		if err := checkFolder("ensureDirs", dir); err != nil {
			return err
		}
	}
	for _, each := range copies {
		if each.What != "file" && each.What != "dir" && each.What != "path" {
			return fmt.Errorf("what is %q, not file, dir or path", each.What)
		}
		if err := checkFolder("to", each.To); err != nil {
			return err
		}
	}
	return nil
}

func (s StoreRef) check() error {
	switch s.Kind {
	case "mount":
		return checkFolder("store.path", s.Path)
	case "s3", "gcs", "wasb":
		if s.Bucket == "" {
			return errors.New("store.bucket is empty")
		}
		return nil
	default:
		return fmt.Errorf("a store of kind %q is not known", s.Kind)
	}
}

func (t GitTask) check() error {
	if t.URL == "" {
		return errors.New("url is empty")
	}
	return checkFolder("path", t.Path)
}

func (t FileTask) check() error       { return checkFolder("folder", t.Folder) }
func (t DockerfileTask) check() error { return checkFolder("folder", t.Folder) }

func (t TensorboardTask) check() error {
	if err := t.Store.check(); err != nil {
		return err
	}
	return checkFolder("to", t.To)
}

func (t CollectTask) check() error {
	if t.Store != nil {
		if err := t.Store.check(); err != nil {
			return err
		}
		if t.StorePath == nil {
			return errors.New("there is a store, but no storePath")
		}
	}
	return checkFolder("artifactsPath", t.ArtifactsPath)
}

// A folder in the container: absolute, and without steps upwards.
func checkFolder(field, folder string) error {
	if !path.IsAbs(folder) || HasDotDot(folder) {
		return fmt.Errorf("%s must be an absolute path without %q", field, "..")
	}
	return nil
}

// HasDotDot tells whether a path has a step upwards, with either slash.
func HasDotDot(name string) bool {
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '\\' }) {
		if part == ".." {
			return true
		}
	}
	return false
}

// CollectResult is what the collector leaves as its termination message (at most 4 KiB, the limit of Kubernetes).
type CollectResult struct {
	V         int             `json:"v"`
	Outputs   json.RawMessage `json:"outputs"`
	Artifacts []Artifact      `json:"artifacts"`
	Problems  []string        `json:"problems"`
	IsMore    bool            `json:"isMore"`
}

// Artifact is one file below the outputs of a run.
type Artifact struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// ResultMark begins the line of the collector's log that holds its whole result.
const ResultMark = "tandem-collect-result "
