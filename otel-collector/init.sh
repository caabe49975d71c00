#!/bin/sh
# Prepares the volumes of the stack. It may run any number of times. It is root with one capability, CHOWN: it can give
# files away but not write where somebody else owns the folder, so what it writes lies in folders that stay its own.
set -eu
volumes=${1:-/volumes}

# The healthcheck of images without a shell. In place at once: a check may run while this does.
cp "${2:-/probe}" "$volumes/tools/.probe"
chmod 0755 "$volumes/tools/.probe"
mv "$volumes/tools/.probe" "$volumes/tools/probe"

# Grafana takes it when its volume is new. Never admin/admin: without a choice it is 24 random bytes.
secret="$volumes/grafana-secret/admin-password"
if [ ! -s "$secret" ]; then
  umask 077
  if [ -n "${GRAFANA_ADMIN_PASSWORD:-}" ]; then
    printf %s "$GRAFANA_ADMIN_PASSWORD" >"$secret"
  else
    head -c 24 /dev/urandom | base64 | tr -d '\n' >"$secret"
  fi
  chmod 0440 "$secret"
  chown 472:0 "$secret"
fi

chown 10001:10001 "$volumes/collector" "$volumes/tempo" "$volumes/loki" "$volumes/demo"
chown 65534:65534 "$volumes/prometheus" "$volumes/alertmanager"
chown 472:0 "$volumes/grafana"
