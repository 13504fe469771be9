#!/bin/sh
# A monitor for an RMM, on Linux and macOS: one line for a custom field, and an exit code.
#
#   0 well   1 a rule fails   3 something is unknown   4 the agent needs a person, or is not there
#
# With 4 the faults that `dentinel doctor` finds follow, each with what to do. The first line is
# that of `dentinel status --format line`; what follows its bar are numbers, for a graph.
set -u
PATH=/opt/dentinel/bin:/opt/dentinel:/usr/bin:/bin:/usr/sbin:/sbin
program=${DENTINEL:-dentinel}

if ! command -v "$program" >/dev/null 2>&1; then
    echo "dentinel unwell: not installed | pass=0 fail=0 error=0 unknown=0 not-applicable=0 waiting=0"
    exit 4
fi
said=$("$program" status --format line 2>&1)
code=$?
case $code in
    0 | 1 | 3) printf '%s\n' "$said" ;;
    *)
        # Another code is an error of the command itself: the last line says which.
        [ $code = 4 ] || said="dentinel unwell: $(printf '%s\n' "$said" | tail -n 1)"
        code=4
        printf '%s\n' "$said"
        "$program" doctor --no-call 2>/dev/null | grep -A 1 '^FAULT' | grep -v '^--$'
        ;;
esac
exit $code
