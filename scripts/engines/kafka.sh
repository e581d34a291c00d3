#!/bin/sh
# Downloads the Kafka broker for the engine tests into a cache folder and prints the folder of its jars.
# A second call with the same folder prints it at once. Needs Maven and Java 17 or newer.
#
#   export CLAUDE_SIEM_KAFKA_LIB="$(scripts/engines/kafka.sh ~/.cache/claude-siem)"
set -eu

cache=${1:?"usage: kafka.sh CACHE_FOLDER"}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
# The jars belong to this list of dependencies: another list is another folder.
folder=$cache/kafka-$(cksum <"$here/kafka.pom.xml" | cut -d ' ' -f 1)

if [ ! -f "$folder/complete" ]; then
  command -v mvn >/dev/null || { echo "kafka.sh: mvn is not on the PATH; install Maven" >&2; exit 1; }
  mkdir -p "$folder"
  mvn -q -B -f "$here/kafka.pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/lib" >&2
  touch "$folder/complete"
fi
echo "$folder/lib"
