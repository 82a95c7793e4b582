/*
 * Opening a log. What is not ours is recognised from its first bytes, before SQLite takes a lock or
 * writes anything, and left as it is.
 */
#include "store_inside.h"

#include "migrate.h"
#include "print.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PATIENCE = 10000,               /* milliseconds to wait for another writer */
    MOST_CHECKED = 4 * 1024 * 1024, /* bytes; a file of this size is checked in some 10 ms */
    HEADER_SIZE = 100,              /* https://www.sqlite.org/fileformat2.html, section 1.3 */
    VERSION_AT = 60,
    MARK_AT = 68
};

static int is_memory(const char *path)
{
    return strcmp(path, ":memory:") == 0;
}

/* The path as a sentence may show it, without control characters, cut when it is long. */
static void show_path(const char *path, char *shown, size_t size)
{
    FILE *const out = fmemopen(shown, size, "w");
    if (out) {
        (void)ga_print_text(out, path, 1, size - 10);
        (void)fclose(out);
    }
    shown[size - 1] = '\0';
}

static ga_store *make_store(const char *path, ga_store_mode mode)
{
    ga_store *const store = calloc(1, sizeof *store);
    if (!store) {
        return NULL;
    }
    store->mode = mode;
    store->owner = getpid();
    /* "./" in front keeps SQLite from giving a name like ":x" a meaning of its own */
    const int is_plain = path[0] == '/' || is_memory(path);
    store->path = malloc(strlen(path) + 3);
    if (!store->path) {
        free(store);
        return NULL;
    }
    (void)sprintf(store->path, "%s%s", is_plain ? "" : "./", path);
    show_path(path, store->shown, sizeof store->shown);
    return store;
}

static ga_status look_at_file(ga_store *store)
{
    struct stat file;
    if (is_memory(store->path)) {
        return GA_OK;
    }
    if (stat(store->path, &file) != 0) {
        return errno == ENOENT && store->mode == GA_STORE_WRITE
                   ? GA_OK
                   : ga_store_fail(store, GA_EIO, "cannot open '%s': %s", store->shown,
                                   strerror(errno));
    }
    if (!S_ISREG(file.st_mode)) {
        return ga_store_fail(store, GA_EINVAL, "'%s' is not a file that can hold a log",
                             store->shown);
    }
    return GA_OK;
}

/*
 * A log to be read is opened for writing as well where that is allowed, and then told not to: a WAL
 * that a killed writer left can be read, and the last one to close removes it.
 */
static ga_status open_file(ga_store *store, int flags)
{
    const int code = sqlite3_open_v2(store->path, &store->db, flags, NULL);
    if (!store->db) {
        return ga_store_fail(store, GA_ENOMEM, "no memory for '%s'", store->shown);
    }
    (void)sqlite3_extended_result_codes(store->db, 1);
    (void)sqlite3_busy_timeout(store->db, PATIENCE);
    if (code == SQLITE_OK && store->mode == GA_STORE_WRITE &&
        sqlite3_db_readonly(store->db, "main") == 1) {
        return ga_store_sql_status(store, SQLITE_READONLY);
    }
    return ga_store_sql_status(store, code);
}

static int64_t big_endian(const unsigned char *bytes)
{
    return (int64_t)bytes[0] << 24 | (int64_t)bytes[1] << 16 | (int64_t)bytes[2] << 8 | bytes[3];
}

/* *is_newer: the file may be read, but no byte of it written. */
static ga_status judge_header(ga_store *store, const unsigned char header[HEADER_SIZE],
                              int *is_newer)
{
    if (memcmp(header, "SQLite format 3", 16) != 0) {
        return ga_store_fail(store, GA_EINVAL, "'%s' is not a SQLite file: not touched",
                             store->shown);
    }
    if (big_endian(header + MARK_AT) != GA_LOG_APPLICATION) {
        return ga_store_fail(store, GA_EINVAL,
                             "'%s' is a SQLite file, but not a gradaudit log: not touched",
                             store->shown);
    }
    *is_newer = big_endian(header + VERSION_AT) > GA_LOG_VERSION;
    if (store->mode == GA_STORE_WRITE && *is_newer) {
        return ga_store_fail(store, GA_EUNSUPPORTED,
                             "'%s' has version %d, this gradaudit knows %d: it is read, never "
                             "written",
                             store->shown, (int)big_endian(header + VERSION_AT), GA_LOG_VERSION);
    }
    return GA_OK;
}

