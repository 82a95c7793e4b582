/*
 * docs/log.md is current: its queries run and answer, and it names every table, view and column.
 */
#include "samples.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *folder;
static char *path;
static char *text; /* of the page */
static sqlite3 *db;

static void set_up(void)
{
    static sample_fn *const makes[] = {sample_passing, sample_failing, sample_large,
                                       sample_screened};
    ga_store *log = NULL;
    size_t size = 0;
    folder = make_folder();
    path = join(folder, "log.db");
    cr_assert(ga_store_open(path, GA_STORE_WRITE, &log) == GA_OK);
    for (size_t k = 0; k < sizeof makes / sizeof *makes; k++) {
        ga_result *const result = makes[k]();
        result->run.target = NULL; /* the same loss twice */
        cr_assert(ga_store_write(log, result, NULL, NULL) == GA_OK);
        ga_result_free(result);
    }
    ga_store_close(log);
    text = (char *)slurp(getenv("GRADAUDIT_LOG_MD"), &size);
    cr_assert(text, "docs/log.md is missing");
    cr_assert(sqlite3_open(path, &db) == SQLITE_OK);
}

static void tear_down(void)
{
    sqlite3_close(db);
    free(text);
    free(path);
    remove_folder(folder);
}

TestSuite(log_md, .init = set_up, .fini = tear_down);

static int count_rows(void *arg, int columns, char **values, char **names)
{
    (void)columns;
    (void)values;
    (void)names;
    *(size_t *)arg += 1;
    return 0;
}

Test(log_md, queries)
{
    static const char fence[] = "```sql\n";
    size_t queries = 0;
    for (char *at = strstr(text, fence); at; at = strstr(at, fence)) {
        size_t rows = 0;
        char *message = NULL;
        at += sizeof fence - 1;
        char *const end = strstr(at, "```");
        cr_assert(end);
        *end = '\0';
        cr_expect(sqlite3_exec(db, at, count_rows, &rows, &message) == SQLITE_OK, "%s\n%s", message,
                  at);
        cr_expect(rows > 0, "no answer to\n%s", at);
        sqlite3_free(message);
        queries++;
        at = end + 1;
    }
    cr_expect(queries == 7, "%zu queries", queries);
}

/* The part of the page that is about one table: from its name in bold to the next. */
static char *part_of(const char *table)
{
    char mark[64];
    (void)snprintf(mark, sizeof mark, "**%s**", table);
    const char *const start = strstr(text, mark);
    if (!start) {
        return NULL;
    }
    const char *end = start + 2;
    do {
        end = strstr(end + 1, "\n");
    } while (end && strncmp(end, "\n**", 3) != 0 && strncmp(end, "\n- **", 5) != 0 &&
             strncmp(end, "\n## ", 4) != 0);
    return strndup(start, end ? (size_t)(end - start) : strlen(start));
}

static int check_column(void *arg, int columns, char **values, char **names)
{
    (void)arg;
    (void)columns;
    (void)names;
    char mark[64];
    char *const part = part_of(values[0]);
    (void)snprintf(mark, sizeof mark, "`%s`", values[1]);
    cr_expect(part && strstr(part, mark), "%s.%s is not explained", values[0], values[1]);
    free(part);
    return 0;
}

Test(log_md, columns)
{
    size_t rows = 0;
    static const char question[] =
        "SELECT s.name, c.name FROM sqlite_schema AS s, pragma_table_info(s.name) AS c "
        "WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite_%'";
    cr_assert(sqlite3_exec(db, question, count_rows, &rows, NULL) == SQLITE_OK);
    cr_assert(rows > 150);
    cr_assert(sqlite3_exec(db, question, check_column, NULL, NULL) == SQLITE_OK);
}

/* What the tables hold beside what the reader of runs looks at. */
static void expect_one(const char *question, const char *answer)
{
    sqlite3_stmt *statement = NULL;
    cr_assert(sqlite3_prepare_v2(db, question, -1, &statement, NULL) == SQLITE_OK, "%s",
              sqlite3_errmsg(db));
    cr_assert(sqlite3_step(statement) == SQLITE_ROW);
    const char *const got = (const char *)sqlite3_column_text(statement, 0);
    cr_expect_str_eq(got ? got : "NULL", answer, "%s", question);
    sqlite3_finalize(statement);
}

Test(log_md, rows)
{
    expect_one("SELECT count(*) FROM element WHERE run = 3", "10000");
    expect_one("SELECT count(*) FROM element WHERE run = 3 AND verdict <> 'fail'", "0");
    expect_one("SELECT min(flat_index) FROM element WHERE run = 3", "0");
    expect_one("SELECT count(*) FROM element WHERE run = 1", "43"); /* 32 of 240, 10, 1 */
    expect_one("SELECT place FROM finding WHERE run = 2 AND code = 'G01'", "[2,7]");
    expect_one("SELECT measured_class || uncertainty_class FROM finding WHERE code = 'P09'",
               "naninf");
    expect_one("SELECT count(DISTINCT loss) FROM run", "3");
    expect_one("SELECT count(*) FROM environment", "1");
    expect_one("SELECT verdict FROM v_latest WHERE loss = 'mlp_xent'", "fail");
    expect_one("SELECT length(x) FROM gradient WHERE run = 3", "800000");
    expect_one("SELECT x IS NULL AND length(checked_x) = 512 FROM gradient WHERE run = 4", "1");
    expect_one("SELECT covered FROM v_result WHERE run = 4 AND variable = 'wte'", "9999936");
    expect_one("SELECT plan LIKE 'directions%' FROM run WHERE id = 4", "1");
}
