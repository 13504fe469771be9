"""Each mistake has its id, its place to the character, and help that leads on.

One case a problem: the rule with the mistake between « and », and what is said of it.
"""

from dataclasses import dataclass

import pytest

from rules.errors import Problem


@dataclass(frozen=True)
class Mistake:
    """A rule body; the mistake stands between « and »."""

    id: str
    message: str
    help: str
    body: str


def must(leaf: str) -> str:
    return f"must:\n  - that: {leaf}\n    say: wrong"


def each(leaf: str, where: str = 'volume.kind == "fixed"') -> str:
    return (
        f"every: volumes\nwhere: {where}\neach_must:\n  - that: {leaf}\n    say: wrong\n"
        "if_none: pass"
    )


PARAM = "{type: duration, default: 15m, basis: practice_policy}"


def with_param(text: str, leaf: str = "agent.cpu_day <= params.limit") -> str:
    return f"params:\n  limit: {text}\n{must(leaf)}"


CIPHERS = (
    'volume.cipher in «["xts_aes_128", "xts_aes_256", "cbc_aes_128", "cbc_aes_256", '
    '"aes_diffuser", "aes_gcm", "hardware", "null_cipher", "other"]»'
)

MISTAKES = [
    Mistake("DL201", "unexpected '='", "write ==", must("agent.memory «=» 7")),
    Mistake("DL201", "unexpected '&'", "write and", must("agent.elevated «&» agent.elevated")),
    Mistake("DL201", "unexpected '}'", "", "must:\n  - {that: '«}»agent.elevated', say: wrong}"),
    Mistake("DL201", "unexpected 'agent'", "", must("agent.elevated «agent»")),
    Mistake("DL201", "a number runs into more text", '"15m"', must("agent.cpu_day < «15m»")),
    Mistake(
        "DL201",
        "not stands before one side of in only",
        "write not (agent.memory in …)",
        must("«not agent.memory» in [1]"),
    ),
    Mistake("DL201", "a name must follow the dot", "", must('agent.«"x"»')),
    Mistake(
        "DL201",
        "something must follow the comma",
        "",
        "must:\n  - {that: 'has(agent.memory,«)»', say: wrong}",
    ),
    Mistake(
        "DL201",
        "] or a comma is missing",
        "",
        "must:\n  - {that: 'agent.memory in [1 «2»]', say: wrong}",
    ),
    Mistake(
        "DL201",
        "a text names values, it computes none",
        "a path and no more",
        "must:\n  - that: agent.elevated\n    say: wrong «${agent.memory + 1}»",
    ),
    Mistake("DL202", "the leaf ends too early", "", must("agent.elevated and«»")),
    Mistake("DL202", ") is missing here", "", must("(agent.elevated«»")),
    Mistake("DL202", "this string does not end", 'add "', must('host.name == «"C»')),
    Mistake("DL203", "\\n in a string is a line break", "\\\\", must('host.name == "C:«\\n»ew"')),
    Mistake("DL203", "this escape stands for nothing", "\\\\", must('host.name == "«\\q»"')),
    Mistake("DL204", "no 64-bit number", "", must("agent.memory < «9223372036854775808»")),
    Mistake("DL204", "too large for a number", "", must("agent.memory < «1e999»")),
    Mistake("DL205", "for is a reserved word", "list.all(x, …)", must("«for» == 1")),
    Mistake("DL206", "there is no uint", "leave out the u", must("agent.memory == «7u»")),
    Mistake("DL206", "there are no bytes", "string", must("«b»'x' == host.name")),
    Mistake(
        "DL206", "no maps in rules", "", "must:\n  - {that: '«{1: 2}» == host.name', say: wrong}"
    ),
    Mistake("DL206", "type() is not part", "", must("«type»(host.name)")),
    Mistake("DL301", "there is no 'agnet' here", 'did you mean "agent"?', must("«agnet».elevated")),
    Mistake(
        "DL301",
        "there is no 'users2' here",
        'did you mean "users"?',
        "must:\n  - that: agent.elevated\n    say: wrong ${«users2»}",
    ),
    Mistake(
        "DL302",
        'agent has no field "memry"',
        'did you mean "memory"?',
        must("agent.«memry» > 1"),
    ),
    Mistake(
        "DL302",
        "there is no param 'limt'",
        'did you mean "limit"?',
        with_param(PARAM, "agent.cpu_day < params.«limt»"),
    ),
    Mistake(
        "DL302",
        "there is no field 'memry'",
        'did you mean "memory"?',
        "must:\n  - that: agent.elevated\n    say: wrong ${agent.«memry»}",
    ),
    Mistake(
        "DL303",
        "there is no function agee()",
        'did you mean "age"?',
        must('«agee»(host.boot_time) < "1d"'),
    ),
    Mistake(
        "DL303",
        "there is no function all()",
        "write volumes.all(x, p)",
        must("«all»(volumes, v, v.holds_imaging)"),
    ),
    Mistake(
        "DL303",
        "there is no function age()",
        "write age(host.boot_time)",
        must('host.boot_time.«age»() < "1d"'),
    ),
    Mistake(
        "DL304",
        "a duration and an int do not go together with <",
        'such as "90s"',
        must("«agent.cpu_day < 90»"),
    ),
    Mistake("DL304", "do not go together with ==", "", must("«host.name == agent.memory»")),
    Mistake("DL304", "do not go together with +", "", must("«agent.memory + host.name» == 1")),
    Mistake("DL304", "- does not go with a string", "", must("«-host.name» == 1")),
    Mistake("DL304", "a string stands among", "", must("agent.memory in [1, «host.name»]")),
    Mistake("DL304", "one branch is an int", "", must("'«(agent.elevated ? 1 : host.name)» == 1'")),
    Mistake("DL305", '"15 min" is no duration', "15m", must('agent.cpu_day < «"15 min"»')),
    Mistake("DL305", '"x" is no version', "10.0.19045", must('agent.version < «"x"»')),
    Mistake("DL305", '"2026" is no timestamp', "2026-11-22T", must('host.boot_time < «"2026"»')),
    Mistake(
        "DL305",
        "'x' is no duration",
        "15m",
        with_param("{type: duration, default: «x», basis: practice_policy}"),
    ),
    Mistake(
        "DL306",
        'volume.kind is never "fixd"',
        'did you mean "fixed"?',
        each('volume.kind == «"fixd"»'),
    ),
    Mistake(
        "DL306",
        'volume.role is never "disk"',
        "it is one of system",
        each('volume.role in ["data", «"disk"»]'),
    ),
    Mistake(
        "DL306",
        "this is never 'rot13'",
        "",
        with_param(
            "{type: enum(volume.cipher), default: «rot13», basis: practice_policy}",
            "volumes.all(v, v.cipher == params.limit)",
        ),
    ),
    Mistake(
        "DL307",
        "user.lock.after may be null (never)",
        "user.lock.after != null and",
        'every: users\neach_must:\n  - that: «user.lock.after» <= "15m"\n    say: wrong\n'
        "if_none: pass",
    ),
    Mistake(
        "DL307", "volume.percent may be null (none)", "!= null", each("«volume.percent» + 1 > 2")
    ),
    Mistake("DL307", "may be null (none)", "== true", each("«volume.used_space_only»")),
    Mistake("DL307", "null cannot stand here", "== null or != null", must("agent.memory < «null»")),
    Mistake("DL308", "must be true or false, and is an int", "", must("«agent.memory»")),
    Mistake(
        "DL308",
        "must be true or false, and is a string",
        "",
        must("agent.elevated and «host.name»"),
    ),
    Mistake(
        "DL309",
        "in needs a list on its right",
        "host.name.contains(…)",
        must("'\"C\" in «host.name»'"),
    ),
    Mistake("DL309", "takes a list, and gets a string", "", must("«host.name».all(x, true)")),
    Mistake(
        "DL309",
        "a list of records and has no fields",
        "all(x, x.kind …)",
        must("volumes.«kind» == 1"),
    ),
    Mistake(
        "DL309",
        "contains() looks into text",
        '"users" in agent.over_budget',
        must('«agent.over_budget.contains("users")»'),
    ),
    Mistake(
        "DL309",
        "distinct() takes a list of single values",
        "",
        must("«volumes».distinct().size() == 1"),
    ),
    Mistake(
        "DL309",
        "there is no list of items 'volums'",
        'did you mean "volumes"?',
        'every: «volums»\neach_must:\n  - {that: volume.kind == "fixed", say: wrong}\n'
        "if_none: pass",
    ),
    Mistake(
        "DL309",
        "host is a record, not one value",
        "",
        "must:\n  - that: agent.elevated\n    say: wrong «${host}»",
    ),
    Mistake(
        "DL309",
        "only lists have a size()",
        "",
        "must:\n  - that: agent.elevated\n    say: wrong «${host.name.size()}»",
    ),
    Mistake("DL309", "[ ] takes a list and an int", "", must("«host.name[0]» == 1")),
    Mistake(
        "DL310",
        "pass this for ever",
        "write age(patching.last_scan)",
        must('patching.last_scan == null or «now - patching.last_scan» <= "7d"'),
    ),
    Mistake("DL311", "age() takes one argument", "", must('«age(now, now)» < "1d"')),
    Mistake("DL311", "size() takes no arguments", "", must("«volumes.size(1)» > 1")),
    Mistake(
        "DL311", "age() takes a timestamp, and gets an int", "", must('age(«agent.memory») < "1d"')
    ),
    Mistake("DL311", "has() takes a field", "has(x.field)", must("has(«agent»)")),
    Mistake("DL311", "all() needs a name first", "all(x, …)", must("volumes.all(«1», true)")),
    Mistake("DL311", "a pattern is a literal or a param", "", must("host.name.glob(«host.name»)")),
    Mistake(
        "DL311",
        "startsWith() takes a string, and gets an int",
        "",
        must("host.name.startsWith(«7»)"),
    ),
    Mistake("DL312", "never compared for equality", "write 7", must("«agent.memory == 7.0»")),
    Mistake(
        "DL313", "host hides another host", "", must("volumes.all(«host», host.holds_imaging)")
    ),
    Mistake(
        "DL313",
        "agent hides another agent",
        "",
        "define:\n  «agent»: host.os\n" + must("agent.elevated"),
    ),
    Mistake("DL401", "this is always true", "", must("«1 < 2»")),
    Mistake("DL401", "agent.memory is never null", "", must("«agent.memory != null»")),
    Mistake(
        "DL402",
        "nothing uses limit",
        "",
        "params:\n  «limit»: " + PARAM + "\n" + must("agent.elevated"),
    ),
    Mistake(
        "DL402",
        "nothing uses fixed",
        "",
        "define:\n  «fixed»: agent.elevated\n" + must("agent.elevated"),
    ),
    Mistake(
        "DL403",
        "which belongs together?",
        "parentheses",
        must("agent.elevated or «agent.elevated and agent.memory < 1»"),
    ),
    Mistake(
        "DL404",
        "every value of volume.kind",
        "",
        each('volume.kind in «["fixed", "removable", "network", "memory"]»'),
    ),
    Mistake(
        "DL405",
        "volume.mount never leaves",
        "(on the machine)",
        'no: volumes\nwhere: volume.holds_imaging\nsay: "wrong «${volume.mount}»"',
    ),
    Mistake("DL406", "neither * nor ?", "write ==", must('host.name.glob(«"PANO"»)')),
    Mistake("DL407", "this never looks at the volume", "under must", each("«agent.elevated»")),
    Mistake("DL408", "volumes.holds is", "", ""),
    Mistake("DL410", "rarely meant", "exists(x, …)", must("«volumes[0]».holds_imaging")),
    Mistake("DL309", "takes a list or a string, and gets", "", must("«agent.memory».size() == 1")),
    Mistake("DL304", "do not go together with in", "", must("«agent.memory in agent.over_budget»")),
    Mistake(
        "DL307", "may be null", "", must("volumes.exists(v, v.holds_imaging and -«v.percent» < 1)")
    ),
    # what a user of another language writes
    Mistake("DL201", "unexpected 'AND'", "write and", must("agent.elevated «AND» agent.elevated")),
    Mistake("DL201", "unexpected 'is'", "write ==", must("user «is» null")),
    Mistake("DL201", "unexpected 'not'", "write not (…", must('host.os «not» in ["linux"]')),
    Mistake("DL201", "unexpected '='", "write >=", must("agent.memory «=»> 1")),
    Mistake("DL201", "unexpected '='", "two = are enough", must("agent.memory ==«=» 1")),
    Mistake("DL201", "unexpected '>'", "write !=", must("agent.memory <«>» 1")),
    Mistake("DL201", "unexpected 'like'", "text.glob", must('host.name «like» "C*"')),
    Mistake("DL201", "unexpected '“'", "straight quotes", must("host.name == «“»x”")),
    Mistake("DL201", "invisible character, U+00A0", "ordinary", must("agent.memory«\u00a0»== 1")),
    Mistake("DL201", "a number runs into", '"10.0.19045"', must("host.os == «10.0.19045»")),
    Mistake("DL201", "unexpected ')'", "no ( is open", must("agent.elevated«)»")),
    Mistake("DL203", "a tab", "r before the quote", must('host.name == "C:«\\t»emp"')),
    Mistake("DL203", "invisible character U+200B", "\\u200b", must('host.name == "a«\u200b»b"')),
    Mistake("DL203", "this escape stands", "\\\\", must('host.name == "«\\u00ZZ»"')),
    Mistake("DL204", "no 64-bit", "", must("agent.memory < «-9223372036854775809»")),
    Mistake("DL204", "no 64-bit", "", must("agent.memory < «0x8000000000000000»")),
    Mistake("DL204", "no 64-bit", "", must("agent.memory < «" + "9" * 100 + "»")),
    Mistake("DL205", "if is a reserved", "condition ? one : other", must("«if» agent.elevated")),
    Mistake("DL205", "and is a reserved", "before it", must("«and» agent.elevated")),
    Mistake(
        "DL205",
        "in is a reserved word",
        "another name",
        "define:\n  «in»: agent.elevated\n" + must("agent.elevated"),
    ),
    Mistake("DL206", "optionals", "has(x.field)", must("agent?«.»elevated")),
    Mistake("DL206", "messages", "", must("'agent.x«{»a: 1}'")),
    Mistake("DL206", "names with a dot", "leave out", must("«.»agent.elevated")),
    Mistake("DL206", "getHours() is not", "age(t)", must("host.boot_time.«getHours»() < 1")),
    Mistake("DL206", "dyn() is not", "leave it out", must("«dyn»(agent.elevated)")),
    Mistake("DL206", "backticks", "field alone", must("agent.«`»elevated`")),
    Mistake("DL207", "never closed", "", must('host.name.matches("«(»a+")')),
    Mistake("DL207", "refer back", "", must('host.name.matches(r"(a)«\\1»")')),
    Mistake("DL207", "lazy", "", must('host.name.matches("a*«?»")')),
    Mistake("DL207", "states", "fewer", must('host.name.matches("((a{1,99})«{1,99}»)")')),
    Mistake("DL207", "flags, look-around", "(…)", must('host.name.matches("«(?i»)a")')),
    Mistake(
        "DL207",
        "a pattern of 257 characters",
        "256 are the most",
        must('host.name.matches("' + "a" * 256 + '«b»")'),
    ),
    # params
    Mistake(
        "DL104",
        "min is above max",
        "",
        with_param(
            "{type: duration, default: 15m, min: «1h», max: 1m, basis: practice_policy}",
        ),
    ),
    Mistake(
        "DL604",
        "the default of limit is below its min, 30m",
        "no tailoring",
        with_param("{type: duration, default: «15m», min: 30m, basis: practice_policy}"),
    ),
    Mistake(
        "DL604",
        "the default of limit is above its max, 1.2",
        "no tailoring",
        with_param(
            "{type: version, default: «'1.10'», max: '1.2', basis: practice_policy}",
            "agent.version > params.limit",
        ),
    ),
    Mistake(
        "DL104",
        "`min` does not go with type bool",
        "leave it out",
        with_param("{type: bool, default: true, «min»: true}", "agent.elevated == params.limit"),
    ),
    Mistake(
        "DL103",
        "tighten is never 'subset'",
        "at-most",
        with_param("{type: duration, default: 15m, tighten: «subset», basis: practice_policy}"),
    ),
    Mistake(
        "DL104",
        "tighten and loosen",
        "",
        with_param(
            "{type: duration, default: 15m, tighten: at-most, «loosen»: true, "
            "basis: practice_policy}"
        ),
    ),
    Mistake(
        "DL103",
        "there is no type of a param 'boolean'",
        "write bool",
        with_param("{type: «boolean», default: true}", "agent.elevated == params.limit"),
    ),
    Mistake(
        "DL103",
        "there is no type of a param 'enum(host.name)'",
        "host.name is no enum; write string",
        with_param("{type: «enum(host.name)», default: x}", "host.name == params.limit"),
    ),
    Mistake(
        "DL103",
        "there is no type of a param 'enum(volumes.kind)'",
        "write enum(volume.kind)",
        with_param("{type: «enum(volumes.kind)», default: x}", "host.name == params.limit"),
    ),
    Mistake(
        "DL103",
        "there is no type of a param 'list<list<int>>'",
        "single values",
        with_param("{type: «list<list<int>>», default: []}", "agent.memory in params.limit"),
    ),
    Mistake(
        "DL305",
        "'90' is no duration",
        '"90s", "90m"',
        with_param("{type: duration, default: «90», basis: practice_policy}"),
    ),
    Mistake(
        "DL204",
        "is no 64-bit number",
        "at most 9223372036854775807",
        with_param(
            "{type: int, default: «9223372036854775808», basis: practice_policy}",
            "agent.memory < params.limit",
        ),
    ),
    # names
    Mistake("DL301", "there is no 'fixed' here", '"fixed"', each("volume.kind == «fixed»")),
    Mistake("DL301", "there is no 'kind' here", "volume.kind", each('«kind» == "fixed"')),
    Mistake("DL301", "no 'limit'", "params.limit", with_param(PARAM, "agent.cpu_day < «limit»")),
    Mistake("DL301", "no 'elevated' here", "agent.elevated", must("«elevated»")),
    Mistake("DL301", "no 'user' here", "users.exists(x, …)", must("«user».enabled")),
    Mistake("DL301", "no 'user' here", "called volume here", each("«user».enabled")),
    Mistake("DL301", "no 'True' here", 'mean "true"', must("agent.elevated == «True»")),
    Mistake(
        "DL301",
        "there is no 'late' here",
        "not seen in when",
        "when: «late»\ndefine:\n  late: agent.elevated\n" + must("late"),
    ),
    Mistake(
        "DL301",
        "there is no 'late' here",
        "further down",
        "define:\n  early: «late»\n  late: agent.elevated\n" + must("early and late"),
    ),
    Mistake(
        "DL301",
        "there is no 'volume' here",
        "stands under where and each_must",
        'every: volumes\neach_must:\n  - {that: volume.kind == "fixed", say: wrong}\n'
        "if_none: pass\nmust:\n  - that: «volume».holds_imaging\n    say: wrong",
    ),
    Mistake(
        "DL301",
        "there is no 'agent' here",
        "params alone",
        must("agent.elevated") + "\nfix: wait ${«agent».memory}",
    ),
    Mistake(
        "DL301",
        "there is no 'limit' here",
        "write ${params.limit}",
        f"params:\n  limit: {PARAM}\nmust:\n  - that: agent.cpu_day < params.limit\n"
        "    say: allowed is ${«limit»}",
    ),
    Mistake("DL302", "the rule has no params", "", must("agent.cpu_day < params.«limit»")),
    Mistake("DL302", 'a lock has no field "aftr"', '"after"', must("users.all(u, u.lock.«aftr»)")),
    Mistake("DL303", "no function len()", ".size()", must("«len»(users) > 1")),
    Mistake("DL303", "no function any()", "l.exists(x, …)", must("users.«any»(u, u.enabled)")),
    Mistake("DL303", "no function lower()", "without case", must('host.name.«lower»() == "x"')),
    Mistake("DL303", "no function sizee()", '"size"', must("users.«sizee»() == 1")),
    # operands
    Mistake("DL304", "an int and a string", "90 without", must('«agent.memory == "90"»')),
    Mistake("DL304", "a version and a double", '"1.2"', must("«agent.version >= 1.2»")),
    Mistake("DL304", "a bool and a string", "not agent", must('«agent.elevated == "true"»')),
    Mistake("DL304", "a bool and an int", "1 < agent.memory and", must("«1 < agent.memory < 5»")),
    Mistake(
        "DL304", "a list of enums and a string", '"tpm" in', each('«volume.protectors == "tpm"»')
    ),
    Mistake("DL304", "an enum has none", "in [", each('«volume.kind < "fixed"»')),
    Mistake("DL304", "a bool has none", "", must("«agent.elevated < true»")),
    Mistake("DL304", "never hold the same words", "string", each("«volume.kind == host.os»")),
    Mistake("DL304", "== does not go with a list of records", "all(", must("«users == users»")),
    Mistake("DL304", "== does not go with a host record", "its fields", must("«host == host»")),
    Mistake(
        "DL304",
        "an enum and a string do not go",
        "enum(volume.kind)",
        "params:\n  word: {type: string, default: x}\n" + each("«volume.kind == params.word»"),
    ),
    Mistake(
        "DL304",
        "an enum and a list of strings do not go",
        "list<enum(volume.kind)>",
        "params:\n  words: {type: list<string>, default: [x], basis: practice_policy}\n"
        + each("«volume.kind in params.words»"),
    ),
    Mistake(
        "DL304",
        "a timestamp and a duration do not",
        "age(host.boot_time)",
        with_param(PARAM, "«host.boot_time <= params.limit»"),
    ),
    Mistake("DL304", "a duration and an int", "add durations", must('«agent.cpu_day * 2» > "1m"')),
    Mistake("DL304", "an int and a double", "double(ag", must("«agent.memory * 1.5» > 2.0")),
    Mistake("DL304", "divided by 0", "", must("agent.memory / «0» == 1")),
    Mistake(
        "DL304",
        "one branch is a string, the other a duration",
        'duration("…")',
        with_param(PARAM, '\'duration(«agent.elevated ? "1m" : params.limit») > "1m"\''),
    ),
    Mistake(
        "DL305", '"7d" is no timestamp', "age(host.boot_time)", must('host.boot_time > «"7d"»')
    ),
    Mistake("DL305", "is no timestamp", "T00:00:00Z", must('host.boot_time > «"2026-11-22"»')),
    Mistake("DL305", "is no duration", '"90s"', must('agent.cpu_day < «"90 seconds"»')),
    Mistake("DL305", "is no version", '"1.2"', must('agent.version < «"v1.2"»')),
    Mistake("DL305", '"x" is no duration', "15m", must('agent.cpu_day < duration(«"x"»)')),
    Mistake("DL305", "no duration", "15m", must('\'agent.cpu_day < (now > now ? «"x"» : "1m")\'')),
    Mistake("DL306", "is never", "is one of", must("'«\"x\"» == host.os'")),
    Mistake("DL306", "is never", "linux", must('host.os in ["macos", «"Linus"»]')),
    Mistake(
        "DL307", "cannot stand in this list", "== null or", must("agent.memory in [1, «null»]")
    ),
    Mistake("DL308", "is an enum", "write not (host.os …)", must('not «host.os» == "linux"')),
    Mistake("DL308", "a list of records", "users.size() > 0", must("«users»")),
    Mistake("DL308", "is a timestamp", "age(host.boot_time)", must("«host.boot_time»")),
    Mistake("DL308", "is an int", "", must("users.all(u, «agent.memory»)")),
    Mistake("DL308", "is a string", "", must("'«host.name» ? true : false'")),
    Mistake("DL309", "and gets a host record", "write host.os", must("«host['os']» == \"linux\"")),
    Mistake("DL309", "has no fields", "write users.size()", must("users.«size» > 1")),
    Mistake("DL309", "has no fields", "", must('host.name.«x» == "y"')),
    Mistake(
        "DL309",
        "local is a list of bools, not one value",
        "${local.size()}",
        "define:\n  local: users.map(u, u.enabled)\nmust:\n  - that: local.size() > 1\n"
        "    say: wrong «${local}»",
    ),
    Mistake("DL310", "for ever", "age(…)", must('host.boot_time > «now - "7d"»')),
    Mistake("DL310", "for ever", "age(", must('«(now + "1s") - host.boot_time» < "7d"')),
    Mistake("DL311", "and gets a duration", "leave out", must('age(«agent.cpu_day») < "1d"')),
    Mistake(
        "DL311", "gets a string", "write timestamp(", must('age(«"2026-11-22T10:00:00Z"») < "1d"')
    ),
    Mistake("DL311", "is a literal", "glob", must("host.name.matches(«host.name»)")),
    Mistake("DL311", "startsWith() takes one", "s.startsWith(t)", must("«host.name.startsWith()»")),
    Mistake(
        "DL312",
        "never compared",
        "<= and >=",
        must("«agent.memory == double(agent.memory)»"),
    ),
    Mistake(
        "DL313",
        "volume hides another volume",
        "another name",
        "define:\n  «volume»: agent.memory\n" + each('volume.kind == "fixed"'),
    ),
    # warnings
    Mistake(
        "DL401",
        'never true: host.os can only be "linux"',
        "host.os in […]",
        must('host.os == "linux" and «host.os == "macos"»'),
    ),
    Mistake(
        "DL401",
        'always true: host.os can only be "linux"',
        "not (host.os in […])",
        must('host.os != "linux" or «host.os != "macos"»'),
    ),
    Mistake("DL401", "always true", "", must('host.name != "a" or «host.name != "b"»')),
    Mistake("DL401", "is never null", "", must("«has(agent.memory)»")),
    Mistake("DL401", "this is always true", "", must("«users.size() >= 0»")),
    Mistake("DL401", "this is never true", "", must("«0 > users.size()»")),
    Mistake("DL401", "this is never true", "", must("«age(host.boot_time) < '0s'»")),
    Mistake("DL401", "this is always true", "", must("«agent.memory == agent.memory»")),
    Mistake("DL401", "always the same", "", must('\'«"abc".startsWith("a")»\'')),
    Mistake("DL401", "this is always the same", "", must("«true»")),
    Mistake(
        "DL401",
        "agent.elevated is always true here",
        "",
        must("agent.elevated and «agent.elevated»"),
    ),
    Mistake("DL401", "this is always true", "", must("«agent.elevated or true»")),
    Mistake("DL401", "this is never true", "", must("«agent.memory in []»")),
    Mistake("DL401", "the age of now", "", must('«age(now)» < "1s" and agent.elevated')),
    Mistake(
        "DL401",
        'can only be "linux"',
        "",
        'when: host.os == "linux"\n' + must('agent.elevated or «host.os != "linux"»'),
    ),
    Mistake("DL404", "every value of volume.cipher", "volume.cipher != null", each(CIPHERS)),
    Mistake(
        "DL405",
        "odd reads v.mount, which never leaves",
        "(on the machine)",
        "define:\n  odd: volumes.exists(v, v.mount != null)\n"
        'must:\n  - that: odd\n    say: "wrong «${odd}»"',
    ),
    Mistake("DL406", "no special character", "contains", must('host.name.matches(«"PANO"»)')),
    Mistake("DL407", "never looks at u", "outside", must("users.exists(u, «agent.elevated»)")),
    Mistake(
        "DL206",
        "the same on every machine",
        "say and fix",
        must("agent.elevated") + "\ntitle: Locks after «${params.x}»",
    ),
    Mistake(
        "DL202",
        "this ${ is not closed",
        "$${",
        "must:\n  - that: agent.elevated\n    say: wrong «${»agent.memory",
    ),
    Mistake(
        "DL103",
        "at most 300 characters",
        "shorter",
        "must:\n  - that: agent.elevated\n    say: «" + "x" * 301 + "»",
    ),
]
MISTAKES = [mistake for mistake in MISTAKES if mistake.body]


