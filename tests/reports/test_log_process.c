/*
 * Several processes, and the ways in which one ends: each run is there whole or not at all, and one
 * that never ended shows as such.
 */
#include "samples.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;
static char *path;

static void set_up(void)
{
    folder = make_folder();
    path = join(folder, "log.db");
}

static void tear_down(void)
{
    free(path);
    remove_folder(folder);
}

TestSuite(log_process, .init = set_up, .fini = tear_down, .timeout = 120);

static void expect_sound(void)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    cr_assert(sqlite3_open(path, &db) == SQLITE_OK);
    cr_assert(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL) == SQLITE_OK);
    cr_assert(sqlite3_step(statement) == SQLITE_ROW);
    cr_expect_str_eq((const char *)sqlite3_column_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    cr_assert(sqlite3_prepare_v2(db, "PRAGMA foreign_key_check", -1, &statement, NULL) ==
              SQLITE_OK);
    cr_expect(sqlite3_step(statement) == SQLITE_DONE, "a row refers to nothing");
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

typedef struct tally {
    size_t done, running, unfinished, error;
    int64_t last_done;
} tally;

static int count(const ga_store_run *run, void *arg)
{
    tally *const sum = arg;
    sum->done += strcmp(run->status, "done") == 0;
    sum->running += strcmp(run->status, "running") == 0;
    sum->unfinished += strcmp(run->status, "unfinished") == 0;
    sum->error += strcmp(run->status, "error") == 0;
    if (strcmp(run->status, "done") == 0 && !sum->last_done) {
        sum->last_done = run->id;
    }
    return 0;
}

static tally take_stock(void)
{
    ga_store *log = NULL;
    tally sum = {0};
    cr_assert(ga_store_open(path, GA_STORE_READ, &log) == GA_OK, "%s", ga_store_error(log));
    cr_assert(ga_store_runs(log, 0, count, &sum) == GA_OK, "%s", ga_store_error(log));
    ga_store_close(log);
    return sum;
}

static int write_times(int times)
{
    ga_store *log = NULL;
    if (ga_store_open(path, GA_STORE_WRITE, &log) != GA_OK) {
        (void)fprintf(stderr, "%s\n", ga_store_error(log));
        return 1;
    }
    for (int k = 0; k < times; k++) {
        ga_result *const result = sample_failing();
        if (ga_store_write(log, result, NULL, NULL) != GA_OK) {
            (void)fprintf(stderr, "%s\n", ga_store_error(log));
            return 2;
        }
        ga_result_free(result);
    }
    ga_store_close(log);
    return 0;
}

static pid_t start(int (*work)(int), int arg)
{
    (void)fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0) {
        _exit(work(arg));
    }
    return pid;
}

static int state_of(pid_t pid)
{
    int state = 0;
    cr_assert(waitpid(pid, &state, 0) == pid);
    return state;
}

Test(log_process, four_writers_and_no_file_yet)
{
    pid_t writers[4];
    for (int k = 0; k < 4; k++) {
        writers[k] = start(write_times, 10);
    }
    for (int k = 0; k < 4; k++) {
        cr_expect(state_of(writers[k]) == 0);
    }
    const tally sum = take_stock();
    cr_expect(sum.done == 40, "%zu of 40", sum.done);
    expect_sound();
    ga_store *log = NULL;
    cr_assert(ga_store_open(path, GA_STORE_READ, &log) == GA_OK);
    ga_result *const wanted = sample_failing();
    for (int64_t run = 1; run <= 40; run++) {
        ga_result *loaded = NULL;
        cr_assert(ga_store_read(log, run, &loaded) == GA_OK);
        cr_expect(!difference(wanted, loaded, 0), "run %d", (int)run);
        ga_result_free(loaded);
    }
    ga_result_free(wanted);
    ga_store_close(log);
}

static int write_for_ever(int ready)
{
    ga_store *log = NULL;
    if (ga_store_open(path, GA_STORE_WRITE, &log) != GA_OK) {
        return 1;
    }
    for (;;) {
        int64_t run = 0;
        ga_result *const result = sample_large();
        if (ga_store_begin(log, "large", NULL, &run) != GA_OK || write(ready, "x", 1) != 1 ||
            ga_store_finish(log, run, result, NULL) != GA_OK) {
            return 2;
        }
        ga_result_free(result);
    }
}

Test(log_process, killed_in_the_middle)
{
    for (int k = 0; k < 3; k++) {
        int ends[2];
        char byte = 0;
        cr_assert(pipe(ends) == 0);
        const pid_t writer = start(write_for_ever, ends[1]);
        for (int begun = 0; begun <= k; begun++) {
            cr_assert(read(ends[0], &byte, 1) == 1);
        }
        tally sum = take_stock();
        cr_expect(sum.running <= 1);
        (void)kill(writer, SIGKILL);
        cr_expect(WIFSIGNALED(state_of(writer)));
        (void)close(ends[0]);
        (void)close(ends[1]);
        sum = take_stock();
        cr_expect(sum.running == 0 && sum.unfinished <= (size_t)k + 1);
        expect_sound();
    }
    cr_expect(take_stock().unfinished >= 1);
    cr_expect(write_times(1) == 0, "the log goes on");
}

