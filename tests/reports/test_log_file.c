/*
 * Files that are not what they should be: each is answered with a sentence that names the file, and
 * left as it was.
 */
#include "samples.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

TestSuite(log_file, .init = set_up, .fini = tear_down);

static void expect_refused(ga_store_mode mode, ga_status status, const char *word)
{
    ga_store *log = NULL;
    size_t size = 0;
    size_t size_after = 0;
    unsigned char *const before = slurp(path, &size);
    const ga_status got = ga_store_open(path, mode, &log);
    cr_assert(log);
    cr_expect(got == status, "%s, want %s: %s", ga_status_text(got), ga_status_text(status),
              ga_store_error(log));
    cr_expect(strstr(ga_store_error(log), word), "'%s' without '%s'", ga_store_error(log), word);
    cr_expect(strstr(ga_store_error(log), "log.db"), "'%s'", ga_store_error(log));
    int64_t run = 0;
    ga_result *result = NULL;
    cr_expect(ga_store_begin(log, "x", NULL, &run) != GA_OK);
    cr_expect(ga_store_read(log, 1, &result) != GA_OK && !result);
    cr_expect(ga_store_runs(log, 0, NULL, NULL) != GA_OK);
    ga_store_close(log);
    unsigned char *const after = slurp(path, &size_after);
    cr_expect(size == size_after && (!before || memcmp(before, after, size) == 0), "was touched");
    free(before);
    free(after);
}