def problems_of(check_rule, body: str) -> tuple[list[Problem], tuple[int, int, int] | None]:
    """All problems but missing tests, and the line and columns that the mistake stands on."""
    keys = {
        line.partition(":")[0] for line in body.split("\n") if line and not line.startswith(" ")
    }
    head = {
        "id": "a-rule",
        "title": "A rule of North Quay",
        "severity": "high",
        "controls": "[ENC-01]",
        "cite": "{in_force: [164.312(a)(2)(iv)]}",
    }
    bare = {key.strip("«»") for key in keys}
    lines = [f"{key}: {value}" for key, value in head.items() if key not in bare]
    lines += body.split("\n")
    text = "".join(f"{'  - ' if n == 0 else '    '}{line}\n" for n, line in enumerate(lines))
    text = f"dentinel: rules/v1\npack: north-quay\nrules:\n{text}"
    place = None
    for number, line in enumerate(text.split("\n"), 1):
        if "«" in line:
            start = line.index("«") + 1
            place = (number, start, line.index("»"))
    checked = check_rule(rules=text.replace("«", "").replace("»", ""))
    return [problem for problem in checked.problems if problem.id != "DL409"], place


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.id} {m.message[:30]}")
def test_a_mistake_is_told_where_it_stands(check_rule, mistake) -> None:
    found, place = problems_of(check_rule, mistake.body)
    told = [
        problem
        for problem in found
        if problem.id == mistake.id and mistake.message in problem.message
    ]
    assert told, [(problem.id, problem.message) for problem in found]
    problem = told[0]
    assert mistake.help in problem.help
    line, start, end = place
    assert (problem.place.line, problem.place.column) == (line, start)
    if end > start:
        assert problem.place.end == end
    assert problem.level == ("warning" if mistake.id.startswith("DL4") else "error")