static int begin_and_leave(int unused)
{
    (void)unused;
    ga_store *log = NULL;
    int64_t run = 0;
    if (ga_store_open(path, GA_STORE_WRITE, &log) != GA_OK ||
        ga_store_begin(log, "left", NULL, &run) != GA_OK) {
        return 1;
    }
    return 0; /* neither finished nor closed */
}

Test(log_process, begun_and_left)
{
    cr_expect(state_of(start(begin_and_leave, 0)) == 0);
    const tally sum = take_stock();
    cr_expect(sum.unfinished == 1 && sum.running == 0);
    ga_store *log = NULL;
    int64_t run = 0;
    cr_assert(ga_store_open(path, GA_STORE_WRITE, &log) == GA_OK);
    cr_assert(ga_store_begin(log, "here", NULL, &run) == GA_OK);
    cr_expect(take_stock().running == 1, "this process is still at it");
    ga_store_close(log);
}

static int write_with_little_room(int kilobytes)
{
    const struct rlimit limit = {(rlim_t)kilobytes * 1024, (rlim_t)kilobytes * 1024};
    (void)signal(SIGXFSZ, SIG_IGN);
    ga_store *log = NULL;
    int64_t run = 0;
    ga_result *const result = sample_large();
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
        return 9;
    }
    if (ga_store_open(path, GA_STORE_WRITE, &log) != GA_OK) {
        return strstr(ga_store_error(log), "log.db") ? 3 : 4;
    }
    const ga_status status = ga_store_write(log, result, NULL, &run);
    if (status != GA_EIO || run != 0 || result->run.id != 0 ||
        !strstr(ga_store_error(log), "log.db")) {
        return 5;
    }
    ga_store_close(log);
    ga_result_free(result);
    return 0;
}

Test(log_process, no_room)
{
    cr_assert(write_times(3) == 0);
    for (int kilobytes = 0; kilobytes < 2000; kilobytes += 97) {
        const int state = state_of(start(write_with_little_room, kilobytes));
        cr_assert(WIFEXITED(state), "%d kB: signal %d", kilobytes, WTERMSIG(state));
        cr_expect(WEXITSTATUS(state) == 0 || WEXITSTATUS(state) == 3, "%d kB: %d", kilobytes,
                  WEXITSTATUS(state));
    }
    expect_sound();
    const tally sum = take_stock();
    cr_expect(sum.done == 3, "what was there is there: %zu", sum.done);
    cr_expect(write_times(1) == 0, "the log goes on");
}

Test(log_process, no_room_for_a_new_file)
{
    for (int kilobytes = 0; kilobytes < 200; kilobytes += 13) {
        const int state = state_of(start(write_with_little_room, kilobytes));
        cr_assert(WIFEXITED(state), "%d kB: signal %d", kilobytes, WTERMSIG(state));
        cr_expect(WEXITSTATUS(state) == 0 || WEXITSTATUS(state) == 3, "%d kB: %d", kilobytes,
                  WEXITSTATUS(state));
    }
    cr_expect(write_times(1) == 0, "what is left can be used");
    expect_sound();
}

static ga_store *shared;

static int use_the_parents(int unused)
{
    (void)unused;
    int64_t run = 0;
    const ga_status status = ga_store_begin(shared, "child", NULL, &run);
    const int is_said = strstr(ga_store_error(shared), "another process") != NULL;
    ga_store_close(shared);
    return status == GA_EINVAL && is_said ? 0 : 1;
}

Test(log_process, handle_after_fork)
{
    cr_assert(ga_store_open(path, GA_STORE_WRITE, &shared) == GA_OK);
    cr_expect(state_of(start(use_the_parents, 0)) == 0);
    ga_result *const result = sample_passing();
    cr_expect(ga_store_write(shared, result, NULL, NULL) == GA_OK, "%s", ga_store_error(shared));
    ga_store_close(shared);
    ga_result_free(result);
    expect_sound();
}

Test(log_process, two_handles_in_one_process)
{
    ga_store *one = NULL;
    ga_store *other = NULL;
    ga_result *const result = sample_passing();
    int64_t run = 0;
    cr_assert(ga_store_open(path, GA_STORE_WRITE, &one) == GA_OK);
    cr_assert(ga_store_begin(one, "mlp_xent", NULL, &run) == GA_OK);
    cr_assert(ga_store_open(path, GA_STORE_WRITE, &other) == GA_OK);
    cr_expect(ga_store_write(other, result, NULL, NULL) == GA_OK);
    cr_expect(ga_store_finish(one, run, result, NULL) == GA_OK);
    ga_store_close(other);
    ga_store_close(one);
    ga_result_free(result);
    cr_expect(take_stock().done == 2);
}
