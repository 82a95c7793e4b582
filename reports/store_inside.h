/*
 * The inside of the log: what its files share. Prepared statements only; columns are bound and read
 * in the order of the lists below, which the writer and the reader have in common.
 */
#ifndef GA_REPORTS_STORE_INSIDE_H
#define GA_REPORTS_STORE_INSIDE_H

#include "gradaudit/result.h"
#include "gradaudit/store.h"

#include <sqlite3.h>
#include <sys/types.h>

/* "GrAu": marks a SQLite file as ours. */
#define GA_LOG_APPLICATION 0x47724175
enum {
    GA_LOG_VERSION = 2
};

enum {
    GA_STORE_ERROR_SIZE = 1000,
    GA_STORE_SHOWN_SIZE = 300
};

struct ga_store {
    sqlite3 *db; /* NULL: could not be opened */
    ga_store_mode mode;
    pid_t owner; /* the process that opened it; no other may use the handle */
    char *path;
    char shown[GA_STORE_SHOWN_SIZE]; /* the path as it is named in sentences */
    char error[GA_STORE_ERROR_SIZE];
};

/* ---- What went wrong; each returns the status --------------------------------------------- */

ga_status ga_store_fail(ga_store *store, ga_status status, const char *format, ...) GA_PRINTF(3, 4);

/* A sentence for a result code of SQLite. SQLITE_OK, _ROW and _DONE: GA_OK. */
ga_status ga_store_sql_status(ga_store *store, int code);

/* GA_OK when the handle may be used for this by this process. */
ga_status ga_store_usable(ga_store *store, ga_store_mode mode);

/* ---- Statements ------------------------------------------------------------------------------ */

ga_status ga_sql_exec(ga_store *store, const char *sql);

/* The first column of the first row, or `otherwise` when there is none. */
ga_status ga_sql_integer(ga_store *store, const char *sql, int64_t otherwise, int64_t *value);

/* BEGIN IMMEDIATE: a reader that becomes a writer later would lose against another one. */
ga_status ga_sql_begin(ga_store *store);
ga_status ga_sql_commit(ga_store *store);
void ga_sql_rollback(ga_store *store); /* also where SQLite has rolled back by itself */

/* A statement whose parameters are bound one after the other. The first error sticks. */
typedef struct ga_row {
    ga_store *store;
    sqlite3_stmt *statement;
    int next;
    int code; /* of SQLite */
} ga_row;

ga_row ga_row_prepare(ga_store *store, const char *sql);
ga_row ga_row_insert(ga_store *store, const char *table, const char *columns);
ga_row ga_row_update(ga_store *store, const char *table, const char *columns); /* last ?: the id */

void ga_put_text(ga_row *row, const char *text); /* NULL: NULL; must outlive the step */
void ga_put_integer(ga_row *row, int64_t value);
void ga_put_size(ga_row *row, size_t value);  /* by its bits */
void ga_put_index(ga_row *row, size_t index); /* GA_NO_INDEX: NULL */
void ga_put_id(ga_row *row, int64_t id);      /* 0: NULL */
void ga_put_real(ga_row *row, double value);
void ga_put_number(ga_row *row, double value); /* two columns: the number and its class */
void ga_put_null(ga_row *row, int count);
void ga_put_blob(ga_row *row, void *bytes, size_t size); /* takes over `bytes`; NULL: NULL */

/* Carries it out and makes it ready for the next row. */
ga_status ga_row_step(ga_row *row);
ga_status ga_row_step_id(ga_row *row, int64_t *id); /* with what it is RETURNING */

/* GA_OK with *found = 1: there is a row to read. */
ga_status ga_row_fetch(ga_row *row, int *found);
ga_status ga_row_end(ga_row *row); /* finalises; the first error, if any */

/* The row of a query, read column by column; texts become those of the result. */
typedef struct ga_columns {
    sqlite3_stmt *statement;
    int next;
    ga_result *result;
    int is_damaged; /* a value that no writer of ours stores */
    int no_memory;
} ga_columns;