/* Reads the first bytes through SQLite's own handle and without a lock: to open the file once more
 * and close it would drop the locks that this process may hold on it. */
static ga_status look_at_header(ga_store *store, sqlite3_int64 *size, int *is_newer)
{
    unsigned char header[HEADER_SIZE] = {0};
    sqlite3_file *file = NULL;
    *size = 0;
    *is_newer = 0;
    if (is_memory(store->path)) {
        return GA_OK;
    }
    int code = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code != SQLITE_OK || !file || !file->pMethods) {
        return ga_store_sql_status(store, SQLITE_CANTOPEN);
    }
    code = file->pMethods->xFileSize(file, size);
    if (code == SQLITE_OK && *size == 0) {
        return store->mode == GA_STORE_WRITE
                   ? GA_OK
                   : ga_store_fail(store, GA_EINVAL, "'%s' is empty, not a gradaudit log",
                                   store->shown);
    }
    if (code == SQLITE_OK) {
        code = file->pMethods->xRead(file, header, HEADER_SIZE, 0);
    }
    if (code == SQLITE_IOERR_SHORT_READ) {
        code = SQLITE_OK; /* the rest is zero */
    }
    const ga_status status = ga_store_sql_status(store, code);
    return status == GA_OK ? judge_header(store, header, is_newer) : status;
}

