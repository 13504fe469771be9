# What does a machine that carries no agent answer? Functions for POSIX sh and BusyBox ash.
#
# The calls follow as the body of `calls`, and the last line of all starts it: of a script that
# arrived in part, nothing is run. Nothing is written on this machine, here-documents included
# (some shells keep those in a file). Each answer is one section on standard output,
#
#     @@NONCE OP STATUS LENGTH LENGTH@@ newline, path, newline, body, newline
#
# with path and body as `t` and printable ASCII, `l` and a line of it, `b` and base64, or `x` and hexadecimal;
# the status is ok, absent, a reason of the catalogue, or the return code of a program. A body that
# was read or listed to its end closes with a full stop.

LC_ALL=C TZ=UTC HOME=/ PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL TZ HOME PATH
umask 077
cd / || exit 1
nl='
'

if [ "$(printf . | base64 2>/dev/null)" = Lg== ]; then
    pack() { printf b; base64; }
else
    pack() { printf x; od -An -v -tx1; }
fi

word() { # $word: a text as it can be sent
    case $1 in
        *[!\ -~]*) word=$(printf %s "$1" | pack) ;;
        *) word=t$1 ;;
    esac
}

told() { # STATUS BODY: one section about $op of $path
    word "$path"
    set -- "$1" "${2:-t}"
    printf '@@%s %s %s %s %s@@\n%s\n%s\n' \
        "$nonce" "$op" "$1" "${#word}" "${#2}" "$word" "$2"
}

far() { # PATH HOW: does it lead onto a network mount? A dead one holds its reader for ever.
    [ -n "$remote" ] || return 1
    case $1 in /proc/* | /sys/*) return 1 ;; esac
    seen= rest=${1#/} hops=40
    while [ -n "$rest" ]; do
        next=${rest%%/*}
        case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
        case $next in
            '' | .) continue ;;
            ..) seen=${seen%/*} && continue ;;
        esac
        case $remote in *"$nl$seen/$next$nl"*) return 0 ;; esac
        if [ -L "$seen/$next" ] && { [ -n "$rest" ] || [ "$2" != name ]; }; then
            hops=$((hops - 1))
            [ "$hops" -gt 0 ] || return 0
            to=$(readlink "$seen/$next") || return 0
            case $to in /*) seen= ;; esac
            rest=${to#/}${rest:+/$rest}
        else
            seen=$seen/$next
        fi
    done
    return 1
}

reach() { # PATH HOW: may it be touched, and is it there? If not, says so.
    if far "$1" "$2"; then
        told not_local
        return 1
    fi
    [ -e "$1" ] && return 0
    [ "$2" = name ] && [ -L "$1" ] && return 0
    above=$1 hops=40
    while [ "$hops" -gt 0 ]; do # to the nearest folder above that is there
        hops=$((hops - 1))
        if [ -L "$above" ]; then
            to=$(readlink "$above") || break
            case $to in /*) above=$to ;; *) above=${above%/*}/$to ;; esac
            continue
        fi
        above=${above%/*}
        [ -e "${above:-/}" ] && break
    done
    above=${above:-/}
    if [ -e "$above" ] && { [ ! -d "$above" ] || { [ -r "$above" ] && [ -x "$above" ]; }; }; then
        told absent
    else
        told "$refused"
    fi
    return 1
}

fetch() { # PATH OFFSET LIMIT: bytes of a file or a disk, one more than the limit
    path=$1 op=read/$2/$3
    reach "$1" follow || return 0
    [ -f "$1" ] || [ -b "$1" ] || { told api_error && return; }
    [ -r "$1" ] || { told "$refused" && return; }
    if [ "$2" = 0 ]; then
        told ok "$({ head -c "$(($3 + 1))" "$1" && printf .; } | pack)"
    else
        told ok "$({ dd if="$1" bs=1 skip="$2" count="$(($3 + 1))" && printf .; } | pack)"
    fi
}

line() { # PATH: a file of one line of plain text, read without starting a program
    path=$1 op=read/0/1048576 text= more=
    [ -f "$1" ] && [ -r "$1" ] && {
        IFS= read -r text && ! IFS= read -r more && [ -z "$more" ]
    } <"$1" || more=?
    case $text$more in
        *[!\ -~]* | *\?) fetch "$1" 0 1048576 ;;
        *) told ok "l$text" ;;
    esac
}

names() { # PATH LIMIT: what a folder holds
    path=$1 op=list/$2 most=$2
    reach "$1" follow || return 0
    [ -d "$1" ] || { told api_error && return; }
    [ -r "$1" ] && [ -x "$1" ] || { told "$refused" && return; }
    set -- "$1"/* "$1"/.[!.]* "$1"/..?* # before anything is started that /proc would show
    for one in "$@"; do
        if far "$one" name || [ -e "$one" ] || [ -L "$one" ]; then
            told ok "$(entries "$@" | pack)"
            return
        fi
    done
    if ls "$path" >/dev/null; then # empty, and not merely closed
        told ok t.
    else
        told "$refused"
    fi
}

entries() { # PATHS: a letter and a name for each that is there, NUL after it
    left=$((most + 1))
    for one in "$@"; do
        if far "$one" name; then kind=d # where something is mounted: not touched
        elif [ -L "$one" ]; then kind=l
        elif [ -d "$one" ]; then kind=d
        elif [ -f "$one" ]; then kind=f
        elif [ -e "$one" ]; then kind=o
        else continue; fi
        [ "$left" -gt 0 ] || break
        left=$((left - 1))
        printf '%s%s\0' "$kind" "${one##*/}"
    done
    printf .
}

