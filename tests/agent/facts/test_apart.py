"""Real servers, firewalls and patches, on this machine apart: are they told as they are?"""

from datetime import timedelta

import pytest

from rules.facts.form import instant
from tests.agent.apart import asked, told
from tests.conftest import missing
from tests.prepare import SYSTEM

pytestmark = pytest.mark.live


def profile(script: str, *uses: str) -> tuple[bool, str]:
    firewall = asked(script, "firewall", uses=("nft", *uses))["firewall"].value
    (one,) = firewall["profiles"]
    assert one["enabled"] is firewall["enabled"]
    return one["enabled"], one["inbound"]


def test_no_rules_filter_nothing() -> None:
    assert profile("true") == (False, "allow")


def test_a_chain_that_drops_is_a_firewall() -> None:
    chain = "type filter hook input priority 0; policy drop;"
    script = f"nft add table inet f; nft 'add chain inet f input {{ {chain} }}'"
    assert profile(script) == (True, "block")


def test_ufw_filters_once_it_is_enabled_and_not_because_it_is_configured() -> None:
    assert profile("ufw --force enable >&2", "ufw") == (True, "block")
    assert profile("sed -i s/ENABLED=no/ENABLED=yes/ /etc/ufw/ufw.conf", "ufw") == (False, "allow")
    lets_in = "ufw default allow incoming >&2; ufw --force enable >&2"
    assert profile(lets_in, "ufw") == (False, "allow")


SAMBA = """
mkdir -p /srv/xray /srv/export /var/lib/samba/usershares /var/lib/samba/private /run/samba
chmod 777 /srv/xray; chmod 1770 /var/lib/samba/usershares
cat > /etc/samba/smb.conf <<END
[global]
map to guest = bad user
usershare allow guests = yes
usershare max shares = 10
usershare path = /var/lib/samba/usershares
[xray]
path = /srv/xray
guest ok = yes
read only = no
[staff]
path = /srv
valid users = root
END
net usershare add scans /srv/xray "" S-1-1-0:R guest_ok=y >&2
echo "/srv/export *(ro)" > /etc/exports
"""
SERVES = """
smbd --daemon >&2
until grep -q ":01BD .* 0A " /proc/net/tcp; do sleep 0.1; done
"""


def test_what_samba_and_nfs_share_is_told_with_who_may_come() -> None:
    shares = asked(SAMBA, "shares", uses=("net", "testparm"))["shares"].value
    assert {one["name"]: (one["kind"], one["everyone"], one["guest"]) for one in shares} == {
        "xray": ("smb", "change", True),
        "staff": ("smb", "none", False),
        "scans": ("smb", "read", True),
        "/srv/export": ("nfs", "read", False),
    }


def test_a_samba_that_serves_is_a_listener_that_lets_guests_in() -> None:
    found = asked(SAMBA + SERVES, "smb", "listeners", uses=("smbd", "testparm"))
    smb = found["smb"].value
    assert (smb["server"], smb["guest"], smb["smb1_server"]) == (True, True, False)
    listeners = {(one["process"], one["port"]) for one in found["listeners"].value}
    assert listeners == {("smbd", 139), ("smbd", 445)}


CLOCKS = """
mkdir -m 750 /run/chrony
cat > /run/server.conf <<END
local stratum 1
port 11123
allow 127.0.0.1
bindcmdaddress /run/chrony/server.sock
cmdport 0
pidfile /run/server.pid
END
cat > /run/client.conf <<END
server 127.0.0.1 port 11123 iburst
port 0
cmdport 0
pidfile /run/client.pid
END
chronyd -x -u root -f /run/client.conf >&2
"""
IN_STEP = "chronyd -x -u root -f /run/server.conf >&2; chronyc waitsync 60 0 0 0.5 >&2"
"""-x: it follows the time of its server, and leaves the kernel's clock alone."""


def test_a_clock_that_follows_a_server_says_since_when() -> None:
    now = asked(CLOCKS + IN_STEP, "clock", uses=("chronyd", "chronyc"))["clock"]
    assert (now.value["synced"], now.value["source"], now.value["offset"]) == (True, "ntp", "0s")
    assert now.observed_at - instant(now.value["last_sync"]) < timedelta(minutes=2)


