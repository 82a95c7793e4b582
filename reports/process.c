/*
 * Numbers that make a run unique: the process that writes it, a uuid, the time, a hash of texts.
 */
#include "host.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* When a process started, in ticks since the boot: field 22 of its stat file, which follows the
 * name in parentheses, which may contain anything. *is_gone: it has ended, and only waits for its
 * parent to ask how (state Z or X). 0: there is no such process, or no /proc. */
static int64_t start_of(pid_t pid, int *is_gone)
{
    enum {
        FIELDS_BEFORE = 20
    }; /* from the one after the name to the one before the start */
    char path[64];
    char text[1024];
    *is_gone = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *const file = fopen(path, "re");
    if (!file) {
        return 0;
    }
    const size_t length = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[length] = '\0';
    const char *at = strrchr(text, ')');
    *is_gone = at && at[1] == ' ' && (at[2] == 'Z' || at[2] == 'X');
    for (int k = 0; at && k < FIELDS_BEFORE; k++) {
        at = strchr(at + 1, ' ');
    }
    return at ? strtoll(at, NULL, 10) : 0;
}

static void read_boot(char *boot, size_t size)
{
    boot[0] = '\0';
    FILE *const file = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (file) {
        if (fgets(boot, (int)size, file)) {
            boot[strcspn(boot, "\n")] = '\0';
        }
        (void)fclose(file);
    }
}

void ga_process_self(ga_process *process)
{
    process->pid = getpid();
    int unused = 0;
    process->started = start_of(process->pid, &unused);
    read_boot(process->boot, sizeof process->boot);
}

int ga_process_lives(const ga_process *process)
{
    char boot[sizeof process->boot];
    read_boot(boot, sizeof boot);
    if (strcmp(boot, process->boot) != 0 || process->pid <= 0) {
        return 0;
    }
    if (kill(process->pid, 0) != 0 && errno != EPERM) {
        return 0;
    }
    int is_gone = 0;
    const int64_t started = start_of(process->pid, &is_gone);
    return !is_gone && (process->started == 0 || started == process->started);
}

void ga_hash_texts(const char *const *texts, size_t count, char hash[GA_HASH_TEXT])
{
    uint64_t bits =
        UINT64_C(14695981039346656037); /* the offset and the prime of FNV-1a, 64 bits */
    for (size_t k = 0; k < count; k++) {
        const unsigned char *at = (const unsigned char *)(texts[k] ? texts[k] : "");
        do {
            bits = (bits ^ *at) * UINT64_C(1099511628211);
        } while (*at++); /* with the 0 at the end, so that "a","bc" and "ab","c" differ */
    }
    (void)snprintf(hash, GA_HASH_TEXT, "%016llx", (unsigned long long)bits);
}

void ga_uuid_make(char uuid[GA_UUID_TEXT])
{
    unsigned char bytes[16] = {0};
    if (getrandom(bytes, sizeof bytes, GRND_NONBLOCK) != (ssize_t)sizeof bytes) {
        struct timespec now = {0}; /* a kernel too young for randomness: unique on this machine */
        (void)clock_gettime(CLOCK_REALTIME, &now);
        const pid_t pid = getpid();
        memcpy(bytes, &now.tv_nsec, 4);
        memcpy(bytes + 4, &now.tv_sec, 8);
        memcpy(bytes + 12, &pid, 4);
    }
    bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40); /* RFC 9562, section 5.4 */
    bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
    char *to = uuid;
    for (size_t k = 0; k < sizeof bytes; k++) {
        to += sprintf(to, "%s%02x", k == 4 || k == 6 || k == 8 || k == 10 ? "-" : "", bytes[k]);
    }
}

int64_t ga_now_milliseconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