def test_every_mistake_of_a_file_is_told_at_once(check_rule) -> None:
    body = """
severty: high
controls: [ENC-99]
when: host.rol == "nas"
must:
  - {that: agent.memry > 1 and agent.versin > "x", say: wrong}
every: volumes
where: volume.knd == "fixed"
each_must:
  - {that: volume.protecton == "protected" or volume.kind == "fixd", say: "${volume.nam}"}
"""
    found, _ = problems_of(check_rule, body.strip())
    ids = sorted(problem.id for problem in found)
    assert ids == ["DL101", "DL104", "DL109", *["DL302"] * 6, "DL306"]


def test_a_broken_part_complains_once(check_rule) -> None:
    found, _ = problems_of(check_rule, must("agent.nothing + 1 < 2 and not agent.nothing.x"))
    assert [problem.id for problem in found] == ["DL302", "DL302"]


def test_a_plain_sentence_without_a_fact_path(check_rule) -> None:
    body = must("agent.elevated") + "\nplain: It is bad if «volume.protection» is off."
    found, (line, start, end) = problems_of(check_rule, body)
    assert [(p.id, p.place.line, p.place.column, p.place.end) for p in found] == [
        ("DL408", line, start, end)
    ]


NARROWING = [
    'user.lock.after != null and user.lock.after <= "15m"',
    'null != user.lock.after and user.lock.after <= "15m"',
    'user.lock.after == null or user.lock.after <= "15m"',
    'has(user.lock.after) and user.lock.after <= "15m"',
    'not has(user.lock.after) or user.lock.after <= "15m"',
    'user.lock.after != null ? user.lock.after <= "15m" : false',
    'user.lock.after == "15m" and user.lock.after <= "15m"',
    'user.lock.after != "15m" or user.lock.after <= "15m"',
    'not (user.lock.after == null) and user.lock.after <= "15m"',
    '(user.lock.after != null and user.enabled) and user.lock.after <= "15m"',
    'user.enabled and user.lock.after != null and user.lock.after <= "15m"',
    'user.lock.after in ["15m", "30m"] and user.lock.after <= "15m"',
    'user.lock.after == agent.cpu_day and user.lock.after <= "15m"',
    '(user.lock.after == null ? "0s" : user.lock.after) <= "15m"',
    '(has(user.lock.after) ? user.lock.after : "0s") <= "15m"',
    'not (user.lock.after == null or user.enabled) and user.lock.after <= "15m"',
    '(user.enabled ? user.lock.after != null : false) and user.lock.after <= "15m"',
    '(user.enabled ? user.lock.after == "1m" : has(user.lock.after)) and user.lock.after < "1h"',
    "users.filter(u, u.lock.after != null).all(u, has(u.lock.after)) or user.admin",
    'user.lock.after != null and users.all(u, user.lock.after <= "15m" or u.enabled)',
]
NO_NARROWING = [
    'user.lock.after <= "15m" and user.lock.after != null',
    'user.lock.after != null or user.lock.after <= "15m"',
    '(user.lock.after != null or user.enabled) and user.lock.after <= "15m"',
    'user.lock.after == null and user.lock.after <= "15m"',
    'user.last_seen != null and user.lock.after <= "15m"',
    'users.exists(u, u.lock.after != null) and user.lock.after <= "15m"',
    'users.all(u, u.lock.after != null) and users.all(u, u.lock.after <= "15m")',
    'users.filter(u, u.lock.after != null).all(u, u.lock.after <= "15m")',
    '(user.enabled ? user.lock.after != null : true) and user.lock.after <= "15m"',
    '(user.enabled and has(user.lock.after) or user.admin) and user.lock.after <= "15m"',
    'not (user.enabled and user.lock.after == null) and user.lock.after <= "15m"',
    'user.lock.after != user.lock.after or user.lock.after <= "15m"',
]


