/*
 * The way from one version of the schema to the next: whole or not at all, with a copy before.
 */
#include "migrate.h"
#include "samples.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

TestSuite(migrate, .init = set_up, .fini = tear_down);

static int exists(const char *name)
{
    struct stat file;
    char *const at = join(folder, name);
    const int is_there = stat(at, &file) == 0 && file.st_size > 0;
    free(at);
    return is_there;
}

static ga_store *open_with_one_run(void)
{
    ga_store *log = NULL;
    ga_result *const result = sample_failing();
    cr_assert(ga_store_open(path, GA_STORE_WRITE, &log) == GA_OK, "%s", ga_store_error(log));
    cr_assert(ga_store_write(log, result, NULL, NULL) == GA_OK);
    ga_result_free(result);
    return log;
}

static int64_t number(ga_store *log, const char *sql)
{
    int64_t value = 0;
    cr_assert(ga_sql_integer(log, sql, -1, &value) == GA_OK, "%s", ga_store_error(log));
    return value;
}

Test(migrate, nothing_to_do)
{
    ga_store *log = open_with_one_run();
    cr_expect(number(log, "PRAGMA user_version") == GA_LOG_VERSION);
    cr_expect(number(log, "PRAGMA application_id") == GA_LOG_APPLICATION);
    ga_store_close(log);
    cr_assert(ga_store_open(path, GA_STORE_WRITE, &log) == GA_OK);
    ga_store_close(log);
    cr_expect(!exists("log.db.v2.bak"), "no copy without a migration");
}

Test(migrate, two_steps)
{
    static const char *const steps[] = {NULL, NULL, "ALTER TABLE run ADD COLUMN mood TEXT",
                                        "UPDATE run SET mood = 'good'; CREATE TABLE extra (a)"};
    ga_store *log = open_with_one_run();
    cr_assert(ga_store_migrate(log, steps, 4) == GA_OK, "%s", ga_store_error(log));
    cr_expect(number(log, "PRAGMA user_version") == 4);
    cr_expect(number(log, "SELECT count(*) FROM run WHERE mood = 'good'") == 1);
    cr_expect(exists("log.db.v2.bak"));
    ga_store_close(log);

    char *const copy = join(folder, "log.db.v2.bak");
    ga_store *old = NULL;
    ga_result *result = NULL;
    cr_assert(ga_store_open(copy, GA_STORE_READ, &old) == GA_OK, "%s", ga_store_error(old));
    cr_expect(number(old, "PRAGMA user_version") == 2);
    cr_expect(ga_store_read(old, 1, &result) == GA_OK, "the copy is a log of its own");
    ga_result_free(result);
    ga_store_close(old);
    free(copy);
}

Test(migrate, a_step_that_fails)
{
    static const char *const steps[] = {NULL, NULL, "ALTER TABLE run ADD COLUMN mood TEXT",
                                        "CREATE TABLE extra (a); INSERT INTO nowhere VALUES (1)"};
    ga_store *log = open_with_one_run();
    cr_expect(ga_store_migrate(log, steps, 4) != GA_OK);
    cr_expect(strstr(ga_store_error(log), "nowhere"), "%s", ga_store_error(log));
    cr_expect(number(log, "PRAGMA user_version") == 3, "the first step holds");
    cr_expect(number(log, "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'") == 0);
    cr_expect(number(log, "SELECT count(*) FROM run") == 1);
    ga_store_close(log);
}

Test(migrate, the_copy_finds_a_name_or_nothing_happens)
{
    static const char *const steps[] = {NULL, NULL, "CREATE TABLE extra (a)"};
    ga_store *log = open_with_one_run();
    char *const taken = join(folder, "log.db.v2.bak");
    spit(taken, "mine", 4);
    cr_assert(ga_store_migrate(log, steps, 3) == GA_OK, "%s", ga_store_error(log));
    cr_expect(exists("log.db.v2.2.bak"));
    size_t size = 0;
    unsigned char *const bytes = slurp(taken, &size);
    cr_expect(size == 4 && memcmp(bytes, "mine", 4) == 0);
    free(bytes);
    free(taken);
    ga_store_close(log);
}

/* A log as version 1 wrote it: sample_failing, sample_crashed, and a run that never ended. */
static void take_version1(void)
{
    char *const golden = join(getenv("GRADAUDIT_GOLDEN"), "version1.sqlite");
    size_t size = 0;
    unsigned char *const bytes = slurp(golden, &size);
    cr_assert(bytes, "%s", golden);
    spit(path, bytes, size);
    free(bytes);
    free(golden);
}

static void expect_version1_runs(ga_store *log)
{
    static sample_fn *const makes[] = {sample_failing, sample_crashed};
    for (int64_t run = 1; run <= 2; run++) {
        ga_result *const wanted = makes[run - 1]();
        ga_result *loaded = NULL;
        cr_assert(ga_store_read(log, run, &loaded) == GA_OK, "%s", ga_store_error(log));
        const char *const what = difference(wanted, loaded, 0);
        cr_expect(!what, "run %d: %s", (int)run, what);
        cr_expect_str_eq(loaded->run.target, "model.so");
        cr_expect(loaded->facts.points == 1 && !loaded->facts.plan);
        cr_expect(isnan(loaded->facts.confidence) && isnan(loaded->facts.unexplained));
        ga_result_free(wanted);
        ga_result_free(loaded);
    }
}

static int count_run(const ga_store_run *run, void *count)
{
    (void)run;
    ++*(int *)count;
    return 0;
}

