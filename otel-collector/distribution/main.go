// Command otelcol-bellwether is the OpenTelemetry Collector with the components that Bellwether's configuration layers use.
//
// It follows manifest.yaml in the shape the OpenTelemetry Collector Builder generates: this file holds the command and
// its configuration sources, components.go the factories.
package main

import (
	"os"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.opentelemetry.io/collector/otelcol"
)

func main() {
	settings := otelcol.CollectorSettings{
		BuildInfo: component.BuildInfo{
			Command:     "otelcol-bellwether",
			Description: "OpenTelemetry Collector for Bellwether",
			Version:     "0.1.0",
		},
		Factories: components,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{
			ResolverSettings: confmap.ResolverSettings{
				ProviderFactories: []confmap.ProviderFactory{
					envprovider.NewFactory(),
					fileprovider.NewFactory(),
					yamlprovider.NewFactory(),
				},
				// `${NAME}` without a scheme means `${env:NAME}`.
				DefaultScheme: "env",
			},
		},
		ProviderModules: map[string]string{
			"env":  "go.opentelemetry.io/collector/confmap/provider/envprovider v1.64.0",
			"file": "go.opentelemetry.io/collector/confmap/provider/fileprovider v1.64.0",
			"yaml": "go.opentelemetry.io/collector/confmap/provider/yamlprovider v1.64.0",
		},
	}

	// The command prints its own errors.
	if err := otelcol.NewCommand(settings).Execute(); err != nil {
		os.Exit(1)
	}
}
