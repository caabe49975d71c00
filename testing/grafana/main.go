// Command dashboards reads classic Grafana dashboards strictly, by Grafana's own types.
//
//	dashboards FILE…
//
// A field that Grafana's schema does not have is an error, in the options of each kind of panel as well, and so is a
// value that the schema does not allow. Every error of every file is printed.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
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
	var board dashboard.Dashboard
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
