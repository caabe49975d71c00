package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func answering(t *testing.T, code int, seen *http.Request) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seen != nil {
			*seen = *r.Clone(r.Context())
		}
		w.WriteHeader(code)
	}))
	t.Cleanup(server.Close)
	return server
}

func TestAnAnswerCountsByItsStatus(t *testing.T) {
	for code, isWell := range map[int]bool{200: true, 204: true, 404: false, 503: false} {
		err := run([]string{answering(t, code, nil).URL})
		if (err == nil) != isWell {
			t.Errorf("%d: %v", code, err)
		}
	}
	if err := run([]string{"http://127.0.0.1:1/"}); err == nil {
		t.Error("nobody listens there")
	}
}

func TestAProxyIsNotAsked(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("http_proxy", "http://127.0.0.1:1")
	if err := run([]string{answering(t, 200, nil).URL}); err != nil {
		t.Error(err)
	}
}

func TestFilesAreFreshOrNot(t *testing.T) {
	folder := t.TempDir()
	if err := run([]string{"fresh", folder, "2m"}); err == nil {
		t.Error("there is no file")
	}
	file := filepath.Join(folder, "a", "b")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run([]string{"fresh", folder, "2m"}); err != nil {
		t.Error(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(file, old, old); err != nil {
		t.Fatal(err)
	}
	if err := run([]string{"fresh", folder, "2m"}); err == nil {
		t.Error("it is an hour old")
	}
}

func TestDash0IsAskedAndItsAnswerTold(t *testing.T) {
	cases := []struct {
		code    int
		refusal string
	}{
		{200, ""},
		{401, "DASH0_AUTH_TOKEN"},
		{403, "DASH0_DATASET"},
		{404, "DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME"},
		{429, ""},
		{503, ""},
	}
	for _, c := range cases {
		var seen http.Request
		variables := map[string]string{
			"DASH0_AUTH_TOKEN": "auth_secret", "DASH0_DATASET": "staging",
			"PROBE_DASH0_URL": answering(t, c.code, &seen).URL,
		}
		err := askDash0(func(name string) string { return variables[name] }, http.DefaultClient)
		if (err == nil) != (c.refusal == "") {
			t.Errorf("%d: %v", c.code, err)
		}
		if err != nil && !strings.Contains(err.Error(), c.refusal) {
			t.Errorf("%d does not name %s: %v", c.code, c.refusal, err)
		}
		if err != nil && strings.Contains(err.Error(), "auth_secret") {
			t.Error("the token is told")
		}
		if seen.URL.Path != "/v1/traces" || seen.Header.Get("Authorization") != "Bearer auth_secret" || seen.Header.Get("Dash0-Dataset") != "staging" {
			t.Errorf("asked %v with %v", seen.URL, seen.Header)
		}
	}
}

func TestWithoutATokenNobodyIsAsked(t *testing.T) {
	err := askDash0(func(string) string { return " " }, http.DefaultClient)
	if err == nil || !strings.Contains(err.Error(), "DASH0_AUTH_TOKEN") {
		t.Error(err)
	}
}

func TestANetworkThatIsAwayIsNoRefusal(t *testing.T) {
	variables := map[string]string{"DASH0_AUTH_TOKEN": "x", "PROBE_DASH0_URL": "http://127.0.0.1:1"}
	if err := askDash0(func(name string) string { return variables[name] }, http.DefaultClient); err != nil {
		t.Error(err)
	}
}
