/*
 * Statements: preparing, binding and reading them column by column, and a sentence for each way in
 * which SQLite can refuse.
 */
#include "store_inside.h"

#include "print.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SQL_SIZE = 2000
};

/* ---- What went wrong ------------------------------------------------------------------------ */

ga_status ga_store_fail(ga_store *store, ga_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(store->error, sizeof store->error, format, arguments);
    va_end(arguments);
    return status;
}

static ga_status io_status(ga_store *store, const char *what)
{
    const int number = sqlite3_system_errno(store->db);
    return ga_store_fail(store, GA_EIO, "cannot %s '%s': %s%s%s", what, store->shown,
                         sqlite3_errmsg(store->db), number ? ": " : "",
                         number ? strerror(number) : "");
}

ga_status ga_store_sql_status(ga_store *store, int code)
{
    switch (code & 0xFF) { /* the primary code */
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return GA_OK;
    case SQLITE_NOMEM:
        return ga_store_fail(store, GA_ENOMEM, "no memory for '%s'", store->shown);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ga_store_fail(store, GA_EIO, "'%s' is locked by another program", store->shown);
    case SQLITE_FULL:
        return ga_store_fail(store, GA_EIO, "cannot write '%s': the disk is full", store->shown);
    case SQLITE_READONLY:
        return ga_store_fail(store, GA_EIO, "cannot write '%s': it is read-only", store->shown);
    case SQLITE_CANTOPEN:
        return io_status(store, "open");
    case SQLITE_IOERR:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return io_status(store, "read or write");
    case SQLITE_TOOBIG:
        return ga_store_fail(store, GA_EIO, "cannot write '%s': a variable is too large for it",
                             store->shown);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        return ga_store_fail(store, GA_EINVAL, "'%s' is damaged: %s", store->shown,
                             sqlite3_errmsg(store->db));
    default:
        return ga_store_fail(store, GA_EINVAL, "'%s' is not as expected: %s", store->shown,
                             sqlite3_errmsg(store->db));
    }
}

ga_status ga_store_usable(ga_store *store, ga_store_mode mode)
{
    if (!store) {
        return GA_EINVAL;
    }
    if (store->owner != getpid()) {
        return ga_store_fail(store, GA_EINVAL, "'%s' was opened by another process", store->shown);
    }
    if (!store->db) {
        return store->error[0] ? GA_EINVAL
                               : ga_store_fail(store, GA_EINVAL, "'%s' is not open", store->shown);
    }
    if (mode == GA_STORE_WRITE && store->mode != GA_STORE_WRITE) {
        return ga_store_fail(store, GA_EINVAL, "'%s' was opened for reading", store->shown);
    }
    store->error[0] = '\0';
    return GA_OK;
}

/* ---- Statements ------------------------------------------------------------------------------ */

ga_status ga_sql_exec(ga_store *store, const char *sql)
{
    return ga_store_sql_status(store, sqlite3_exec(store->db, sql, NULL, NULL, NULL));
}

ga_status ga_sql_integer(ga_store *store, const char *sql, int64_t otherwise, int64_t *value)
{
    *value = otherwise;
    ga_row row = ga_row_prepare(store, sql);
    int found = 0;
    (void)ga_row_fetch(&row, &found);
    if (found) {
        *value = sqlite3_column_int64(row.statement, 0);
    }
    return ga_row_end(&row);
}

ga_status ga_sql_begin(ga_store *store)
{
    return ga_sql_exec(store, "BEGIN IMMEDIATE");
}

ga_status ga_sql_commit(ga_store *store)
{
    const ga_status status = ga_sql_exec(store, "COMMIT");
    if (status != GA_OK) {
        ga_sql_rollback(store);
    }
    return status;
}

void ga_sql_rollback(ga_store *store)
{
    if (!sqlite3_get_autocommit(store->db)) { /* a full disk has rolled back already */
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    }
}

ga_row ga_row_prepare(ga_store *store, const char *sql)
{
    ga_row row = {.store = store, .next = 1};
    row.code = sqlite3_prepare_v2(store->db, sql, -1, &row.statement, NULL);
    if (row.code != SQLITE_OK) {
        (void)ga_store_sql_status(store, row.code);
    }
    return row;
}

/* "?,?,?": one for each column of the list. */
static void write_marks(const char *columns, char *marks, size_t size)
{
    size_t used = 0;
    for (const char *at = columns; at && used + 2 < size; at = strchr(at, ',')) {
        at++;
        marks[used++] = '?';
        marks[used++] = ',';
    }
    marks[used - 1] = '\0';
}

