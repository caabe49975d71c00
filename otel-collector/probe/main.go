// Command probe says with its exit code whether something is well: a healthcheck for images without a shell.
//
//	probe URL           whether a GET is answered with 2xx
//	probe fresh DIR AGE whether a file under DIR was written within AGE
//	probe dash0         whether Dash0 takes the token of DASH0_AUTH_TOKEN
//
// It is one static file and has no dependencies.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Docker's own limit is five seconds; this one comes first, so that the reason is said.
const patience = 4 * time.Second

const usage = "usage: probe URL | probe fresh DIR AGE | probe dash0"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) == 1 && arguments[0] == "dash0":
		return askDash0(os.Getenv, http.DefaultClient)
	case len(arguments) == 3 && arguments[0] == "fresh":
		age, err := time.ParseDuration(arguments[2])
		if err != nil {
			return err
		}
		return fresh(arguments[1], age)
	case len(arguments) == 1:
		return answers(arguments[0])
	}
	return errors.New(usage)
}

func answers(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	// Always this machine: a proxy of the environment has no part in it.
	client := http.Client{Transport: &http.Transport{}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}

func fresh(folder string, age time.Duration) error {
	var newest time.Time
	err := filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
		return nil
	})
	if err != nil {
		return err
	}
	if newest.IsZero() {
		return fmt.Errorf("no file under %s", folder)
	}
	if since := time.Since(newest); since > age {
		return fmt.Errorf("nothing was written under %s for %s", folder, since.Round(time.Second))
	}
	return nil
}
