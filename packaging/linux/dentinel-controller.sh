#!/bin/sh
# The controller's files belong to its own user: root at the shell becomes that user for the folder
# of the package, so that nothing in it ends up root's. Another folder is named by --home.
program=/opt/dentinel-controller/bin/dentinel-controller
for word in "$@"; do
    case "$word" in --home|--home=*) exec "$program" "$@" ;; esac
done
if [ "$(id -u)" -ne 0 ] || [ -n "${DENTINEL_CONTROLLER_HOME:-}${DENTINEL_HOME:-}" ]; then
    exec "$program" "$@"
fi
# The addresses that the service says: join strings must name the same.
if [ -r /etc/dentinel-controller/environment ]; then
    set -a
    . /etc/dentinel-controller/environment
    set +a
fi
exec setpriv --reuid=dentinel-controller --regid=dentinel-controller --init-groups \
    --inh-caps=-all --reset-env -- env HOME=/var/lib/dentinel-controller \
    DENTINEL_CONTROLLER_AGENTS="${DENTINEL_CONTROLLER_AGENTS:-localhost:8443}" \
    DENTINEL_CONTROLLER_URL="${DENTINEL_CONTROLLER_URL:-http://localhost:8444}" \
    ${DENTINEL_CONTROLLER_PEOPLE_CERT:+"DENTINEL_CONTROLLER_PEOPLE_CERT=$DENTINEL_CONTROLLER_PEOPLE_CERT"} \
    TERM="${TERM:-dumb}" "$program" "$@"