ga_row ga_row_insert(ga_store *store, const char *table, const char *columns)
{
    char marks[SQL_SIZE / 4];
    char sql[SQL_SIZE];
    write_marks(columns, marks, sizeof marks);
    (void)snprintf(sql, sizeof sql, "INSERT INTO %s (%s) VALUES (%s)", table, columns, marks);
    return ga_row_prepare(store, sql);
}

ga_row ga_row_update(ga_store *store, const char *table, const char *columns)
{
    char marks[SQL_SIZE / 4];
    char sql[SQL_SIZE];
    write_marks(columns, marks, sizeof marks);
    (void)snprintf(sql, sizeof sql, "UPDATE %s SET (%s) = (%s) WHERE id = ?", table, columns,
                   marks);
    return ga_row_prepare(store, sql);
}

static void keep_code(ga_row *row, int code)
{
    if (row->code == SQLITE_OK && code != SQLITE_OK) {
        row->code = code;
        (void)ga_store_sql_status(row->store, code);
    }
}

void ga_put_text(ga_row *row, const char *text)
{
    const int at = row->next++;
    if (row->code == SQLITE_OK && text) {
        keep_code(row, sqlite3_bind_text64(row->statement, at, text, strlen(text), SQLITE_STATIC,
                                           SQLITE_UTF8));
    } else if (row->code == SQLITE_OK) {
        keep_code(row, sqlite3_bind_null(row->statement, at));
    }
}

void ga_put_integer(ga_row *row, int64_t value)
{
    const int at = row->next++;
    if (row->code == SQLITE_OK) {
        keep_code(row, sqlite3_bind_int64(row->statement, at, value));
    }
}

void ga_put_null(ga_row *row, int count)
{
    for (int k = 0; k < count; k++) {
        ga_put_text(row, NULL);
    }
}

void ga_put_size(ga_row *row, size_t value)
{
    ga_put_integer(row, (int64_t)value);
}

void ga_put_index(ga_row *row, size_t index)
{
    if (index == GA_NO_INDEX) {
        ga_put_null(row, 1);
    } else {
        ga_put_size(row, index);
    }
}

void ga_put_id(ga_row *row, int64_t id)
{
    if (id == 0) {
        ga_put_null(row, 1);
    } else {
        ga_put_integer(row, id);
    }
}

void ga_put_real(ga_row *row, double value)
{
    const int at = row->next++;
    if (row->code == SQLITE_OK) {
        keep_code(row, sqlite3_bind_double(row->statement, at, value));
    }
}

static const char *class_of(double value)
{
    if (isnan(value)) {
        return "nan";
    }
    if (isinf(value)) {
        return value > 0.0 ? "inf" : "-inf";
    }
    return value == 0.0 && signbit(value) ? "-0" : "finite";
}

void ga_put_number(ga_row *row, double value)
{
    ga_put_real(row, value);
    ga_put_text(row, class_of(value));
}

void ga_put_blob(ga_row *row, void *bytes, size_t size)
{
    const int at = row->next++;
    if (row->code != SQLITE_OK || !bytes) {
        free(bytes);
        if (row->code == SQLITE_OK) {
            keep_code(row, sqlite3_bind_null(row->statement, at));
        }
        return;
    }
    keep_code(row, sqlite3_bind_blob64(row->statement, at, bytes, size, free));
}

static ga_status make_ready(ga_row *row)
{
    if (row->code == SQLITE_OK) {
        (void)sqlite3_reset(row->statement);
        (void)sqlite3_clear_bindings(row->statement);
    }
    row->next = 1;
    return row->code == SQLITE_OK ? GA_OK : ga_store_sql_status(row->store, row->code);
}

ga_status ga_row_step(ga_row *row)
{
    int found = 0;
    (void)ga_row_fetch(row, &found);
    return make_ready(row);
}

ga_status ga_row_step_id(ga_row *row, int64_t *id)
{
    int found = 0;
    (void)ga_row_fetch(row, &found);
    *id = found ? sqlite3_column_int64(row->statement, 0) : 0;
    return make_ready(row);
}

ga_status ga_row_fetch(ga_row *row, int *found)
{
    *found = 0;
    if (row->code == SQLITE_OK) {
        const int code = sqlite3_step(row->statement);
        *found = code == SQLITE_ROW;
        keep_code(row, code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code);
    }
    return row->code == SQLITE_OK ? GA_OK : ga_store_sql_status(row->store, row->code);
}