look() { # PATH: what the file system says of the name itself
    path=$1 op=stat
    reach "$1" name || return 0
    if [ -L "$1" ] && ! readlink "$1" >/dev/null; then
        told "$refused"
    else
        told ok "$({ stat -c "$form" "$1" && { [ ! -L "$1" ] || readlink "$1"; } && printf .; } |
            pack)"
    fi
}

looks() { # FOLDER: the same of all names in it at once, and how many they are
    path=$1 op=stats
    set -- "$1"/*
    if [ -e "$1" ] || [ -L "$1" ]; then
        told ok "$({ stat -c "$form %N" "$@"; printf '%s.' "$#"; } | pack)"
    else
        names "$path" 1048576
    fi
}

held() { # FOLDER: its names, and each of them: for what a process holds open, which changes
    names "$1" 1048576
    for name in "$1"/*; do
        { [ -e "$name" ] || [ -L "$name" ]; } && look "$name"
    done
}

roots() { # PATH: is there a program that nobody but root could have replaced?
    [ -f "$1" ] && [ -x "$1" ] || return 1
    chain=/
    for way in "$1" "$(readlink -f "$1")"; do
        while [ -n "$way" ]; do
            chain="$chain $way" way=${way%/*}
        done
    done
    IFS=' '
    { stat -c '%u %A %g' $chain || echo gone; } | while read -r user mode group; do
        [ "$user" = 0 ] || exit 1
        case $mode in
            l*) ;;
            ????????w*) exit 1 ;;
            ?????w*) [ "$group" = 0 ] || exit 1 ;;
        esac
    done
}

ask() { # NUMBER DEADLINE LIMIT WHO PROGRAM ARGS: what a program writes, and its return code
    op=run/$1 deadline=$2 limit=$3 who=$4 path=$5
    shift 4
    roots "$path" || { told tool_missing && return; }
    if [ "$who" = root ] && [ "$uid" != 0 ]; then
        sudo -n -l "$@" >/dev/null || { told not_elevated && return; }
        set -- sudo -n "$@"
    fi
    [ -z "$watch" ] || set -- timeout -s KILL "$deadline" "$@"
    told ok "$({ "$@" && code=0 || code=$?; printf '\n%s.' "$code"; } |
        head -c "$((limit + 16))" | pack)"
}

match() { # CALL PATTERN ARGS: a call for each path that is there
    call=$1 pattern=$2
    shift 2
    far "${pattern%%/\**}" follow && return
    IFS=
    for found in $pattern; do
        far "$found" name && continue
        if [ -e "$found" ] || [ -L "$found" ]; then "$call" "$found" "$@"; fi
    done
    IFS=' '
}

trees() { # LIMIT FOLDERS: what they hold, and the folders in them, two levels down
    most_names=$1
    shift
    for top in "$@"; do
        names "$top" "$most_names"
        far "$top" follow && continue
        for branch in "$top"/*; do
            is_folder "$branch" || continue
            names "$branch" "$most_names"
            for twig in "$branch"/*; do
                is_folder "$twig" && names "$twig" "$most_names"
            done
        done
    done
}

is_folder() { # PATH: is it one, by itself and on this machine?
    ! far "$1" name && [ ! -L "$1" ] && [ -d "$1" ]
}

beneath() { # FOLDERS CALL PATTERN ARGS: a call for each path below each of the folders
    folders=$1 what=$2 below=$3
    shift 3
    IFS=$nl
    for folder in $folders; do
        IFS=' '
        case $below in
            *\**) match "$what" "$folder$below" "$@" ;;
            *) "$what" "$folder$below" "$@" ;;
        esac
    done
    IFS=' '
}

people() { # the homes of those who can sign in
    while IFS=: read -r _ _ _ _ _ home shell; do
        case $home:$shell in /:* | *:*/nologin | *:*/false | *[!\ -~]*) ;; /*) printf '%s\n' "$home" ;; esac
    done </etc/passwd
}

disks() { # the folders in /sys of all block devices
    for link in /sys/dev/block/*; do
        [ -L "$link" ] && (cd -P "$link" && pwd -P)
    done
}

network() { # the points of all network mounts, a newline before and after each
    while read -r _ _ _ _ point rest; do
        type=${rest#*- } type=${type%% *}
        case " $types " in *" $type "*) printf '%b\n' "$(printf %s "$point" | sed 's/\\/\\0/g')" ;; esac
    done </proc/self/mountinfo
}

main() {
    uid=$(id -u)
    refused=not_elevated
    [ "$uid" = 0 ] && refused=access_denied
    form='%f %u %g %s %.Y %i'
    case $(stat -c "$form" /) in *[0-9].[0-9]*) ;; *) form='%f %u %g %s %Y %i' ;; esac
    watch=
    timeout -s KILL 5 true && watch=yes
    renice -n 19 -p $$ >/dev/null
    remote=$(network)
    [ -z "$remote" ] || remote=$nl$remote$nl
    path=/ op=about
    told ok "t$uid $(uname -s)"
    calls
    path=/ op=end
    told ok t
}
