/*
 * Rubbish as input: files of random bytes and truncated plug-ins as TARGET, damaged logs as --db.
 *
 *     fuzz PROGRAM PLUGIN
 *
 * The program must never die of a signal and never answer 70; where damage is detected it answers
 * 2, with a sentence that begins with its name. The numbers come from a counter hash, so that each
 * run sees the same files. Answers in TAP.
 */
#include "gradaudit/isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    RANDOM_FILES = 1000,
    TRUNCATED_FILES = 200,
    DAMAGED_FILES = 2000,
    DAMAGED_LOGS = 200,
    AT_ONCE = 40, /* targets in one call: each is judged by itself */
    LARGEST = 5000
};

extern char **environ;

static const char *program;
static char folder[] = "/tmp/gradaudit-fuzz-XXXXXX";
static int tests_done, tests_failed;

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* splitmix64 */
static uint64_t random_bits(void)
{
    static uint64_t state = 20260801;
    state += 0x9e3779b97f4a7c15u;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static size_t random_below(size_t bound)
{
    return bound == 0 ? 0 : (size_t)(random_bits() % bound);
}

/* ---- Files ----------------------------------------------------------------------------------- */

typedef struct bytes {
    unsigned char *data;
    size_t size;
} bytes;

static bytes read_file(const char *path)
{
    FILE *const in = fopen(path, "rb");
    const long size = in && fseek(in, 0, SEEK_END) == 0 ? ftell(in) : 0;
    if (size <= 0) {
        die(path);
    }
    rewind(in);
    bytes out = {.data = malloc((size_t)size), .size = (size_t)size};
    if (!out.data || fread(out.data, 1, out.size, in) != out.size) {
        die(path);
    }
    (void)fclose(in);
    return out;
}

static void write_file(const char *path, const unsigned char *data, size_t size)
{
    FILE *const out = fopen(path, "wb");
    if (!out || fwrite(data, 1, size, out) != size || fclose(out) != 0) {
        die(path);
    }
}

static const char *in_folder(const char *name, int number)
{
    static char paths[AT_ONCE + 1][128]; /* as many as one call needs */
    static int next;
    char *const path = paths[next++ % (AT_ONCE + 1)];
    (void)snprintf(path, sizeof *paths, "%s/%s%d", folder, name, number);
    return path;
}

/* ---- The program ----------------------------------------------------------------------------- */

typedef struct answer {
    int code;      /* or minus the signal */
    int sentences; /* lines on standard error that begin with the program's name */
    int strangers; /* and those that do not */
} answer;

static answer run(const char *const *arguments)
{
    const char *const errors = in_folder("errors", 0);
    posix_spawn_file_actions_t actions;
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    (void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors,
                                           O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t child = 0;
    /* posix_spawn() does not write to its arguments */
    char *argv[AT_ONCE + 16];
    size_t count = 0;
    for (; arguments[count]; count++) {
        memcpy(&argv[count], &arguments[count], sizeof *argv);
    }
    argv[count] = NULL;
    if (posix_spawn(&child, program, &actions, NULL, argv, environ) != 0) {
        die(program);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    answer out = {.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status)};

    char line[4096];
    FILE *const in = fopen(errors, "r");
    while (in && fgets(line, sizeof line, in)) {
        const int ours = strncmp(line, "gradaudit: ", 11) == 0;
        out.sentences += ours;
        out.strangers += !ours;
        if (!ours) {
            printf("# %s", line);
        }
    }
    if (in) {
        (void)fclose(in);
    }
    return out;
}

static void report(int good, const char *what)
{
    printf("%sok %d - %s\n", good ? "" : "not ", ++tests_done, what);
    (void)fflush(stdout);
    tests_failed += !good;
}

/* ---- Targets --------------------------------------------------------------------------------- */

/* All targets are refused: exit 2, a sentence for each. */
static int audit_all_refused(const char *const *targets, int count)
{
    const char *arguments[AT_ONCE + 8] = {"gradaudit", "audit", "--no-db", "--format", "concise"};
    memcpy(arguments + 5, targets, (size_t)count * sizeof *targets);
    const answer got = run(arguments);
    const int good = got.code == 2 && got.sentences == count && got.strangers == 0;
    if (!good) {
        printf("# code %d, %d sentences for %d targets from %s on\n", got.code, got.sentences,
               count, targets[0]);
    }
    return good;
}

static size_t make_random(unsigned char *data, int number)
{
    const size_t size = 1 + random_below(LARGEST);
    for (size_t i = 0; i < size; i++) {
        data[i] = (unsigned char)random_bits();
    }
    /* every second one looks like a shared object of this kind, up to some point */
    static const unsigned char start[] = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0,  0, 0, 0,
                                          0,    0,   0,   0,   0, 3, 0, 62, 0, 1};
    if (number % 2 == 0) {
        memcpy(data, start, size < sizeof start ? size : sizeof start);
    }
    if (number % 4 == 0 && size > 64) { /* and every fourth has headers that could be meant */
        memset(data + 32, 0, 16);
        data[32] = 64;
        data[54] = 56;
        data[55] = 0;
        data[56] = (unsigned char)(1 + number % 8);
        data[57] = 0;
    }
    return size;
}

static void random_files(void)
{
    static unsigned char data[LARGEST];
    int good = 1;
    for (int begin = 0; begin < RANDOM_FILES; begin += AT_ONCE) {
        const char *targets[AT_ONCE + 1] = {NULL};
        int count = 0;
        for (; count < AT_ONCE && begin + count < RANDOM_FILES; count++) {
            targets[count] = in_folder("random", count);
            write_file(targets[count], data, make_random(data, begin + count));
        }
        good &= audit_all_refused(targets, count);
    }
    report(good, "1000 files of random bytes are refused, each with a sentence");
}

static void truncated_files(const bytes *plugin)
{
    int good = 1;
    for (int begin = 0; begin < TRUNCATED_FILES; begin += AT_ONCE) {
        const char *targets[AT_ONCE + 1] = {NULL};
        int count = 0;
        for (; count < AT_ONCE && begin + count < TRUNCATED_FILES; count++) {
            targets[count] = in_folder("cut", count);
            write_file(targets[count], plugin->data, random_below(plugin->size));
        }
        good &= audit_all_refused(targets, count);
    }
    report(good, "200 truncated plug-ins are refused, each with a sentence");
}

/*
 * Copies with a few wrong bytes, most of them where the headers and tables are. They are only
 * looked at, not loaded: what is in them could do anything. Whatever the answer, a refusal has its
 * sentence.
 */
static void damaged_files(const bytes *plugin)
{
    int good = 1;
    int refused = 0;
    unsigned char *const copy = malloc(plugin->size);
    const char *const path = in_folder("damaged", 0);
    for (int number = 0; copy && number < DAMAGED_FILES; number++) {
        memcpy(copy, plugin->data, plugin->size);
        for (size_t i = 1 + random_below(4); i > 0; i--) {
            const size_t bound = random_below(2) == 0 ? 1200 : plugin->size;
            copy[random_below(bound < plugin->size ? bound : plugin->size)] =
                (unsigned char)random_bits();
        }
        write_file(path, copy, plugin->size);
        char why[300] = "";
        const ga_status status = ga_plugin_inspect(path, why, sizeof why);
        refused += status != GA_OK;
        good &= (status == GA_OK) == (why[0] == '\0');
    }
    free(copy);
    printf("# %d of %d were refused\n", refused, DAMAGED_FILES);
    report(good && refused > 0, "2000 damaged plug-ins are looked at without harm");
}

/* ---- Logs ------------------------------------------------------------------------------------ */

static int is_sane(answer got, const char *what, int number)
{
    /* 1: what the plug-in is found guilty of cannot be, as it is right */
    const int good = (got.code == 0 || (got.code == 2 && got.sentences > 0)) && got.strangers == 0;
    if (!good) {
        printf("# %s, log %d: code %d, %d sentences\n", what, number, got.code, got.sentences);
    }
    return good;
}

static void damage(unsigned char *data, size_t *size, int number)
{
    const size_t where = random_below(*size);
    switch (number % 4) {
    case 0: /* cut off */
        *size = where;
        break;
    case 1: /* a few bits, anywhere */
        for (int i = 0; i < 20; i++) {
            data[random_below(*size)] ^= (unsigned char)(1u << random_below(8));
        }
        break;
    case 2: /* a stretch of random bytes */
        for (size_t i = where; i < *size && i < where + 512; i++) {
            data[i] = (unsigned char)random_bits();
        }
        break;
    default: /* in the first page, which says what the file is */
        data[random_below(*size < 4096 ? *size : 4096)] = (unsigned char)random_bits();
        data[random_below(100)] = (unsigned char)random_bits();
        break;
    }
}

static void damaged_logs(const char *plugin)
{
    char whole[128];
    (void)snprintf(whole, sizeof whole, "%s", in_folder("whole.db", 0));
    for (int i = 0; i < 3; i++) {
        const char *const arguments[] = {"gradaudit", "audit", "--db", whole, plugin, NULL};
        if (run(arguments).code != 0) {
            report(0, "a log to damage can be made");
            return;
        }
    }
    const bytes log = read_file(whole);
    unsigned char *const copy = malloc(log.size);
    int good = copy != NULL;
    int refused = 0;
    for (int number = 0; copy && number < DAMAGED_LOGS; number++) {
        const char *const path = in_folder("log.db", number);
        size_t size = log.size;
        memcpy(copy, log.data, size);
        damage(copy, &size, number);
        write_file(path, copy, size);
        const char *const list[] = {"gradaudit", "runs", "--db", path, NULL};
        const char *const show[] = {"gradaudit", "show", "latest", "--db", path, NULL};
        const char *const audit[] = {"gradaudit", "audit", "--format", "concise",
                                     "--db",      path,    plugin,     NULL};
        good &= is_sane(run(list), "runs", number) & is_sane(run(show), "show", number);
        const answer written = run(audit);
        good &= is_sane(written, "audit", number);
        refused += written.code == 2;
    }
    free(copy);
    free(log.data);
    printf("# %d of %d were refused by audit\n", refused, DAMAGED_LOGS);
    report(good, "200 damaged logs are read, written or refused, but never believed blindly");
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: fuzz PROGRAM PLUGIN\n");
        return 2;
    }
    program = argv[1];
    if (!mkdtemp(folder)) {
        die(folder);
    }
    printf("1..4\n");
    const bytes plugin = read_file(argv[2]);
    random_files();
    truncated_files(&plugin);
    damaged_files(&plugin);
    damaged_logs(argv[2]);
    free(plugin.data);

    (void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return tests_failed > 0;
}