@pytest.mark.parametrize("leaf", NARROWING)
def test_what_was_compared_with_null_may_be_used(check_rule, leaf) -> None:
    body = f"every: users\neach_must:\n  - {{that: '{leaf}', say: wrong}}\nif_none: pass"
    assert problems_of(check_rule, body)[0] == []


@pytest.mark.parametrize("leaf", NO_NARROWING)
def test_what_may_still_be_null_may_not(check_rule, leaf) -> None:
    body = f"every: users\neach_must:\n  - {{that: '{leaf}', say: wrong}}\nif_none: pass"
    assert "DL307" in {problem.id for problem in problems_of(check_rule, body)[0]}


def test_what_when_asks_is_known_in_the_whole_rule(check_rule) -> None:
    body = """
when: patching.last_scan != null and host.os == "linux"
define:
  since: age(patching.last_scan)
must:
  - {that: since < "7d" and age(patching.last_scan) < "7d", say: wrong}
every: users
where: user.enabled and age(patching.last_scan) < "7d"
each_must:
  - {that: user.admin or age(patching.last_scan) < "7d", say: "${since}"}
if_none: pass
"""
    assert problems_of(check_rule, body.strip())[0] == []


def test_one_null_is_told_once_a_leaf(check_rule) -> None:
    leaf = "user.lock.after <= '15m' or user.lock.after >= '1h'"
    body = f'every: users\neach_must:\n  - {{that: "{leaf}", say: wrong}}\nif_none: pass'
    assert [one.id for one in problems_of(check_rule, body)[0]] == ["DL307"]