const char *ga_get_text(ga_columns *columns);
int64_t ga_get_integer(ga_columns *columns);
int ga_get_int(ga_columns *columns);
size_t ga_get_size(ga_columns *columns);
size_t ga_get_index(ga_columns *columns);
double ga_get_real(ga_columns *columns);
double ga_get_number(ga_columns *columns, int *is_there);   /* is_there may be NULL */
const void *ga_get_blob(ga_columns *columns, size_t *size); /* NULL: the column is NULL */

/* One of the words of a list; `text` gives them by number from `first` to `last`. */
int ga_get_word(ga_columns *columns, const char *(*text)(int), int first, int last);

const char *ga_word_of_verdict(int verdict);
const char *ga_word_of_severity(int severity);
const char *ga_word_of_role(int role);
const char *ga_word_of_dtype(int dtype);

/* ---- Columns that are written and read in the same order ----------------------------------- */

#define GA_INFO_COLUMNS                                                                            \
    "uuid, target, subject, arguments, options, started, git_commit, git_branch, git_dirty, "      \
    "output"

#define GA_FACTS_COLUMNS                                                                           \
    "verdict, seed, evaluations, gradient_calls, loss_value, loss_value_class, noise, "            \
    "noise_class, resolution, resolution_class, coverage, coverage_class, duration, repeatable, "  \
    "repeats, distinct_values, strict, algorithm, plan, screened, confidence, confidence_class, "  \
    "seen_share, seen_share_class, limited_by, remedy, twin, points, unexplained, "                \
    "unexplained_class"

#define GA_VIEW_COLUMNS                                                                            \
    "dtype, role, shape, elements, checked, verdict, failed, inconclusive, nonfinite, zero, "      \
    "unwritten, worst_index, worst_error, worst_error_class, resolution, resolution_class, "       \
    "gradient_norm, gradient_norm_class, rtol, file, line, covered, seen_share, "                  \
    "seen_share_class, limited_by, claimed, claimed_class, measured, measured_class, "             \
    "uncertainty, "                                                                                \
    "uncertainty_class"

#define GA_GRADIENT_COLUMNS                                                                        \
    "x, analytic, measured_count, checked, checked_x, checked_analytic, measured, uncertainty, "   \
    "resolution, step, verdict, evaluations, reason, reasons"

#define GA_FINDING_COLUMNS                                                                         \
    "code, name, refines, severity, verdict, indices, count, analytic, analytic_class, "           \
    "measured, measured_class, uncertainty, uncertainty_class, file, line, message, why, help, "   \
    "suppressed, point, along"

#define GA_CHECK_COLUMNS "code, name, verdict, reason"

/* ---- Parts ------------------------------------------------------------------------------------
 */

/* Everything of a result that hangs on a run's row, and the names it needs; inside a transaction.
 * loss: the id of the row of the result's loss. */
ga_status ga_log_insert_result(ga_store *store, int64_t run, const ga_result *result, int64_t loss);
ga_status ga_log_loss(ga_store *store, const char *name, const char *source, int64_t *loss);
void ga_put_info(ga_row *row, const ga_run_info *info);
void ga_put_facts(ga_row *row, const ga_facts *facts);
void ga_get_info(ga_columns *columns, ga_run_info *info);

/* The BLOBs of one variable; see store_arrays.c. */
void ga_put_arrays(ga_row *row, const ga_variable_record *variable);
void ga_get_arrays(ga_columns *columns, ga_variable_record *variable);

/* A run whatever its status is. */
ga_status ga_log_read_result(ga_store *store, int64_t run, ga_result **out);

/* The one run of a log in memory; GA_EINVAL for whatever is no such log. */
ga_status ga_log_unpack_image(const unsigned char *image, size_t size, ga_result **out);

/* Nothing in a damaged file may make SQLite run or believe what it should not. */
void ga_store_be_careful(ga_store *store);
ga_status ga_store_check_pages(ga_store *store); /* GA_EINVAL: the file is damaged */

/* The id of the row that describes this machine and this build. */
ga_status ga_log_environment(ga_store *store, int64_t *environment);

/* "[1,2]", malloc'ed; and back: -1 when the text is not of this form or has more than `most`. */
char *ga_sizes_text(const size_t *sizes, size_t count);
int ga_sizes_parse(const char *text, size_t *sizes, int most);

#endif
