/*
 * The git revision of a folder, from one `git status`: no shell, nothing of the caller's GIT_*
 * environment, no hook or monitor of the repository, and an end after two seconds whatever happens.
 */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
    MOST_MILLISECONDS = 2000,
    PAUSE_MILLISECONDS = 5,
    LINE_SIZE = 1024
};

static int64_t now(void)
{
    struct timespec time = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The environment without what would point git elsewhere, make it ask, or translate its words. The
 * texts are borrowed. NULL: no memory. */
static char **plain_environment(void)
{
    static char language[] = "LC_ALL=C";
    static char prompt[] = "GIT_TERMINAL_PROMPT=0";
    size_t count = 0;
    while (environ && environ[count]) {
        count++;
    }
    char **const plain = calloc(count + 3, sizeof *plain);
    size_t kept = 0;
    for (size_t k = 0; plain && k < count; k++) {
        if (strncmp(environ[k], "GIT_", 4) != 0 && strncmp(environ[k], "LC_ALL=", 7) != 0) {
            plain[kept++] = environ[k];
        }
    }
    if (plain) {
        plain[kept++] = language;
        plain[kept] = prompt;
    }
    return plain;
}

/* A group of its own, so that it can be ended with all that it starts; signals as at the start. */
static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int output)
{
    sigset_t none;
    sigset_t all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    return posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ||
           posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO) ||
           posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) ||
           posix_spawnattr_setpgroup(attributes, 0) ||
           posix_spawnattr_setsigmask(attributes, &none) ||
           posix_spawnattr_setsigdefault(attributes, &all) ||
           posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF);
}

/* Starts git with its output on a pipe; the reading end in *reading. 0: it cannot be started. */
static pid_t start_git(const char *folder, int *reading)
{
    const char *const arguments[] = {"git",
                                     "--no-optional-locks",
                                     "-C",
                                     folder,
                                     "-c",
                                     "core.fsmonitor=false",
                                     "status",
                                     "--porcelain=v2",
                                     "--branch",
                                     "--untracked-files=no",
                                     "--ignore-submodules=dirty",
                                     NULL};
    char *argv[sizeof arguments / sizeof *arguments];
    memcpy(argv, arguments, sizeof arguments); /* posix_spawn takes them without const */
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return 0;
    }
    pid_t pid = 0;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char **const plain = plain_environment();
    const int has_actions = posix_spawn_file_actions_init(&actions) == 0;
    const int has_attributes = posix_spawnattr_init(&attributes) == 0;
    if (!plain || !has_actions || !has_attributes || prepare(&actions, &attributes, ends[1]) != 0 ||
        posix_spawnp(&pid, "git", &actions, &attributes, argv, plain) != 0) {
        pid = 0;
    }
    if (has_actions) {
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    if (has_attributes) {
        (void)posix_spawnattr_destroy(&attributes);
    }
    free(plain);
    (void)close(ends[1]);
    if (pid <= 0) {
        (void)close(ends[0]);
        return 0;
    }
    *reading = ends[0];
    return pid;
}

static void read_header(const char *line, ga_revision *revision)
{
    static const char commit[] = "# branch.oid ";
    static const char branch[] = "# branch.head ";
    if (strncmp(line, commit, sizeof commit - 1) == 0 && line[sizeof commit - 1] != '(') {
        (void)snprintf(revision->commit, sizeof revision->commit, "%.70s",
                       line + sizeof commit - 1);
    } else if (strncmp(line, branch, sizeof branch - 1) == 0 && line[sizeof branch - 1] != '(') {
        (void)snprintf(revision->branch, sizeof revision->branch, "%.250s",
                       line + sizeof branch - 1);
    }
}

/* Takes bytes as they come; lines that do not begin with # are files that differ. */
typedef struct lines {
    char text[LINE_SIZE];
    size_t length;
    int differ;
} lines;

static void take(lines *parsed, const char *bytes, size_t count, ga_revision *revision)
{
    for (size_t k = 0; k < count; k++) {
        if (bytes[k] != '\n') {
            if (parsed->length + 1 < sizeof parsed->text) {
                parsed->text[parsed->length++] = bytes[k];
            }
            continue;
        }
        parsed->text[parsed->length] = '\0';
        if (parsed->text[0] == '#') {
            read_header(parsed->text, revision);
        } else {
            parsed->differ = 1;
        }
        parsed->length = 0;
    }
}

/* Reads to the end; 0: not within the time. */
static int read_all(int reading, int64_t deadline, ga_revision *revision)
{
    lines parsed = {.length = 0};
    char bytes[4096];
    for (;;) {
        struct pollfd waiting = {.fd = reading, .events = POLLIN};
        const int64_t left = deadline - now();
        if (left <= 0) {
            return 0;
        }
        const int ready = poll(&waiting, 1, (int)left);
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready <= 0) {
            return 0;
        }
        const ssize_t count = read(reading, bytes, sizeof bytes);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            revision->dirty = parsed.differ;
            return count == 0;
        }
        take(&parsed, bytes, (size_t)count, revision);
    }
}

/* Whether it ended well. When somebody else collects this process's children, its output decides.
 */
static int wait_for(pid_t pid, int64_t deadline)
{
    for (;;) {
        int state = 0;
        const pid_t ended = waitpid(pid, &state, WNOHANG);
        if (ended == pid) {
            return WIFEXITED(state) && WEXITSTATUS(state) == 0;
        }
        if (ended < 0 && errno != EINTR) {
            return errno == ECHILD;
        }
        if (now() >= deadline) {
            (void)kill(-pid, SIGKILL);
            while (waitpid(pid, &state, 0) < 0 && errno == EINTR) {
            }
            return 0;
        }
        (void)poll(NULL, 0, PAUSE_MILLISECONDS);
    }
}

void ga_revision_read(const char *folder, ga_revision *revision)
{
    *revision = (ga_revision){.dirty = -1};
    ga_revision found = *revision;
    int reading = -1;
    const int64_t deadline = now() + MOST_MILLISECONDS;
    const pid_t pid = start_git(folder && *folder ? folder : ".", &reading);
    if (pid == 0) {
        return;
    }
    const int is_whole = read_all(reading, deadline, &found);
    (void)close(reading);
    if (wait_for(pid, is_whole ? deadline : 0) && is_whole && found.commit[0]) {
        *revision = found;
    }
}
