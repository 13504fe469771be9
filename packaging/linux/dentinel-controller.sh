#!/bin/sh
# The controller's files belong to its own user: root at the shell becomes the user who owns the home
# that is meant, so that nothing in it ends up root's, and nothing that lies in it leads root astray.
program=/opt/dentinel-controller/bin/dentinel-controller
ours=/var/lib/dentinel-controller
home=${DENTINEL_CONTROLLER_HOME:-${DENTINEL_HOME:-$ours}}
before=
for word in "$@"; do
    case "$before $word" in
        "--home "*) home=$word ;;
        *" --home="*) home=${word#--home=} ;;
    esac
    before=$word
done
if [ "$(id -u)" -ne 0 ]; then
    exec "$program" "$@"
fi
if [ "$home" = "$ours" ]; then
    owner=dentinel-controller
    # The addresses that the service says: join strings must name the same.
    if [ -r /etc/dentinel-controller/environment ]; then
        set -a
        . /etc/dentinel-controller/environment
        set +a
    fi
else
    owner=$(stat --dereference --format=%u -- "$home" 2>/dev/null || echo 0)
    [ "$owner" -ne 0 ] || exec "$program" "$@"
fi
# Of a user with a name the groups that he is in: one of them may be that of a certificate.
if group=$(id -g "$owner" 2>/dev/null); then
    others=--init-groups
else
    group=$(stat --dereference --format=%g -- "$home") others=--clear-groups
fi
exec setpriv --reuid="$owner" --regid="$group" "$others" \
    --inh-caps=-all --reset-env -- env HOME="$home" DENTINEL_CONTROLLER_HOME="$home" \
    DENTINEL_CONTROLLER_AGENTS="${DENTINEL_CONTROLLER_AGENTS:-localhost:8443}" \
    DENTINEL_CONTROLLER_URL="${DENTINEL_CONTROLLER_URL:-http://localhost:8444}" \
    ${DENTINEL_CONTROLLER_PEOPLE_CERT:+"DENTINEL_CONTROLLER_PEOPLE_CERT=$DENTINEL_CONTROLLER_PEOPLE_CERT"} \
    TERM="${TERM:-dumb}" "$program" "$@"
