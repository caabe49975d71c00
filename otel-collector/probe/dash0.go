package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Within this time Dash0 has answered or is away.
const dash0Patience = 20 * time.Second

// askDash0 sends an OTLP request without a span and judges the answer. An error means that nothing will arrive until
// a setting is changed; a network that is away is no error, for the Collector keeps what it cannot send.
//
// OTLP over HTTP answers at the host of OTLP over gRPC, port 443; PROBE_DASH0_URL names another one.
func askDash0(variable func(string) string, client *http.Client) error {
	token := strings.TrimSpace(variable("DASH0_AUTH_TOKEN"))
	if token == "" {
		return errors.New("DASH0_AUTH_TOKEN is empty: set an ingesting token of Dash0 (Settings > Auth Tokens) in .env, or leave the profile dash0 out")
	}
	host, dataset := variable("DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME"), variable("DASH0_DATASET")
	url := variable("PROBE_DASH0_URL")
	if url == "" {
		url = "https://" + host
	}
	url += "/v1/traces"

	ctx, cancel := context.WithTimeout(context.Background(), dash0Patience)
	defer cancel()
	// The empty message is an ExportTraceServiceRequest without a span.
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(nil))
	if err != nil {
		return fmt.Errorf("DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME=%q is no host name, such as ingress.eu-west-1.aws.dash0.com", host)
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Dash0-Dataset", dataset)
	response, err := client.Do(request)
	if err != nil {
		fmt.Printf("Dash0 does not answer (%v); the Collector keeps what it cannot send\n", err)
		return nil
	}
	defer response.Body.Close()
	switch code := response.StatusCode; {
	case code < 300:
		fmt.Printf("Dash0 takes the token, data set %q\n", dataset)
		return nil
	case code == http.StatusUnauthorized:
		return fmt.Errorf("%s answers 401: it does not know the token in DASH0_AUTH_TOKEN. Was it revoked, or is it of another region than DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME?", url)
	case code == http.StatusForbidden:
		return fmt.Errorf("%s answers 403: the token may not write to the data set DASH0_DATASET=%q, or has no permission for ingesting", url, dataset)
	case code == http.StatusNotFound:
		return fmt.Errorf("%s answers 404: nobody takes OTLP there. DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME wants the host name under Settings > Endpoints", url)
	default:
		fmt.Printf("Dash0 answers %s; the Collector tries again until it takes the data\n", response.Status)
		return nil
	}
}
