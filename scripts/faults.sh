#!/usr/bin/env bash
# scripts/faults.sh FROM TO [LOG]    runs the fault test's seeds FROM to TO, each for at least 60 s and 5,000
# operations, and writes a line a seed to LOG (target/faults/seeds.log). Seeds that are in LOG as OK are left out, so
# a run that was broken off is called again. Needs root, ip and nft.
#   FAULTS_SIDE_BY_SIDE=2 so many at once, on nets FAULTS_NET, FAULTS_NET-1, … (9, 8, …): two on two cores that do nothing else
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
say() { printf '%s\n' "$*" >&2; }
# shellcheck source=scripts/tools.sh
. "$here/scripts/tools.sh"
ensure_fault_tools

build() {
  (cd "$here" && ./mvnw -B -q -pl state-grid -am test-compile dependency:build-classpath \
    -Dspotless.check.skip=true -Dmdep.includeScope=test -Dmdep.outputFile="$work/classpath.maven")
  # A copy, in jars: whoever goes on building does not disturb what runs, and the JVM can keep an archive of it.
  rm -rf "$work/classes" "$work/members.aot" && mkdir -p "$work/classes"
  local entry path=""
  for entry in "$here/state-grid/target/test-classes" "$here/state-grid/target/classes" $(tr ':' ' ' <"$work/classpath.maven"); do
    if [ -d "$entry" ]; then
      local copy
      copy="$work/classes/$(echo "${entry#"$here"/}" | tr / -).jar"
      "$java/bin/jar" -c -f "$copy" -C "$entry" .
      entry=$copy
    fi
    path="$path:$entry"
  done
  echo "${path#:}" >"$work/classpath"
  archive
}

# Members that start from an archive take half of the processor's time. A member alone leaves it when it is stopped; its
# flags that concern memory are those of the fault test's members.
archive() {
  local alone="$work/alone" log="$work/archive.log" member
  rm -rf "$alone" && mkdir -p "$alone"
  "$java/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx192m -XX:AOTCacheOutput="$work/members.aot" \
    --enable-native-access=ALL-UNNAMED -cp "$(cat "$work/classpath")" dev.ballast.stategrid.faults.FaultMember \
    "$alone/data" 00000000-0000-0000-0000-000000000001 m0 127.0.0.1:27301 27302 true >"$log" 2>&1 &
  member=$!
  for _ in $(seq 240); do
    if grep -q 'this member leads' "$log" || ! kill -0 "$member" 2>/dev/null; then break; fi
    sleep 0.25
  done
  kill "$member" 2>/dev/null || true
  wait "$member" || true
  rm -rf "$alone"
  [ -f "$work/members.aot" ] || echo "faults.sh: no archive was made, members start slower; see $log" >&2
}

# run NET PLACE SEED SECONDS OPERATIONS [FAULT…]
run() {
  local net=$1 place=$2 seed=$3 seconds=$4 operations=$5
  shift 5
  # shellcheck disable=SC2086 # words are wanted
  ${FAULTS_UNDER:-} "$java/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx384m --enable-native-access=ALL-UNNAMED \
    "-Dballast.faults.archive=$work/members.aot" -cp "$(cat "$work/classpath")" \
    dev.ballast.stategrid.faults.FaultLoop "$place" "$seed" "$seed" "$seconds" "$operations" "$net" "$@" </dev/null
}

one() {
  local seed=$1
  if [ -z "${FAULTS_ONLY:-}" ] && grep -q "^seed $seed: OK" "$log" 2>/dev/null; then return 0; fi
  if [ -n "${FAULTS_UNTIL:-}" ] && [[ ! "$(date +%H:%M)" < "$FAULTS_UNTIL" ]]; then return 0; fi
  # shellcheck disable=SC2086 # words are wanted
  run $((${FAULTS_NET:-9} - ${side:-0})) "$work/runs" "$seed" "${FAULTS_SECONDS:-60}" "${FAULTS_OPERATIONS:-5000}" \
    ${FAULTS_ONLY:-} 2>"$work/errors-$seed.log" | tee -a "$log" || true
}

java=
for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  if grep -q '^JAVA_VERSION="25' "$candidate/release" 2>/dev/null; then java=$candidate && break; fi
done
[ -n "$java" ] || { echo "faults.sh: no JDK 25 in JAVA_HOME or /usr/lib/jvm" >&2; exit 1; }
if [ -z "${FAULTS_KEEP_BUILD:-}" ] || [ ! -f "$work/classpath" ]; then build; fi

export -f run one
export java work log
seq "$from" "$to" | xargs -P "${FAULTS_SIDE_BY_SIDE:-1}" -I{} --process-slot-var=side bash -c 'one {}'
