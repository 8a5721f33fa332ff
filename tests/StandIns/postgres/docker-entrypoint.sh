#!/bin/bash
# Makes the cluster on the first start, and then runs the server.
set -euo pipefail
[[ ${1:-} == -* ]] && set -- postgres "$@"
[[ ${1:-} == postgres ]] || exec "$@"
if [[ $(id -u) == 0 ]]; then
    mkdir -p "$PGDATA"
    chown -R postgres "$PGDATA"
    chmod 700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

setting() {
    local file=${1}_FILE
    if [[ -n ${!file:-} ]]; then echo "$(<"${!file}")"; else echo "${!1:-$2}"; fi
}
if [[ ! -s $PGDATA/PG_VERSION ]]; then
    user=$(setting POSTGRES_USER postgres) password=$(setting POSTGRES_PASSWORD '') database=$(setting POSTGRES_DB "$(setting POSTGRES_USER postgres)")
    if [[ -z $password && ${POSTGRES_HOST_AUTH_METHOD:-} != trust ]]; then
        echo "POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE is needed for the first start." >&2
        exit 1
    fi
    # shellcheck disable=SC2086
    initdb --username="$user" --pwfile=<(printf '%s\n' "$password") ${POSTGRES_INITDB_ARGS:-}
    echo "host all all all ${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
    PGPASSWORD=$password pg_ctl --wait -o '-c listen_addresses=' start
    if [[ $database != postgres ]]; then
        PGPASSWORD=$password createdb --username="$user" --no-password "$database"
    fi
    pg_ctl --wait -m fast stop
fi
exec "$@" -c listen_addresses=*
