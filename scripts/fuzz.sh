#!/usr/bin/env bash
# scripts/fuzz.sh FROM TO [LOG]    runs the planner's differential fuzz over the seeds FROM to TO and writes a line for
# every 100 of them to LOG (target/fuzz/seeds.log), and one for each that is wrong. What LOG has is left out, so a run
# that was broken off is called again. Several runs at once need a LOG and seeds of their own each.
#   FUZZ_KEEP_BUILD=1         takes the classes of the last call, whatever has been changed since
#   FUZZ_UNDER="nice -n 15"   runs it under a command
#   FUZZ_WORK=DIR             for the classes, instead of target/fuzz
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
from=${1:?the first seed} to=${2:?the last seed}
work=${FUZZ_WORK:-$here/target/fuzz}
log=${3:-$work/seeds.log}
mkdir -p "$work"

build() {
  (cd "$here" && ./mvnw -B -q -pl planner -am test-compile dependency:build-classpath \
    -Dspotless.check.skip=true -Dmdep.includeScope=test -Dmdep.outputFile="$work/classpath.maven")
  # A copy: whoever goes on building does not disturb what runs.
  rm -rf "$work/classes" && mkdir -p "$work/classes"
  local entry copy path=""
  for entry in "$here/planner/target/test-classes" "$here/planner/target/classes" $(tr ':' ' ' <"$work/classpath.maven"); do
    if [ -d "$entry" ]; then
      copy="$work/classes/$(echo "${entry#"$here"/}" | tr / -)"
      cp -r "$entry" "$copy"
      entry=$copy
    fi
    path="$path:$entry"
  done
  echo "${path#:}" >"$work/classpath"
}

if [ -z "${FUZZ_KEEP_BUILD:-}" ] || [ ! -f "$work/classpath" ]; then build; fi
java=
for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  if grep -q '^JAVA_VERSION="25' "$candidate/release" 2>/dev/null; then java="$candidate/bin/java" && break; fi
done
[ -n "$java" ] || { echo "fuzz.sh: no JDK 25 in JAVA_HOME or /usr/lib/jvm" >&2; exit 1; }

# shellcheck disable=SC2086 # words are wanted
exec ${FUZZ_UNDER:-} "$java" -XX:+UseSerialGC -Xmx512m \
  -Djava.util.logging.config.file="$here/planner/src/test/resources/logging.properties" \
  -cp "$(cat "$work/classpath")" dev.ballast.planner.solve.FuzzRun "$from" "$to" "$log"