def test_a_clock_whose_server_does_not_answer_is_not_in_step() -> None:
    clock = asked(CLOCKS, "clock", uses=("chronyd", "chronyc"))["clock"].value
    assert (clock["synced"], clock["source"], clock["last_sync"]) == (False, "none", None)


CLAMAV = """
mkdir -p /tmp/db /var/lib/clamav && cd /tmp/db
echo 'Dentinel.Test:0:*:44454e54494e454c' > daily.ndb && echo none > COPYING
export SIGNDUSER=clinic TZ=America/Chicago
echo 27880 | sigtool --build=daily.cud --unsigned --datadir=. >&2
mv daily.cud /var/lib/clamav/daily.cld && rm daily.info
cat > /run/clamd.conf <<END
LocalSocket /run/clamd.sock
DatabaseDirectory /tmp/db
User root
OnAccessIncludePath /srv
OnAccessExcludeUname root
END
clamd --config-file=/run/clamd.conf >&2
"""
"""The database of today is ClamAV's own, made in another zone; what clamd knows is a signature."""


def clamav(script: str) -> dict[str, object]:
    uses = ("clamd", "clamonacc", "sigtool")
    (product,) = asked(script, "antivirus", uses=uses)["antivirus"].value["products"]
    return product


def test_a_clamd_that_runs_with_a_database_of_today_is_on_and_passive() -> None:
    product = clamav(CLAMAV)
    assert (product["name"], product["enabled"], product["mode"]) == ("ClamAV", True, "passive")
    assert product["realtime"] is False


def test_its_database_is_dated_whatever_zone_it_was_made_in() -> None:
    found = asked(CLAMAV, "antivirus", uses=("clamd", "sigtool"))["antivirus"]
    (product,) = found.value["products"]
    assert found.observed_at - instant(product["signatures"]) < timedelta(minutes=3)


A_FRESH_DEBIAN = """
cp {0}/usr/lib/os-release /usr/lib && cp {0}/etc/debian_version /etc
rm -rf /etc/apt /var/lib/apt /var/lib/dpkg /var/cache/apt/*.bin
cp -a {0}/etc/apt /etc/apt && cp -a {0}/var/lib/apt {0}/var/lib/dpkg /var/lib
"""
BY_ITS_LIBRARY = """
import apt
for package in apt.Cache():
    labels = [one.label for one in package.candidate.origins] if package.candidate else []
    if package.is_upgradable and "Debian-Security" in labels:
        print(package.shortname)
"""


@pytest.fixture(scope="module")
def fresh_debian() -> str:
    """What makes a machine one that debootstrap has just set up, from an archive as of late."""
    told("true")  # a machine without namespaces could not make one either
    if not SYSTEM.is_dir():
        missing("no fresh Debian here, tests/prepare.py makes one", "live")
    return A_FRESH_DEBIAN.format(SYSTEM)


def test_the_patches_that_wait_are_those_that_apts_own_library_finds(fresh_debian) -> None:
    script = f"{fresh_debian}exec /usr/bin/python3 -c '{BY_ITS_LIBRARY}'"
    by_library = set(told(script, "apt-get").splitlines())
    pending = asked(fresh_debian, "patching")["patching"].value["pending"]
    items = pending["$items"] if isinstance(pending, dict) else pending
    assert {patch["id"] for patch in items} == by_library
    if not by_library:
        pytest.skip("nothing waits in the archive today")
    assert all(patch["security"] for patch in items)


TAKEN = r"""
apt-get -s dist-upgrade | sed -n 's/^Inst \([^ ]*\) .*/\1/p' > /tmp/new
awk -v RS= -v ORS='\n\n' 'BEGIN { while ((getline name < "/tmp/new") > 0) new[name] }
  { split($0, line, "\n"); if (!(substr(line[1], 10) in new)) print }
  ' /var/lib/dpkg/status > /tmp/status
while read -r name; do
  apt-cache show --no-all-versions "$name" | sed '/^Package:/a Status: install ok installed'
done < /tmp/new >> /tmp/status
cp /tmp/status /var/lib/dpkg/status
"""
"""As dpkg would have it: in the place of each package that of the archive."""


def test_a_system_that_has_taken_its_patches_waits_for_none(fresh_debian) -> None:
    patching = asked(fresh_debian + TAKEN, "patching", uses=("apt-get",))["patching"].value
    pending = patching["pending"]
    assert (pending["$items"] if isinstance(pending, dict) else pending) == []
