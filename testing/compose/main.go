// Command compose reads compose files as Docker does, by Docker's own library, and prints the model as JSON.
//
//	compose FILE [OVERRIDE]
//
// It checks them against the schema of the compose specification, and whether they hold together: without a profile,
// and with all of them.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(files []string) error {
	ctx := context.Background()
	for _, profiles := range [][]string{nil, {"*"}} {
		options, err := cli.NewProjectOptions(files, cli.WithOsEnv, cli.WithProfiles(profiles))
		if err != nil {
			return err
		}
		if _, err := options.LoadProject(ctx); err != nil {
			return err
		}
	}
	// The options' own LoadModel leaves the variables out.
	options, err := cli.NewProjectOptions(files, cli.WithOsEnv)
	if err != nil {
		return err
	}
	folder, err := options.GetWorkingDir()
	if err != nil {
		return err
	}
	model, err := loader.LoadModelWithContext(ctx, types.ConfigDetails{
		WorkingDir:  folder,
		ConfigFiles: types.ToConfigFiles(files),
		Environment: options.Environment,
	})
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(model)
}
