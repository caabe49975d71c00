package main

import (
	"github.com/open-telemetry/opentelemetry-collector-contrib/connector/countconnector"
	"github.com/open-telemetry/opentelemetry-collector-contrib/connector/spanmetricsconnector"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/bearertokenauthextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/healthcheckextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/deltatocumulativeprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/resourcedetectionprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/tailsamplingprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/dockerstatsreceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/hostmetricsreceiver"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/forwardconnector"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/exporter/otlphttpexporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/memorylimiterprocessor"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
)

const (
	core    = "go.opentelemetry.io/collector/"
	contrib = "github.com/open-telemetry/opentelemetry-collector-contrib/"
)

// module names the Go module of a component, as `otelcol-bellwether components` prints it.
type module struct {
	path    string
	version string
}

func (m module) String() string { return m.path + " " + m.version }

// components lists the factories of manifest.yaml, with the module each comes from.
func components() (otelcol.Factories, error) {
	factories := otelcol.Factories{Telemetry: otelconftelemetry.NewFactory()}
	var err error

	if factories.Receivers, factories.ReceiverModules, err = gather(
		entry[receiver.Factory]{otlpreceiver.NewFactory(), module{core + "receiver/otlpreceiver", "v0.158.0"}},
		entry[receiver.Factory]{hostmetricsreceiver.NewFactory(), module{contrib + "receiver/hostmetricsreceiver", "v0.158.0"}},
		entry[receiver.Factory]{dockerstatsreceiver.NewFactory(), module{contrib + "receiver/dockerstatsreceiver", "v0.152.0"}},
	); err != nil {
		return otelcol.Factories{}, err
	}

	if factories.Processors, factories.ProcessorModules, err = gather(
		entry[processor.Factory]{memorylimiterprocessor.NewFactory(), module{core + "processor/memorylimiterprocessor", "v0.158.0"}},
		entry[processor.Factory]{deltatocumulativeprocessor.NewFactory(), module{contrib + "processor/deltatocumulativeprocessor", "v0.158.0"}},
		entry[processor.Factory]{redactionprocessor.NewFactory(), module{contrib + "processor/redactionprocessor", "v0.158.0"}},
		entry[processor.Factory]{resourcedetectionprocessor.NewFactory(), module{contrib + "processor/resourcedetectionprocessor", "v0.158.0"}},
		entry[processor.Factory]{tailsamplingprocessor.NewFactory(), module{contrib + "processor/tailsamplingprocessor", "v0.158.0"}},
		entry[processor.Factory]{transformprocessor.NewFactory(), module{contrib + "processor/transformprocessor", "v0.158.0"}},
	); err != nil {
		return otelcol.Factories{}, err
	}

	if factories.Exporters, factories.ExporterModules, err = gather(
		entry[exporter.Factory]{otlpexporter.NewFactory(), module{core + "exporter/otlpexporter", "v0.158.0"}},
		entry[exporter.Factory]{otlphttpexporter.NewFactory(), module{core + "exporter/otlphttpexporter", "v0.158.0"}},
		entry[exporter.Factory]{fileexporter.NewFactory(), module{contrib + "exporter/fileexporter", "v0.158.0"}},
	); err != nil {
		return otelcol.Factories{}, err
	}

	if factories.Connectors, factories.ConnectorModules, err = gather(
		entry[connector.Factory]{forwardconnector.NewFactory(), module{core + "connector/forwardconnector", "v0.158.0"}},
		entry[connector.Factory]{countconnector.NewFactory(), module{contrib + "connector/countconnector", "v0.158.0"}},
		entry[connector.Factory]{spanmetricsconnector.NewFactory(), module{contrib + "connector/spanmetricsconnector", "v0.158.0"}},
	); err != nil {
		return otelcol.Factories{}, err
	}

	if factories.Extensions, factories.ExtensionModules, err = gather(
		entry[extension.Factory]{bearertokenauthextension.NewFactory(), module{contrib + "extension/bearertokenauthextension", "v0.158.0"}},
		entry[extension.Factory]{healthcheckextension.NewFactory(), module{contrib + "extension/healthcheckextension", "v0.158.0"}},
		entry[extension.Factory]{filestorage.NewFactory(), module{contrib + "extension/storage/filestorage", "v0.158.0"}},
	); err != nil {
		return otelcol.Factories{}, err
	}

	return factories, nil
}

// entry is one component's factory and the module it comes from.
type entry[F component.Factory] struct {
	factory F
	from    module
}

// gather turns entries into the two maps the Collector asks for: factories by type (two of one type are an error),
// and module names by type.
func gather[F component.Factory](entries ...entry[F]) (map[component.Type]F, map[component.Type]string, error) {
	factories := make([]F, 0, len(entries))
	modules := make(map[component.Type]string, len(entries))
	for _, e := range entries {
		factories = append(factories, e.factory)
		modules[e.factory.Type()] = e.from.String()
	}
	byType, err := otelcol.MakeFactoryMap(factories...)
	if err != nil {
		return nil, nil, err
	}
	return byType, modules, nil
}
