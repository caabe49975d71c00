module bellwether/testing/grafana

go 1.26.0

tool bellwether/testing/grafana

require github.com/grafana/grafana-foundation-sdk/go v0.0.18