ga_status ga_row_end(ga_row *row)
{
    const ga_status status =
        row->code == SQLITE_OK ? GA_OK : ga_store_sql_status(row->store, row->code);
    (void)sqlite3_finalize(row->statement);
    row->statement = NULL;
    return status;
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

const char *ga_get_text(ga_columns *columns)
{
    const char *const text = (const char *)sqlite3_column_text(columns->statement, columns->next++);
    const char *const copy = ga_result_text(columns->result, text);
    columns->no_memory |= text && !copy;
    return copy;
}

int64_t ga_get_integer(ga_columns *columns)
{
    return sqlite3_column_int64(columns->statement, columns->next++);
}

int ga_get_int(ga_columns *columns)
{
    const int64_t value = ga_get_integer(columns);
    if (value < INT_MIN || value > INT_MAX) {
        columns->is_damaged = 1;
        return 0;
    }
    return (int)value;
}

size_t ga_get_size(ga_columns *columns)
{
    return (size_t)ga_get_integer(columns);
}

size_t ga_get_index(ga_columns *columns)
{
    const int is_null = sqlite3_column_type(columns->statement, columns->next) == SQLITE_NULL;
    const size_t index = ga_get_size(columns);
    return is_null ? GA_NO_INDEX : index;
}

double ga_get_real(ga_columns *columns)
{
    const int is_null = sqlite3_column_type(columns->statement, columns->next) == SQLITE_NULL;
    const double value = sqlite3_column_double(columns->statement, columns->next++);
    return is_null ? (double)NAN : value; /* as SQLite stores NaN */
}

double ga_get_number(ga_columns *columns, int *is_there)
{
    const double value = ga_get_real(columns);
    const char *const class =
        (const char *)sqlite3_column_text(columns->statement, columns->next++);
    if (is_there) {
        *is_there = class != NULL;
    }
    return class && strcmp(class, "-0") == 0 ? -0.0 : value;
}

const void *ga_get_blob(ga_columns *columns, size_t *size)
{
    static const unsigned char nothing[1]; /* SQLite answers NULL for an empty BLOB, too */
    const int at = columns->next++;
    const int is_null = sqlite3_column_type(columns->statement, at) == SQLITE_NULL;
    const void *const bytes = sqlite3_column_blob(columns->statement, at);
    *size = (size_t)sqlite3_column_bytes(columns->statement, at);
    if (!is_null && !bytes && *size > 0) {
        columns->no_memory = 1;
        *size = 0;
    }
    return is_null ? NULL : bytes ? bytes : nothing;
}

int ga_get_word(ga_columns *columns, const char *(*text)(int), int first, int last)
{
    const char *const word = (const char *)sqlite3_column_text(columns->statement, columns->next++);
    for (int k = first; word && k <= last; k++) {
        if (strcmp(text(k), word) == 0) {
            return k;
        }
    }
    columns->is_damaged = 1;
    return first;
}

const char *ga_word_of_verdict(int verdict)
{
    return ga_verdict_text((ga_verdict)verdict);
}

const char *ga_word_of_severity(int severity)
{
    return ga_severity_text((ga_severity)severity);
}

const char *ga_word_of_role(int role)
{
    return ga_role_text((ga_role)role);
}

const char *ga_word_of_dtype(int dtype)
{
    return ga_dtype_text((ga_dtype)dtype);
}

/* ---- Lists of sizes -----------------------------------------------------------------------------
 */

char *ga_sizes_text(const size_t *sizes, size_t count)
{
    enum {
        MOST_DIGITS = 21
    }; /* of 64 bits, and the comma */
    char *const text = malloc(count * MOST_DIGITS + 3);
    if (!text) {
        return NULL;
    }
    char *to = text;
    *to++ = '[';
    for (size_t k = 0; k < count; k++) {
        to += sprintf(to, "%s%zu", k > 0 ? "," : "", sizes[k]);
    }
    *to++ = ']';
    *to = '\0';
    return text;
}

int ga_sizes_parse(const char *text, size_t *sizes, int most)
{
    if (!text || *text++ != '[') {
        return -1;
    }
    int count = 0;
    while (*text != ']') {
        if (count == most || *text < '0' || *text > '9') {
            return -1;
        }
        char *end = NULL;
        sizes[count++] = strtoull(text, &end, 10);
        text = *end == ',' ? end + 1 : end;
        if (*end != ',' && *end != ']') {
            return -1;
        }
    }
    return text[1] == '\0' ? count : -1;
}
