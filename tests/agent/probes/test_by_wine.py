"""What Windows' own functions give, as far as Wine has them, is what we decode.

A program of C calls the same functions with the same arguments and prints the bytes that it was
given; our structures then read them.
"""

import pytest

from agent.probes import listeners, power, services
from agent.probes.calls import native
from agent.readers import sddl

pytestmark = [pytest.mark.live, pytest.mark.slow]

HEADS = """
#include <winsock2.h>
#include <windows.h>
#include <iphlpapi.h>
#include <sddl.h>
#include <tlhelp32.h>
#include <powrprof.h>
#include <stdio.h>
static void told(const void *at, DWORD size) {
    for (DWORD i = 0; i < size; i++) printf("%02x", ((const unsigned char *)at)[i]);
    printf("\\n");
}
"""

SOCKETS = (
    HEADS
    + """
int main(void) {
    static char table[1 << 20]; DWORD size; WSADATA data; int length = sizeof(struct sockaddr_in);
    struct sockaddr_in here = {0}; WSAStartup(0x202, &data);
    here.sin_family = AF_INET; here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SOCKET stream = socket(AF_INET, SOCK_STREAM, 0), datagrams = socket(AF_INET, SOCK_DGRAM, 0);
    bind(stream, (struct sockaddr *)&here, length); listen(stream, 1);
    getsockname(stream, (struct sockaddr *)&here, &length); printf("%d\\n", ntohs(here.sin_port));
    bind(datagrams, (struct sockaddr *)&here, length);
    printf("%lu\\n", GetCurrentProcessId());
    size = sizeof(table); if (GetExtendedTcpTable(table, &size, FALSE, 2, 3, 0)) return 1;
    told(table, size);
    size = sizeof(table); if (GetExtendedUdpTable(table, &size, FALSE, 2, 1, 0)) return 2;
    told(table, size);
    return 0; }
"""
)


def test_a_socket_that_listens_is_found_where_it_listens(wine) -> None:
    said = wine.run(wine.compiled(SOCKETS, "iphlpapi", "ws2_32")).decode().split()
    port, pid, tcp, udp = int(said[0]), int(said[1]), *map(bytes.fromhex, said[2:])
    for table, kind in ((tcp, listeners.Tcp4Row), (udp, listeners.Udp4Row)):
        found = [listeners.socket(row, {}.get) for row in listeners.rows(table, kind)]
        # Wine does not always know whose a socket is: it says 0 then.
        assert ("127.0.0.1", port) in {(one["address"], one["port"]) for one in found}
        assert {one["pid"] for one in found if one["port"] == port} <= {0, pid}


PROCESSES = (
    HEADS
    + """
int main(void) {
    PROCESSENTRY32W entry = {sizeof(entry)}; HANDLE all = CreateToolhelp32Snapshot(2, 0);
    for (BOOL more = Process32FirstW(all, &entry); more; more = Process32NextW(all, &entry))
        if (entry.th32ProcessID == GetCurrentProcessId()) told(&entry, sizeof(entry));
    return GetLastError() == 18 ? 0 : 1; }
"""
)


def test_a_process_has_the_name_of_its_file(wine) -> None:
    program = wine.compiled(PROCESSES)
    entry = listeners.ProcessEntry.from_buffer_copy(bytes.fromhex(wine.run(program).decode()))
    assert listeners.exe(entry) == program.name


SERVICES = (
    HEADS
    + """
int main(void) {
    static char page[1 << 18], config[8192]; DWORD needed, count, resume = 0;
    SC_HANDLE all = OpenSCManagerW(NULL, NULL, 5);
    if (!EnumServicesStatusExW(all, 0, 0x30, 3, (BYTE *)page, sizeof(page), &needed, &count,
                               &resume, NULL)) return 1;
    ENUM_SERVICE_STATUS_PROCESSW *found = (void *)page;
    for (DWORD i = 0; i < count; i++) {
        SC_HANDLE one = OpenServiceW(all, found[i].lpServiceName, 1);
        if (!QueryServiceConfigW(one, (void *)config, sizeof(config), &needed)) return 2;
        printf("%ls %lu %lu\\n", found[i].lpServiceName,
               found[i].ServiceStatusProcess.dwCurrentState,
               ((QUERY_SERVICE_CONFIGW *)config)->dwStartType);
        told(&found[i], sizeof(found[i])); told(config, sizeof(QUERY_SERVICE_CONFIGW));
    }
    return 0; }
"""
)


def test_services_have_the_state_and_the_start_that_windows_says(wine) -> None:
    said = iter(wine.run(wine.compiled(SERVICES)).decode().splitlines())
    seen = 0
    for line in said:
        _, state, start = line.rsplit(" ", 2)
        entry = services.EnumServiceStatusProcess.from_buffer_copy(bytes.fromhex(next(said)))
        config = services.QueryServiceConfig.from_buffer_copy(bytes.fromhex(next(said)))
        assert entry.ServiceStatusProcess.dwCurrentState == int(state)
        assert config.dwStartType == int(start)
        seen += 1
    assert seen > 0


RIGHTS = (
    HEADS
    + """
int main(int count, char **words) {
    for (int i = 1; i < count; i++) {
        PSECURITY_DESCRIPTOR list; LPWSTR text;
        if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(words[i], 1, &list, NULL))
            return 1;
        if (!ConvertSecurityDescriptorToStringSecurityDescriptorW(list, 1, 4, &text, NULL))
            return 2;
        printf("%ls\\n", text);
    }
    return 0; }
"""
)
LISTS = {
    "D:(A;OICI;FA;;;WD)": "full",
    "D:(A;OICI;0x1f01ff;;;S-1-1-0)": "full",
    "D:PAI(A;OICI;FA;;;BA)(A;;FR;;;AU)": "read",
    "D:(A;;GRGX;;;BU)": "read",
    "D:AI(A;OICIID;0x1301bf;;;S-1-5-32-545)": "change",
    "D:(A;;GA;;;S-1-5-21-1-2-3-1001)(A;;FX;;;WD)": "none",
    "D:(D;OICI;FA;;;WD)(A;OICI;FA;;;WD)": "none",
}


def test_a_list_of_rights_says_the_same_as_windows_writes_it_down(wine) -> None:
    program = wine.compiled(RIGHTS, "advapi32")
    said = wine.run(program, *LISTS).decode().splitlines()
    found = [sddl.access(sddl.everybody(one, folder=True).signed_in) for one in said]
    assert found == list(LISTS.values())


POWER = (
    HEADS
    + """
int main(void) {
    SYSTEM_POWER_CAPABILITIES said; if (!GetPwrCapabilities(&said)) return 1;
    printf("%d\\n", said.SystemS3); told(&said, sizeof(said)); return 0; }
"""
)


def test_capabilities_of_power_fill_our_structure(wine) -> None:
    said = wine.run(wine.compiled(POWER, "powrprof")).decode().split()
    one = power.SystemPowerCapabilities.from_buffer_copy(bytes.fromhex(said[1]))
    assert one.SystemS3 == int(said[0])
    assert power.sleeps(one) == {"modern_standby": False}


def test_entries_are_read_where_they_lie() -> None:
    assert list(native.entries(0, services.ServiceStatusProcess, 0)) == []
