package collect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"syscall"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/clean"
)

// Same limits as the process executor (agent/src/adapters/process/collect.ts).
const (
	largestOutputs = 256 * 1024
	mostArtifacts  = 1000
	mostProblems   = 20
	// Kubernetes keeps so many bytes of a termination message.
	largestMessage = 4096
)

// readOutputs gives the outputs as the run wrote them, numbers and all, or a problem.
func readOutputs(file string) (json.RawMessage, string) {
	name := filepath.Base(file)
	opened, err := os.OpenFile(file, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, ""
	}
	if errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.ENXIO) {
		return nil, fmt.Sprintf("OutputsInvalid: %s is not a plain file.", name)
	}
	if err != nil {
		return nil, fmt.Sprintf("OutputsInvalid: %s cannot be read.", name)
	}
	defer opened.Close()
	info, err := opened.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Sprintf("OutputsInvalid: %s is not a plain file.", name)
	}
	if info.Size() > largestOutputs {
		return nil, fmt.Sprintf("OutputsInvalid: %s is larger than %d KiB.", name, largestOutputs/1024)
	}
	text, err := io.ReadAll(io.LimitReader(opened, largestOutputs))
	if err != nil {
		return nil, fmt.Sprintf("OutputsInvalid: %s cannot be read.", name)
	}
	var short bytes.Buffer
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) == 0 || trimmed[0] != '{' || json.Compact(&short, trimmed) != nil {
		return nil, fmt.Sprintf("OutputsInvalid: %s is not a JSON object.", name)
	}
	return short.Bytes(), ""
}

// listArtifacts gives the files below outputs that are known to be in the store, in order of their paths.
func (s *syncer) listArtifacts() []helper.Artifact {
	s.guard.Lock()
	defer s.guard.Unlock()
	var names []string
	for name := range s.snapshot {
		if isArtifact(name) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	artifacts := []helper.Artifact{}
	for _, name := range names {
		info, err := s.root.Lstat(name)
		if err != nil || !info.Mode().IsRegular() || len(artifacts) >= mostArtifacts {
			continue // taken away by the run, or too many to list; the files stay in the store
		}
		known := s.snapshot[name]
		artifacts = append(artifacts, helper.Artifact{
			Name: path.Base(name), Kind: "file", Path: name, Size: known.Size, SHA256: known.SHA256,
		})
	}
	return artifacts
}

// encode gives the termination message, and the whole result where it does not fit; else nil.
func encode(result helper.CollectResult) (message, whole []byte, err error) {
	message, err = marshal(result)
	if err != nil || len(message) <= largestMessage {
		return message, nil, err
	}
	whole = message
	short := helper.CollectResult{V: 1, Outputs: result.Outputs, Artifacts: []helper.Artifact{}, Problems: result.Problems, IsMore: true}
	if message, err = marshal(short); err != nil || len(message) <= largestMessage {
		return message, whole, err
	}
	short.Outputs = nil
	if message, err = marshal(short); err != nil || len(message) <= largestMessage {
		return message, whole, err
	}
	short.Problems = []string{}
	message, err = marshal(short)
	return message, whole, err
}

func marshal(result helper.CollectResult) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(result); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(buffer.Bytes()), nil
}

// problems collects sentences, each once, and says how many more there were.
type problems struct {
	list []string
	more int
}

func (p *problems) add(sentence string) {
	sentence = clean.Sentence(sentence)
	for _, each := range p.list {
		if each == sentence {
			return
		}
	}
	if len(p.list) >= mostProblems {
		p.more++
		return
	}
	p.list = append(p.list, sentence)
}

func (p *problems) sentences() []string {
	if p.more == 0 {
		return append([]string{}, p.list...)
	}
	return append(append([]string{}, p.list...), fmt.Sprintf("There are %d more problems.", p.more))
}
