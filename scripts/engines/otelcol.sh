#!/bin/sh
# Builds the OpenTelemetry Collector for the engine tests into a cache folder and prints the binary's
# path. A second call with the same folder prints it at once. Needs Go 1.24 or newer.
#
#   export CLAUDE_SIEM_OTELCOL="$(scripts/engines/otelcol.sh ~/.cache/claude-siem)"
set -eu

version=0.145.0
cache=${1:?"usage: otelcol.sh CACHE_FOLDER"}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
# The binary belongs to this list of modules: another list is another folder.
folder=$cache/otelcol-$version-$(cksum <"$here/otelcol.builder.yaml" | cut -d ' ' -f 1)
binary=$folder/otelcol/otelcol

if [ ! -x "$binary" ]; then
  command -v go >/dev/null || { echo "otelcol.sh: go is not on the PATH; install Go 1.24 or newer" >&2; exit 1; }
  mkdir -p "$folder"
  cp "$here/otelcol.builder.yaml" "$folder/builder.yaml"
  {
    GOBIN=$folder go install "go.opentelemetry.io/collector/cmd/builder@v$version"
    cd "$folder"
    CGO_ENABLED=0 ./builder --config builder.yaml
  } >&2
fi
echo "$binary"
