#!/bin/sh
# Downloads an OpenSearch node for the engine tests into a cache folder and prints the folder of its jars.
# A second call with the same folder prints it at once. Needs Maven; the tests need Java 21 or newer, which
# CLAUDE_SIEM_JAVA names when the one on the PATH is older. The tests start and stop the node.
#
#   export CLAUDE_SIEM_OPENSEARCH="$(scripts/engines/opensearch.sh ~/.cache/claude-siem)"
set -eu

cache=${1:?"usage: opensearch.sh CACHE_FOLDER"}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
# The jars belong to this list of dependencies: another list is another folder.
folder=$cache/opensearch-$(cksum <"$here/opensearch.pom.xml" | cut -d ' ' -f 1)

if [ ! -f "$folder/complete" ]; then
  command -v mvn >/dev/null || { echo "opensearch.sh: mvn is not on the PATH; install Maven" >&2; exit 1; }
  mkdir -p "$folder"
  mvn -q -B -f "$here/opensearch.pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/lib" >&2
  touch "$folder/complete"
fi
echo "$folder/lib"
