// Command dashboards reads dashboards strictly, by the types of the projects that they are for.
//
//	dashboards FILE…
//
// A .json file is a classic dashboard of Grafana, a .yaml file a dashboard of Perses. Every error of every file is
// printed.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	grafana "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	perses "github.com/perses/spec/go/dashboard"
	"gopkg.in/yaml.v3"
)

func main() {
	plugins.RegisterDefaultPlugins()
	failed := false
	for _, file := range os.Args[1:] {
		for _, problem := range check(file) {
			failed = true
			fmt.Fprintf(os.Stderr, "%s: %s\n", file, problem)
		}
	}
	if failed {
		os.Exit(1)
	}
}

func check(file string) []string {
	text, err := os.ReadFile(file)
	if err != nil {
		return []string{err.Error()}
	}
	if strings.HasSuffix(file, ".json") {
		return checkGrafana(text)
	}
	return checkPerses(text)
}

// A field that Grafana's schema does not have is an error, in the options of each kind of panel as well, and so is a
// value that the schema does not allow.
func checkGrafana(text []byte) []string {
	var board grafana.Dashboard
	problems := all(board.UnmarshalJSONStrict(text))
	return append(problems, all(board.Validate())...)
}

// A list of no errors is not nil.
func all(err error) []string {
	var many cog.BuildErrors
	if !errors.As(err, &many) {
		if err == nil {
			return nil
		}
		return []string{err.Error()}
	}
	problems := make([]string, 0, len(many))
	for _, one := range many {
		problems = append(problems, one.Error())
	}
	return problems
}

type resource struct {
	APIVersion string      `json:"apiVersion"`
	Kind       string      `json:"kind"`
	Metadata   metadata    `json:"metadata"`
	Spec       perses.Spec `json:"spec"`
}

type metadata struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels,omitempty"`
}

// The types validate themselves, but read past what they do not know: what is not there any more when they are written
// again was no field of theirs. What the plugins of panels and queries take is not in these types.
func checkPerses(text []byte) []string {
	var given any
	if err := yaml.Unmarshal(text, &given); err != nil {
		return []string{err.Error()}
	}
	asJSON, err := json.Marshal(given)
	if err != nil {
		return []string{err.Error()}
	}
	var read resource
	if err := json.Unmarshal(asJSON, &read); err != nil {
		return []string{err.Error()}
	}
	var problems []string
	if read.APIVersion != "perses.dev/v1alpha1" || read.Kind != "PersesDashboard" {
		problems = append(problems, "is no PersesDashboard of perses.dev/v1alpha1")
	}
	written, err := json.Marshal(read)
	if err != nil {
		return append(problems, err.Error())
	}
	var kept any
	if err := json.Unmarshal(written, &kept); err != nil {
		return append(problems, err.Error())
	}
	if err := json.Unmarshal(asJSON, &given); err != nil {
		return append(problems, err.Error())
	}
	return append(problems, lost(given, kept, "")...)
}

// Fields of one value that another does not have. Empty values are left out when written.
func lost(given, kept any, path string) []string {
	var problems []string
	switch given := given.(type) {
	case map[string]any:
		kept, _ := kept.(map[string]any)
		keys := make([]string, 0, len(given))
		for key := range given {
			keys = append(keys, key)
		}
		sort.Strings(keys)
		for _, key := range keys {
			value, there := kept[key]
			if !there && !empty(given[key]) {
				problems = append(problems, fmt.Sprintf("%s.%s: unexpected field", path, key))
				continue
			}
			problems = append(problems, lost(given[key], value, path+"."+key)...)
		}
	case []any:
		kept, _ := kept.([]any)
		for index, item := range given {
			if index < len(kept) {
				problems = append(problems, lost(item, kept[index], fmt.Sprintf("%s[%d]", path, index))...)
			}
		}
	}
	return problems
}

func empty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case bool:
		return !value
	case float64:
		return value == 0
	case string:
		return value == ""
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	}
	return false
}