Test(migrate, version_1_is_read_as_it_is)
{
    size_t size = 0;
    size_t size_after = 0;
    int runs = 0;
    ga_store *log = NULL;
    take_version1();
    unsigned char *const before = slurp(path, &size);
    cr_assert(ga_store_open(path, GA_STORE_READ, &log) == GA_OK, "%s", ga_store_error(log));
    expect_version1_runs(log);
    cr_assert(ga_store_runs(log, 0, count_run, &runs) == GA_OK && runs == 3);
    ga_store_close(log);
    unsigned char *const after = slurp(path, &size_after);
    cr_expect(size == size_after && memcmp(before, after, size) == 0, "reading changes nothing");
    cr_expect(!exists("log.db.v1.bak"));
    free(before);
    free(after);
}

Test(migrate, version_1_read_while_another_migrates)
{
    ga_store *reader = NULL;
    ga_store *writer = NULL;
    take_version1();
    cr_assert(ga_store_open(path, GA_STORE_READ, &reader) == GA_OK);
    expect_version1_runs(reader);
    cr_assert(ga_store_open(path, GA_STORE_WRITE, &writer) == GA_OK, "%s", ga_store_error(writer));
    expect_version1_runs(reader);
    ga_result *const result = sample_astray();
    ga_result *loaded = NULL;
    int64_t run = 0;
    cr_assert(ga_store_write(writer, result, NULL, &run) == GA_OK);
    cr_assert(ga_store_read(reader, run, &loaded) == GA_OK, "%s", ga_store_error(reader));
    const char *const what = difference(result, loaded, 0);
    cr_expect(!what, "%s", what);
    ga_result_free(loaded);
    ga_result_free(result);
    ga_store_close(writer);
    ga_store_close(reader);
}

Test(migrate, version_1_is_migrated)
{
    ga_store *log = NULL;
    take_version1();
    cr_assert(ga_store_open(path, GA_STORE_WRITE, &log) == GA_OK, "%s", ga_store_error(log));
    cr_expect(number(log, "PRAGMA user_version") == 2);
    expect_version1_runs(log);
    cr_expect(number(log, "SELECT count(*) FROM v_latest WHERE seen_share IS NULL") == 2);
    cr_expect(number(log, "SELECT sum(covered) FROM v_result") == 0);
    cr_expect(number(log, "SELECT count(*) FROM v_worst") > 0);
    cr_expect(number(log, "SELECT sum(point) + sum(along) FROM finding") == 0);
    ga_result *const result = sample_screened();
    int64_t run = 0;
    cr_assert(ga_store_write(log, result, NULL, &run) == GA_OK && run == 4);
    ga_result_free(result);
    ga_store_close(log);

    char *const copy = join(folder, "log.db.v1.bak");
    cr_assert(ga_store_open(copy, GA_STORE_READ, &log) == GA_OK, "%s", ga_store_error(log));
    cr_expect(number(log, "PRAGMA user_version") == 1);
    expect_version1_runs(log);
    ga_store_close(log);
    free(copy);
}

Test(migrate, from_a_version_that_never_was)
{
    ga_store *log = open_with_one_run();
    cr_assert(ga_sql_exec(log, "PRAGMA user_version = 0") == GA_OK);
    ga_store_close(log);
    cr_expect(ga_store_open(path, GA_STORE_WRITE, &log) == GA_EINVAL);
    cr_expect(strstr(ga_store_error(log), "damaged"), "%s", ga_store_error(log));
    ga_store_close(log);
}

/* A creation that was broken off leaves our mark on a file without tables at most. */
Test(migrate, begun_and_broken_off)
{
    sqlite3 *db = NULL;
    cr_assert(sqlite3_open(path, &db) == SQLITE_OK);
    cr_assert(sqlite3_exec(db, "PRAGMA application_id = 0x47724175", NULL, NULL, NULL) ==
              SQLITE_OK);
    sqlite3_close(db);
    ga_store *const log = open_with_one_run();
    cr_expect(number(log, "PRAGMA user_version") == GA_LOG_VERSION);
    ga_store_close(log);
}

/* The packed form holds against bytes that nobody hashed: the reader alone must. */
Test(migrate, image_of_any_bytes, .timeout = 300)
{
    ga_result *const result = sample_hostile();
    unsigned char *bytes = NULL;
    size_t size = 0;
    size_t refused = 0;
    uint32_t state = 3;
    cr_assert(ga_result_pack(result, &bytes, &size) == GA_OK);
    enum {
        HEADER = 24
    };
    for (int k = 0; k < 1500; k++) {
        unsigned char *const bad = malloc(size - HEADER);
        memcpy(bad, bytes + HEADER, size - HEADER);
        for (int flip = 0; flip < 1 + k % 20; flip++) {
            state = state * 1664525u + 1013904223u;
            bad[(state >> 4) % (size - HEADER)] ^= (unsigned char)(1 + k % 255);
        }
        ga_result *out = NULL;
        const ga_status status =
            ga_log_unpack_image(bad, k % 7 ? size - HEADER : (state >> 4) % size, &out);
        cr_assert(status == GA_EINVAL || (status == GA_OK && out));
        refused += status != GA_OK;
        if (out) {
            free(render("text", out, NULL));
            free(render("jsonl", out, NULL));
        }
        ga_result_free(out);
        free(bad);
    }
    cr_expect(refused > 100);
    free(bytes);
    ga_result_free(result);
}