@pytest.mark.parametrize("over", ["", "every: volums\n", "evry: volumes\n"])
def test_without_its_list_the_leaves_of_an_item_are_checked_all_the_same(check_rule, over) -> None:
    body = f"""{over}must:
  - {{that: agent.elevated, say: wrong}}
where: volume.knd == "fixed" and volume.holds_imaging
each_must:
  - {{that: volume.protection == "protectd", say: "${{volume.nam}}"}}
if_none: pass
"""
    ids = {one.id for one in problems_of(check_rule, body.strip())[0]}
    assert {"DL302", "DL306"} <= ids
    assert "DL301" not in ids


def test_a_pack_that_asks_for_a_newer_catalogue_is_told_so_and_not_of_its_names(check_rule) -> None:
    pack = (
        "dentinel: pack/v1\npack: north-quay\nversion: '1.0.0'\ntitle: North Quay\n"
        "requires_facts: '9.0'\nlanguage: 1\n"
    )
    checked = check_rule(must("printers.all(p, p.encrypted) and agent.new_field"), pack=pack)
    told = [one.id for one in checked.problems if one.level == "error"]
    assert told == ["DL314"]


def test_one_entry_of_where_narrows_the_next_and_each_must(check_rule) -> None:
    body = """
every: users
where:
  - user.lock.after != null
  - user.lock.after < "1h"
each_must:
  - {that: user.lock.after <= "15m", say: wrong}
if_none: pass
"""
    assert problems_of(check_rule, body.strip())[0] == []
