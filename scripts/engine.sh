#!/usr/bin/env bash
# Finds a container engine, or installs and starts one where it may. Idempotent.
#
#   scripts/engine.sh            makes sure that an engine answers; prints its address
#   . scripts/engine.sh          defines engine_address, engine_answers, engine_ensure,
#                                and for tests engine_second, engine_second_stop
#
# Looks at DOCKER_HOST, then at the default socket. Where none answers and we are root on Debian or
# Ubuntu, it installs docker.io and starts dockerd, and says so. Otherwise it says what is missing.

engine_address() {
  printf '%s\n' "${DOCKER_HOST:-unix:///var/run/docker.sock}"
}

# True when an engine answers at the address. Asks over the socket itself, so that no docker client is needed.
engine_answers() {
  local address=${1:-$(engine_address)}
  case $address in
    unix://*)
      [ -S "${address#unix://}" ] || return 1
      if command -v curl >/dev/null 2>&1; then
        [ "$(curl -s -m 5 --unix-socket "${address#unix://}" http://docker/_ping 2>/dev/null)" = OK ]
      else
        docker -H "$address" version >/dev/null 2>&1
      fi
      ;;
    tcp://* | http://*)
      [ "$(curl -s -m 5 "http://${address#*://}/_ping" 2>/dev/null)" = OK ]
      ;;
    *) return 1 ;;
  esac
}

engine_is_debian() {
  [ -r /etc/os-release ] && grep -Eqs '^(ID|ID_LIKE)=.*(debian|ubuntu)' /etc/os-release
}

engine_install() {
  echo "engine: installing docker.io (apt-get install docker.io)" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -qq --no-install-recommends docker.io iptables >/dev/null 2>&1 ||
    { apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends docker.io iptables >/dev/null; } || {
      echo "engine: apt-get could not install docker.io; install a Docker engine by hand or set DOCKER_HOST" >&2
      return 1
    }
}

# Starts dockerd so that it outlives this shell.
engine_start() {
  local log=${BALLAST_ENGINE_LOG:-/var/log/dockerd.log}
  echo "engine: starting dockerd (log: $log)" >&2
  if [ -d /run/systemd/system ] && systemctl start docker >/dev/null 2>&1; then :; else
    setsid nohup dockerd >"$log" 2>&1 </dev/null &
  fi
  local i
  for i in $(seq 1 60); do
    engine_answers unix:///var/run/docker.sock && return 0
    sleep 0.5
  done
  echo "engine: dockerd does not answer after 30 s; its last words:" >&2
  tail -n 5 "$log" >&2
  return 1
}

# Ends the dockerd that engine_start began.
engine_stop() {
  if [ -d /run/systemd/system ]; then
    systemctl stop docker docker.socket >/dev/null 2>&1 || true
  elif [ -r /var/run/docker.pid ]; then
    kill "$(cat /var/run/docker.pid)" 2>/dev/null || true
  fi
}

# engine_second DIR BRIDGE CIDR
# Starts an engine beside the first, as another machine's would be: all its files under DIR (a short path: it
# holds sockets), pods on a bridge of its own. It leaves the firewall alone, whose chains are the first
# engine's; so its pods reach this machine and each other only. Prints its address.
engine_second() {
  local dir=$1 bridge=$2 cidr=$3 i
  mkdir -p "$dir"
  # one that was killed leaves its bridge behind
  ip link delete "$bridge" 2>/dev/null || true
  ip link add "$bridge" type bridge && ip address add "$cidr" dev "$bridge" && ip link set "$bridge" up || {
    echo "engine: cannot make the bridge $bridge with address $cidr; that takes root" >&2
    return 1
  }
  setsid nohup dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" \
    -H "unix://$dir/docker.sock" --bridge "$bridge" --iptables=false --ip6tables=false \
    >"$dir/log" 2>&1 </dev/null &
  for i in $(seq 1 60); do
    if engine_answers "unix://$dir/docker.sock"; then
      printf '%s\n' "unix://$dir/docker.sock"
      return 0
    fi
    sleep 0.5
  done
  echo "engine: the second dockerd does not answer after 30 s; its last words:" >&2
  tail -n 5 "$dir/log" >&2
  engine_second_stop "$dir" "$bridge"
  return 1
}

# engine_second_stop DIR BRIDGE: ends it and leaves nothing of it.
engine_second_stop() {
  local dir=$1 bridge=$2 i pid
  if pid=$(cat "$dir/pid" 2>/dev/null); then
    kill "$pid" 2>/dev/null || true
    for i in $(seq 1 60); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.5
    done
  fi
  ip link delete "$bridge" 2>/dev/null || true
  # What dockerd mounts for containers on the machine's own network outlives it.
  umount "$dir"/exec/netns/* 2>/dev/null || true
  rm -rf --one-file-system "$dir"
}

engine_ensure() {
  if engine_answers; then
    return 0
  fi
  if [ -n "${DOCKER_HOST:-}" ]; then
    echo "engine: nothing answers at DOCKER_HOST=$DOCKER_HOST; start it, or unset DOCKER_HOST" >&2
    return 1
  fi
  if [ "$(id -u)" != 0 ]; then
    if [ -S /var/run/docker.sock ]; then
      echo "engine: /var/run/docker.sock does not answer to $(id -un); is dockerd running, and are you in group docker?" >&2
    else
      echo "engine: no container engine: install Docker and start it, set DOCKER_HOST, or run as root on Debian or Ubuntu" >&2
    fi
    return 1
  fi
  if ! command -v dockerd >/dev/null 2>&1; then
    if ! engine_is_debian; then
      echo "engine: no dockerd here, and this is neither Debian nor Ubuntu: install Docker, or set DOCKER_HOST" >&2
      return 1
    fi
    engine_install || return 1
  fi
  engine_start
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -euo pipefail
  engine_ensure
  engine_address
fi
