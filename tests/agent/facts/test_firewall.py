"""Does a ruleset stop what nobody asked for? As the kernel of this machine has it, and as a tree.

The rulesets are loaded by the real nft and iptables into a network namespace of their own.
"""

import shutil
import subprocess
from typing import Any

import pytest

from agent.facts.firewall import linux as firewall
from agent.host.base import HostError
from agent.host.tree import TreeHost
from agent.readers import nftables
from agent.readers.errors import ParseError
from rules.facts.base import Unknown, Why
from rules.facts.firewall import Firewall
from tests.agent.facts.clinic import CLOSED, NFT, NO_RULES, about


def chain(body: str, policy: str = "accept", family: str = "inet", extra: str = "") -> str:
    head = f"type filter hook input priority 0; policy {policy};"
    return f"table {family} t {{\n{extra}\nchain input {{\n{head}\n{body}\n}}\n}}\n"


BOTH, FOUR, NEITHER = (
    {"ip": True, "ip6": True},
    {"ip": True, "ip6": False},
    {"ip": False} | {"ip6": False},
)
OTHER = "chain other {\naccept\n}"
RULESETS: dict[str, tuple[str, dict[str, bool]]] = {
    "no rules at all": ("", NEITHER),
    "drops by its policy": (chain("tcp dport 22 accept", "drop"), BOTH),
    "for one family alone": (chain("", "drop", "ip"), FOUR),
    "one table for each": (chain("", "drop", "ip") + chain("", "drop", "ip6"), BOTH),
    "a last rule rejects": (chain("tcp dport 22 accept\ncounter reject"), BOTH),
    "a last rule logs and drops": (chain('log prefix "x" counter drop'), BOTH),
    "it ends by letting in": (chain("tcp dport 22 accept"), NEITHER),
    "it lets all in before the end": (chain("counter accept\ndrop", "drop"), NEITHER),
    "a comment selects nothing": (chain('accept comment "temporary"', "drop"), NEITHER),
    "it jumps to where all is let in": (chain("jump other", "drop", extra=OTHER), NEITHER),
    "it goes there on a condition": (chain("tcp dport 104 jump other", "drop", extra=OTHER), BOTH),
    "it goes where nothing decides": (
        chain("goto other", "drop", extra="chain other {\ntcp dport 1 accept\n}"),
        BOTH,
    ),
    "it lets any new connection in": (
        chain("tcp dport 22 accept\nct state new accept", "drop"),
        NEITHER,
    ),
    "it lets any but one in": (chain("ip saddr != 10.0.0.9 accept", "drop"), NEITHER),
    "it lets all of tcp in": (chain("meta l4proto { tcp, udp } accept\ndrop"), NEITHER),
    "it jumps on new to where all is let in": (
        chain("ct state new jump other", "drop", extra=OTHER),
        NEITHER,
    ),
    "it lets known ones in": (chain("ct state { established, related } accept", "drop"), BOTH),
    "it lets in by its card": (chain('iifname { "lo", "eth0" } accept', "drop"), NEITHER),
    "it lets in by any card": (chain('iifname "eth*" accept', "drop"), NEITHER),
    "it lets in by a tunnel": (chain('iifname { "lo", "wg0" } accept', "drop"), BOTH),
    "it lets in by its card to one port": (
        chain('iifname "eth0" tcp dport 104 accept', "drop"),
        BOTH,
    ),
    "it drops what is not for this machine": (
        chain("jump other", extra="chain other {\nfib daddr type local return\ndrop\n}"),
        NEITHER,
    ),
    "it drops what does not go back to the policy": (
        chain("fib daddr type local return\ndrop"),
        NEITHER,
    ),
    "it only filters what is forwarded": (
        chain("", "drop").replace("hook input", "hook forward"),
        NEITHER,
    ),
}


def in_namespace(script: str, given: str = "") -> bytes:
    words = ["unshare", "--net", "sh", "-ec", f"{script}\nnft -j list ruleset"]
    done = subprocess.run(words, input=given.encode(), capture_output=True, check=False)
    if b"Operation not permitted" in done.stderr:
        pytest.skip("this machine gives no network namespaces")
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.live
@pytest.mark.parametrize("what", RULESETS)
def test_a_ruleset_of_nft_stops_or_lets_in(what, needs) -> None:
    needs("nft")
    ruleset, expected = RULESETS[what]
    assert nftables.blocks(in_namespace("nft -f -", ruleset), {"eth0"}) == expected


