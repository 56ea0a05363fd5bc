#!/usr/bin/env bash
# scripts/faults.sh FROM TO [LOG]    runs the fault test's seeds FROM to TO one after the other, each for at least
# 60 s and 5,000 operations, and writes a line a seed to LOG (target/faults/seeds.log). Seeds that are in LOG as OK
# are left out, so a run that was broken off is called again. Needs root, ip and nft.
#   FAULTS_KEEP_BUILD=1   takes the classes of the last call, whatever has been changed since
#   FAULTS_SECONDS, FAULTS_OPERATIONS   longer seeds
#   FAULTS_ONLY="KILL_LEADER …"         these faults only, to measure one
#   FAULTS_UNDER="nice -n 10"           runs each seed under a command
#   FAULTS_WORK=DIR                     for classes and members' files, instead of target/faults
#   FAULTS_UNTIL=20:25                  begins no seed after this time of the day
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
from=${1:?the first seed} to=${2:?the last seed}
work=${FAULTS_WORK:-$here/target/faults}
log=${3:-$work/seeds.log}
mkdir -p "$work"

build() {
  (cd "$here" && ./mvnw -B -q -pl state-grid -am test-compile dependency:build-classpath \
    -Dspotless.check.skip=true -Dmdep.includeScope=test -Dmdep.outputFile="$work/classpath.maven")
  # A copy: whoever goes on building does not disturb what runs.
  rm -rf "$work/classes" && mkdir -p "$work/classes"
  local entry path=""
  for entry in "$here/state-grid/target/test-classes" "$here/state-grid/target/classes" $(tr ':' ' ' <"$work/classpath.maven"); do
    if [ -d "$entry" ]; then
      local copy
      copy="$work/classes/$(echo "${entry#"$here"/}" | tr / -)"
      cp -r "$entry" "$copy"
      entry=$copy
    fi
    path="$path:$entry"
  done
  echo "${path#:}" >"$work/classpath"
}

if [ -z "${FAULTS_KEEP_BUILD:-}" ] || [ ! -f "$work/classpath" ]; then build; fi
java=
for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  if grep -q '^JAVA_VERSION="25' "$candidate/release" 2>/dev/null; then java="$candidate/bin/java" && break; fi
done
[ -n "$java" ] || { echo "faults.sh: no JDK 25 in JAVA_HOME or /usr/lib/jvm" >&2; exit 1; }

for seed in $(seq "$from" "$to"); do
  if [ -z "${FAULTS_ONLY:-}" ] && grep -q "^seed $seed: OK" "$log" 2>/dev/null; then continue; fi
  if [ -n "${FAULTS_UNTIL:-}" ] && [[ ! "$(date +%H:%M)" < "$FAULTS_UNTIL" ]]; then break; fi
  # shellcheck disable=SC2086 # words are wanted
  ${FAULTS_UNDER:-} "$java" -XX:+UseSerialGC -Xmx512m --enable-native-access=ALL-UNNAMED \
    -cp "$(cat "$work/classpath")" dev.ballast.stategrid.faults.FaultLoop "$work/runs" "$seed" "$seed" \
    "${FAULTS_SECONDS:-60}" "${FAULTS_OPERATIONS:-5000}" "${FAULTS_NET:-9}" ${FAULTS_ONLY:-} </dev/null 2>"$work/errors-$seed.log" |
    tee -a "$log" || true
done
