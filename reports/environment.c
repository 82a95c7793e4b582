/*
 * The machine and the build that a run belongs to, so that two runs that differ can be told apart
 * by where they ran.
 */
#include "host.h"
#include "store_inside.h"

#include "build_flags.h" /* made by meson: GA_CFLAGS */

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

/* The rest of the first line of a file that begins with `key`, past a separator and quotes. */
static void read_line(const char *path, const char *key, char separator, char *text)
{
    char line[GA_HOST_TEXT * 2];
    FILE *const file = fopen(path, "re");
    if (!file) {
        return;
    }
    while (fgets(line, sizeof line, file)) {
        const char *const value = strchr(line, separator);
        if (strncmp(line, key, strlen(key)) == 0 && value) {
            const char *const start = value + 1 + strspn(value + 1, " \t\"");
            (void)snprintf(text, GA_HOST_TEXT, "%.*s", (int)strcspn(start, "\"\n"), start);
            break;
        }
    }
    (void)fclose(file);
}

static void read_os(ga_environment *environment)
{
    struct utsname names;
    char release[GA_HOST_TEXT] = "";
    if (uname(&names) != 0) {
        return;
    }
    read_line("/etc/os-release", "PRETTY_NAME", '=', release);
    (void)snprintf(environment->host, sizeof environment->host, "%.200s", names.nodename);
    (void)snprintf(environment->os, sizeof environment->os, "%.40s %.80s %.20s%s%.100s",
                   names.sysname, names.release, names.machine, release[0] ? ", " : "", release);
    (void)snprintf(environment->cpu, sizeof environment->cpu, "%.200s", names.machine);
    read_line("/proc/cpuinfo", "model name", ':', environment->cpu);
}

void ga_environment_read(ga_environment *environment)
{
    *environment = (ga_environment){0};
    read_os(environment);
#if defined(__clang__)
    (void)snprintf(environment->compiler, GA_HOST_TEXT, "%.200s", __VERSION__);
#elif defined(__GNUC__)
    (void)snprintf(environment->compiler, GA_HOST_TEXT, "gcc %.200s", __VERSION__);
#endif
    (void)snprintf(environment->cflags, GA_HOST_TEXT, "%.200s", GA_CFLAGS);
#ifdef __GLIBC__
    (void)snprintf(environment->libm, GA_HOST_TEXT, "glibc %.100s", gnu_get_libc_version());
#endif
    (void)snprintf(environment->version, GA_HOST_TEXT, "%.100s", ga_version());
    const char *const all[] = {environment->host,     environment->os,     environment->cpu,
                               environment->compiler, environment->cflags, environment->libm,
                               environment->version};
    ga_hash_texts(all, sizeof all / sizeof *all, environment->digest);
}

ga_status ga_log_environment(ga_store *store, int64_t *id)
{
    ga_environment environment;
    ga_environment_read(&environment);
    *id = 0;
    ga_row row = ga_row_prepare(store, "INSERT INTO environment (digest, host, os, cpu, compiler, "
                                       "cflags, libm, version) VALUES (?,?,?,?,?,?,?,?) "
                                       "ON CONFLICT (digest) DO UPDATE SET digest = digest "
                                       "RETURNING id");
    ga_put_text(&row, environment.digest);
    ga_put_text(&row, environment.host);
    ga_put_text(&row, environment.os);
    ga_put_text(&row, environment.cpu);
    ga_put_text(&row, environment.compiler);
    ga_put_text(&row, environment.cflags);
    ga_put_text(&row, environment.libm);
    ga_put_text(&row, environment.version);
    int found = 0;
    (void)ga_row_fetch(&row, &found);
    if (found) {
        *id = sqlite3_column_int64(row.statement, 0);
    }
    return ga_row_end(&row);
}
