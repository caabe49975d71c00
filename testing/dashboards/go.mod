module bellwether/testing/dashboards

go 1.26.5

tool bellwether/testing/dashboards

require (
	github.com/grafana/grafana-foundation-sdk/go v0.0.18
	github.com/perses/spec v0.2.0-rc.0
	gopkg.in/yaml.v3 v3.0.1
)