IPTABLES = {
    "by its policy": ("iptables -P INPUT DROP; ip6tables -P INPUT DROP", BOTH),
    "but for a rule with nothing but a comment": (
        "iptables -P INPUT DROP; iptables -A INPUT -m comment --comment x -j ACCEPT",
        NEITHER,
    ),
    "with answers let in": (
        "iptables -P INPUT DROP; iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT",
        FOUR,
    ),
    "by a last rule": ("iptables -A INPUT -j LOG; iptables -A INPUT -j DROP", FOUR),
}


@pytest.mark.live
@pytest.mark.parametrize("what", IPTABLES)
def test_iptables_filters_by_the_same_tables(what, needs) -> None:
    needs("nft")
    if shutil.which("iptables-nft") is None:
        pytest.skip("iptables is not installed here")
    script, expected = IPTABLES[what]
    assert nftables.blocks(in_namespace(script)) == expected


def rules(*expressions: str) -> bytes:
    listed = ", ".join(
        f'{{"rule": {{"family": "inet", "table": "filter", "chain": "input", "expr": {one}}}}}'
        for one in expressions
    )
    return CLOSED.replace("]}", f", {listed}]}}").encode()


@pytest.mark.parametrize(
    "ruleset",
    [
        # an extension of iptables that nft cannot show, and all it says is `accept`
        rules('[{"xt": null}, {"accept": null}]'),
        rules('[{"jump": {"target": "gone"}}]'),
        rules('[{"jump": {"target": "input"}}]'),
        CLOSED.encode()[:-5],
        CLOSED.replace('version": 1', 'version": 2').encode(),
        b'{"nftables": []}',
        b"",
    ],
)
def test_what_cannot_be_known_is_not_guessed(ruleset) -> None:
    with pytest.raises(ParseError):
        nftables.blocks(ruleset)


def said(ruleset: Any = CLOSED, **files: Any) -> Firewall:
    return firewall.linux(TreeHost(files, {NFT: ruleset}), about())


def test_a_closed_machine_says_so() -> None:
    one = said()
    assert one.enabled is True
    assert [profile.inbound for profile in one.profiles.items] == ["block"]


BY_CARD = (
    '[{"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "eth0"}},'
    ' {"accept": null}]'
)


@pytest.mark.parametrize(
    ("files", "inbound"),
    [
        ({"/sys/class/net/eth0/device/vendor": "0x8086\n"}, "allow"),
        ({"/sys/class/net/eth0/tun_flags": "0x1001\n"}, "block"),
    ],
)
def test_who_lets_in_by_the_card_lets_everybody_in(files, inbound) -> None:
    assert said(rules(BY_CARD).decode(), **files).profiles.items[0].inbound == inbound


def test_without_rules_there_is_no_firewall() -> None:
    one = said(NO_RULES)
    assert one.enabled is False
    assert one.profiles.items[0].inbound == "allow"


@pytest.mark.parametrize(
    ("addresses", "inbound"),
    [
        ("fe80000000000000 02 40 20 80     eth0\n", "allow"),
        ("00000000000000000000000000000001 01 80 10 80       lo\n", "block"),
        (None, "block"),
    ],
)
def test_one_family_is_enough_where_only_one_is_spoken(addresses, inbound) -> None:
    four = CLOSED.replace("inet", "ip")
    files = {} if addresses is None else {"/proc/1/net/if_inet6": addresses}
    one = said(four, **files)
    assert one.enabled is True
    assert one.profiles.items[0].inbound == inbound


def test_rules_that_nft_does_not_show_leave_it_unknown() -> None:
    with pytest.raises(HostError, match="unrecognised"):
        said(NO_RULES, **{"/proc/1/net/ip_tables_names": "nat\nfilter\n"})


def test_a_container_is_filtered_outside() -> None:
    assert said(**{"/.dockerenv": ""}) == Unknown(Why.CONTAINER)