void ga_store_be_careful(ga_store *store)
{
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    (void)sqlite3_exec(store->db, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
}

/* The path as a URI that tells SQLite that nobody will change the file. malloc'ed. */
static char *immutable_uri(const char *path)
{
    static const char hex[] = "0123456789abcdef";
    char *const uri = malloc(strlen(path) * 3 + 32);
    if (!uri) {
        return NULL;
    }
    char *to = stpcpy(uri, "file:");
    for (const unsigned char *at = (const unsigned char *)path; *at; at++) {
        if (*at > 0x20 && *at < 0x7F && !strchr("%?#", *at)) {
            *to++ = (char)*at;
        } else {
            *to++ = '%';
            *to++ = hex[*at >> 4];
            *to++ = hex[*at & 15];
        }
    }
    (void)strcpy(to, "?immutable=1");
    return uri;
}

static int has_pending_wal(const ga_store *store)
{
    struct stat wal;
    char *const path = malloc(strlen(store->path) + 5);
    if (!path) {
        return 1;
    }
    (void)sprintf(path, "%s-wal", store->path);
    const int is_pending = stat(path, &wal) == 0 && wal.st_size > 0;
    free(path);
    return is_pending;
}

/* A log in WAL mode in a folder where nothing can be created is read as it is, as long as the main
 * file holds everything. */
static ga_status open_immutable(ga_store *store)
{
    char *const uri = immutable_uri(store->path);
    if (!uri) {
        return ga_store_sql_status(store, SQLITE_NOMEM);
    }
    (void)sqlite3_close(store->db);
    store->db = NULL;
    const int code = sqlite3_open_v2(uri, &store->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    free(uri);
    if (store->db) {
        (void)sqlite3_extended_result_codes(store->db, 1);
        ga_store_be_careful(store);
    }
    return ga_store_sql_status(store, code);
}

static ga_status first_read(ga_store *store, int64_t *version)
{
    ga_status status = ga_sql_integer(store, "PRAGMA user_version", 0, version);
    const int code = sqlite3_errcode(store->db) & 0xFF;
    const int is_refused =
        code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_IOERR;
    if (status != GA_OK && is_refused && store->mode == GA_STORE_READ && !has_pending_wal(store)) {
        status = open_immutable(store);
        if (status == GA_OK) {
            status = ga_sql_integer(store, "PRAGMA user_version", 0, version);
        }
    }
    return status;
}

ga_status ga_store_check_pages(ga_store *store)
{
    ga_row row = ga_row_prepare(store, "PRAGMA quick_check(1)");
    int found = 0;
    ga_status status = ga_row_fetch(&row, &found);
    if (status == GA_OK) {
        const char *const answer =
            found ? (const char *)sqlite3_column_text(row.statement, 0) : NULL;
        if (!answer || strcmp(answer, "ok") != 0) {
            status = ga_store_fail(store, GA_EINVAL, "'%s' is damaged: %.200s", store->shown,
                                   answer ? answer : "it cannot be checked");
        }
    }
    const ga_status end = ga_row_end(&row);
    return status == GA_OK ? end : status;
}

/* Each commit is on the disk: in WAL mode after the next checkpoint, else at once. */
static ga_status prepare_writing(ga_store *store)
{
    ga_status status = ga_store_migrate(store, ga_schema_steps, GA_LOG_VERSION);
    if (status != GA_OK) {
        return status;
    }
    int is_wal = 0;
    ga_row row = ga_row_prepare(store, "PRAGMA journal_mode = WAL");
    int found = 0;
    (void)ga_row_fetch(&row, &found);
    if (found) { /* whatever it answers is taken: WAL needs a local file system */
        const char *const mode = (const char *)sqlite3_column_text(row.statement, 0);
        is_wal = mode && strcmp(mode, "wal") == 0;
    }
    (void)ga_row_end(&row);
    store->error[0] = '\0';
    status =
        ga_sql_exec(store, is_wal ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
    return status == GA_OK ? ga_sql_exec(store, "PRAGMA foreign_keys = ON") : status;
}

static ga_status prepare_reading(ga_store *store, int64_t version)
{
    const ga_status status = ga_store_read_as_current(store, version);
    return status == GA_OK ? ga_sql_exec(store, "PRAGMA query_only = ON") : status;
}

static ga_status open_log(ga_store *store)
{
    const int creates = store->mode == GA_STORE_WRITE ? SQLITE_OPEN_CREATE : 0;
    sqlite3_int64 size = 0;
    int64_t version = 0;
    int is_newer = 0;
    ga_status status = look_at_file(store);
    if (status == GA_OK) {
        status = open_file(store, SQLITE_OPEN_READWRITE | creates);
    }
    if (status == GA_OK) {
        status = look_at_header(store, &size, &is_newer);
    }
    if (status == GA_OK && is_newer) {
        (void)sqlite3_close(store->db);
        store->db = NULL;
        status = open_file(store, SQLITE_OPEN_READONLY);
    }
    if (status != GA_OK) {
        return status;
    }
    ga_store_be_careful(store);
    status = first_read(store, &version);
    if (status == GA_OK && size > 0 && size <= MOST_CHECKED) {
        status = ga_store_check_pages(store);
    }
    if (status == GA_OK) {
        status = store->mode == GA_STORE_WRITE ? prepare_writing(store)
                                               : prepare_reading(store, version);
    }
    return status;
}

ga_status ga_store_open(const char *path, ga_store_mode mode, ga_store **out)
{
    *out = NULL;
    ga_store *const store = make_store(path ? path : "", mode);
    if (!store) {
        return GA_ENOMEM;
    }
    *out = store;
    if (!path || !*path) {
        return ga_store_fail(store, GA_EINVAL, "the log has no file name");
    }
    const ga_status status = open_log(store);
    if (status != GA_OK) {
        (void)sqlite3_close(store->db);
        store->db = NULL;
    }
    return status;
}

const char *ga_store_error(const ga_store *store)
{
    return store ? store->error : "";
}

void ga_store_close(ga_store *store)
{
    if (!store) {
        return;
    }
    if (store->owner == getpid()) { /* after a fork the file belongs to the parent */
        (void)sqlite3_close(store->db);
    }
    free(store->path);
    free(store);
}