static void sql(const char *text)
{
    sqlite3 *db = NULL;
    cr_assert(sqlite3_open(path, &db) == SQLITE_OK);
    cr_assert(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static int64_t write_one(sample_fn *make)
{
    ga_store *log = NULL;
    ga_result *const result = make();
    int64_t run = 0;
    cr_assert(ga_store_open(path, GA_STORE_WRITE, &log) == GA_OK, "%s", ga_store_error(log));
    cr_assert(ga_store_write(log, result, NULL, &run) == GA_OK, "%s", ga_store_error(log));
    ga_store_close(log);
    ga_result_free(result);
    return run;
}

Test(log_file, missing)
{
    expect_refused(GA_STORE_READ, GA_EIO, "No such file");
    struct stat file;
    cr_expect(stat(path, &file) != 0, "reading creates nothing");
}

Test(log_file, folder_missing)
{
    ga_store *log = NULL;
    char *const inner = join(path, "log.db");
    cr_expect(ga_store_open(inner, GA_STORE_WRITE, &log) == GA_EIO);
    cr_expect(strstr(ga_store_error(log), "log.db"), "%s", ga_store_error(log));
    ga_store_close(log);
    cr_expect(ga_store_open("", GA_STORE_WRITE, &log) == GA_EINVAL && ga_store_error(log)[0]);
    ga_store_close(log);
    ga_store_close(NULL);
    free(inner);
}

Test(log_file, text)
{
    static const char words[] =
        "not a database, but quite long enough to be taken for one by those "
        "who look at lengths only, which is not what we do here";
    spit(path, words, sizeof words);
    expect_refused(GA_STORE_WRITE, GA_EINVAL, "not a SQLite file");
    expect_refused(GA_STORE_READ, GA_EINVAL, "not a SQLite file");
    spit(path, "short", 5);
    expect_refused(GA_STORE_WRITE, GA_EINVAL, "not a SQLite file");
}

Test(log_file, foreign)
{
    sql("CREATE TABLE mine (a); INSERT INTO mine VALUES (1); PRAGMA journal_mode = WAL");
    expect_refused(GA_STORE_WRITE, GA_EINVAL, "not a gradaudit log");
    expect_refused(GA_STORE_READ, GA_EINVAL, "not a gradaudit log");
}

Test(log_file, not_a_file, .timeout = 10)
{
    cr_assert(mkfifo(path, 0600) == 0);
    ga_store *log = NULL;
    cr_expect(ga_store_open(path, GA_STORE_WRITE, &log) == GA_EINVAL, "%s", ga_store_error(log));
    ga_store_close(log);
    cr_expect(ga_store_open(folder, GA_STORE_WRITE, &log) == GA_EINVAL, "%s", ga_store_error(log));
    ga_store_close(log);
    cr_expect(ga_store_open("/dev/null", GA_STORE_WRITE, &log) == GA_EINVAL);
    ga_store_close(log);
}

Test(log_file, empty_is_adopted)
{
    spit(path, "", 0);
    expect_refused(GA_STORE_READ, GA_EINVAL, "empty");
    cr_expect(write_one(sample_passing) == 1);
}

Test(log_file, newer)
{
    const int64_t run = write_one(sample_failing);
    sql("PRAGMA user_version = 7; ALTER TABLE run ADD COLUMN more TEXT");
    ga_store *log = NULL;
    ga_result *result = NULL;
    size_t size = 0;
    size_t size_after = 0;
    unsigned char *const before = slurp(path, &size);
    cr_expect(ga_store_open(path, GA_STORE_WRITE, &log) == GA_EUNSUPPORTED);
    cr_expect(strstr(ga_store_error(log), "version 7"), "%s", ga_store_error(log));
    ga_store_close(log);
    cr_expect(ga_store_open(path, GA_STORE_READ, &log) == GA_OK, "%s", ga_store_error(log));
    cr_expect(ga_store_read(log, run, &result) == GA_OK, "%s", ga_store_error(log));
    ga_result_free(result);
    ga_store_close(log);
    unsigned char *const after = slurp(path, &size_after);
    cr_expect(size == size_after && memcmp(before, after, size) == 0, "was touched");
    sql("ALTER TABLE run RENAME COLUMN noise TO rumble");
    cr_expect(ga_store_open(path, GA_STORE_READ, &log) == GA_OK);
    cr_expect(ga_store_read(log, run, &result) == GA_EINVAL && !result);
    cr_expect(strstr(ga_store_error(log), "noise"), "%s", ga_store_error(log));
    ga_store_close(log);
    free(before);
    free(after);
}

/* Root may write everything: so as nobody, in a child. */
static int as_nobody(int (*work)(void))
{
    const pid_t pid = fork();
    if (pid == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) {
            _exit(99);
        }
        _exit(work());
    }
    int state = 0;
    cr_assert(waitpid(pid, &state, 0) == pid);
    cr_assert(WIFEXITED(state), "ended by signal %d", WTERMSIG(state));
    return WEXITSTATUS(state);
}

static int write_where_forbidden(void)
{
    ga_store *log = NULL;
    const ga_status status = ga_store_open(path, GA_STORE_WRITE, &log);
    const int is_said = strstr(ga_store_error(log), "log.db") != NULL;
    ga_store_close(log);
    return status == GA_EIO && is_said ? 0 : 1;
}

static int read_where_forbidden(void)
{
    ga_store *log = NULL;
    ga_result *result = NULL;
    if (ga_store_open(path, GA_STORE_READ, &log) != GA_OK) {
        (void)fprintf(stderr, "%s\n", ga_store_error(log));
        return 1;
    }
    if (ga_store_read(log, 1, &result) != GA_OK) {
        (void)fprintf(stderr, "%s\n", ga_store_error(log));
        return 2;
    }
    ga_result_free(result);
    ga_store_close(log);
    return 0;
}

Test(log_file, read_only)
{
    (void)write_one(sample_passing);
    cr_assert(chmod(path, 0444) == 0 && chmod(folder, 0555) == 0);
    cr_expect(as_nobody(write_where_forbidden) == 0);
    cr_expect(as_nobody(read_where_forbidden) == 0, "a closed log can be read where it is");
    cr_assert(chmod(path, 0000) == 0);
    cr_expect(as_nobody(write_where_forbidden) == 0);
    cr_assert(chmod(folder, 0755) == 0);
}

Test(log_file, folder_read_only)
{
    cr_assert(chmod(folder, 0555) == 0);
    cr_expect(as_nobody(write_where_forbidden) == 0);
    cr_assert(chmod(folder, 0755) == 0);
}

Test(log_file, reading_leaves_nothing_behind)
{
    (void)write_one(sample_passing);
    static const char *const behind[] = {"log.db-wal", "log.db-shm", "log.db-journal"};
    size_t size = 0;
    size_t size_after = 0;
    unsigned char *const before = slurp(path, &size);
    ga_store *log = NULL;
    ga_result *result = NULL;
    cr_assert(ga_store_open(path, GA_STORE_READ, &log) == GA_OK);
    cr_expect(ga_store_read(log, 1, &result) == GA_OK);
    ga_result_free(result);
    ga_store_close(log);
    unsigned char *const after = slurp(path, &size_after);
    cr_expect(size == size_after && memcmp(before, after, size) == 0, "was touched");
    for (size_t k = 0; k < sizeof behind / sizeof *behind; k++) {
        char *const other = join(folder, behind[k]);
        cr_expect(access(other, F_OK) != 0, "%s", other);
        free(other);
    }
    free(before);
    free(after);
}

Test(log_file, opened_for_reading)
{
    (void)write_one(sample_passing);
    ga_store *log = NULL;
    int64_t run = 0;
    cr_assert(ga_store_open(path, GA_STORE_READ, &log) == GA_OK);
    cr_expect(ga_store_begin(log, "x", NULL, &run) == GA_EINVAL);
    cr_expect(strstr(ga_store_error(log), "for reading"), "%s", ga_store_error(log));
    cr_expect(ga_store_abandon(log, 1, "x") == GA_EINVAL);
    ga_store_close(log);
}
