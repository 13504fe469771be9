"""A program of C in the place of the frozen agent: a service, and what a package has it do."""

SOURCE = r"""
#include <windows.h>
#include <stdio.h>
#include <string.h>

static const char *HOME = "C:\\ProgramData\\dentinel";
static SERVICE_STATUS_HANDLE handle;
static HANDLE stopped;

static void say(DWORD state) {
    SERVICE_STATUS status = {SERVICE_WIN32_OWN_PROCESS, state, SERVICE_ACCEPT_STOP, 0, 0, 0, 0};
    SetServiceStatus(handle, &status);
}
static DWORD WINAPI told(DWORD control, DWORD kind, void *data, void *context) {
    if (control == SERVICE_CONTROL_STOP) { say(SERVICE_STOP_PENDING); SetEvent(stopped); }
    return NO_ERROR;
}
static void WINAPI serve(DWORD count, char **words) {
    stopped = CreateEventA(NULL, TRUE, FALSE, NULL);
    handle = RegisterServiceCtrlHandlerExA("dentinel", told, NULL);
    say(SERVICE_RUNNING);
    WaitForSingleObject(stopped, INFINITE);
    say(SERVICE_STOPPED);
}
static void keep(const char *name, const char *text) {
    char path[MAX_PATH];
    snprintf(path, sizeof path, "%s\\%s", HOME, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL || *text) file = freopen(path, "wb", file ? file : stdout);
    if (*text) fputs(text, file);
    fclose(file);
}
int main(int count, char **words) {
    if (count > 2 && strcmp(words[2], "service") == 0) {
        SERVICE_TABLE_ENTRYA table[] = {{"dentinel", serve}, {NULL, NULL}};
        return !StartServiceCtrlDispatcherA(table);
    }
    if (count > 4 && strcmp(words[3], "--join") == 0) {
        CreateDirectoryA("C:\\ProgramData", NULL);
        CreateDirectoryA(HOME, NULL);
        keep("report.key", "");
        if (words[4][0]) keep("join", words[4]);
        return 0;
    }
    if (count > 3 && strcmp(words[3], "--purge") == 0) {
        char path[MAX_PATH];
        for (int i = 0; i < 2; i++) {
            snprintf(path, sizeof path, "%s\\%s", HOME, i ? "join" : "report.key");
            DeleteFileA(path);
        }
        return !RemoveDirectoryA(HOME);
    }
    return 9;
}
"""
