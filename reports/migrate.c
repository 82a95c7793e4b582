#include "migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MOST_COPIES = 1000
};

const char *const ga_schema_steps[GA_LOG_VERSION] = {ga_schema_version1, ga_schema_version2};

static const char *const readings[GA_LOG_VERSION] = {NULL, ga_schema_reading1};

/* What the file says of itself; inside a transaction nobody else can change it. */
typedef struct state {
    int64_t version, mark, objects;
} state;

static ga_status look(ga_store *store, state *found)
{
    ga_status status = ga_sql_integer(store, "PRAGMA user_version", 0, &found->version);
    if (status == GA_OK) {
        status = ga_sql_integer(store, "PRAGMA application_id", 0, &found->mark);
    }
    if (status == GA_OK) {
        status = ga_sql_integer(store, "SELECT count(*) FROM sqlite_schema", 0, &found->objects);
    }
    return status;
}

static ga_status judge(ga_store *store, const state *found, int count)
{
    const int is_empty = found->objects == 0 && found->version == 0;
    if (!is_empty && found->mark != GA_LOG_APPLICATION) {
        return ga_store_fail(store, GA_EINVAL,
                             "'%s' is a SQLite file, but not a gradaudit log: not touched",
                             store->shown);
    }
    if (found->version > count) {
        return ga_store_fail(store, GA_EUNSUPPORTED,
                             "'%s' has version %d, this gradaudit knows %d: it is read, never "
                             "written",
                             store->shown, (int)found->version, count);
    }
    if (!is_empty && found->version < 1) {
        return ga_store_fail(store, GA_EINVAL, "'%s' is damaged: its version is %d", store->shown,
                             (int)found->version);
    }
    return GA_OK;
}

static ga_status copy_to(ga_store *store, const char *path)
{
    ga_row row = ga_row_prepare(store, "VACUUM INTO ?");
    ga_put_text(&row, path);
    (void)ga_row_step(&row);
    const ga_status status = ga_row_end(&row);
    if (status != GA_OK) {
        (void)unlink(path); /* a half-made copy */
    }
    return status;
}

/* A copy beside the file, under a name that nobody has. */
static ga_status back_up(ga_store *store, int64_t version)
{
    const size_t size = strlen(store->path) + 64;
    char *const path = malloc(size);
    struct stat there;
    if (!path) {
        return ga_store_sql_status(store, SQLITE_NOMEM);
    }
    ga_status status = ga_store_fail(store, GA_EIO,
                                     "cannot copy '%s' before its migration: no "
                                     "free name",
                                     store->shown);
    for (int k = 1; k < MOST_COPIES; k++) {
        if (k == 1) {
            (void)snprintf(path, size, "%s.v%d.bak", store->path, (int)version);
        } else {
            (void)snprintf(path, size, "%s.v%d.%d.bak", store->path, (int)version, k);
        }
        if (lstat(path, &there) != 0) {
            status = copy_to(store, path);
            break;
        }
    }
    free(path);
    return status;
}

/* One step in one transaction; *version is what the file has afterwards, which another process may
 * have brought about. */
static ga_status climb(ga_store *store, const char *const *steps, int count, int64_t from,
                       int64_t *version)
{
    char sql[100];
    state found = {0};
    ga_status status = ga_sql_begin(store);
    if (status != GA_OK) {
        return status;
    }
    status = look(store, &found);
    if (status == GA_OK) {
        status = judge(store, &found, count);
    }
    if (status == GA_OK && found.version == from) {
        status = ga_sql_exec(store, steps[from]);
        (void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                       GA_LOG_APPLICATION, (int)from + 1);
        if (status == GA_OK) {
            status = ga_sql_exec(store, sql);
        }
        found.version = from + 1;
    }
    if (status != GA_OK) {
        ga_sql_rollback(store);
        return status;
    }
    *version = found.version;
    return ga_sql_commit(store);
}

/* All of it at one moment: between two reads another process may have made the file a log. */
static ga_status look_once(ga_store *store, state *found)
{
    ga_status status = ga_sql_exec(store, "BEGIN");
    if (status != GA_OK) {
        return status;
    }
    status = look(store, found);
    if (status != GA_OK) {
        ga_sql_rollback(store);
        return status;
    }
    return ga_sql_commit(store);
}

ga_status ga_store_migrate(ga_store *store, const char *const *steps, int count)
{
    state found = {0};
    ga_status status = look_once(store, &found);
    if (status == GA_OK) {
        status = judge(store, &found, count);
    }
    if (status == GA_OK && found.version >= 1 && found.version < count) {
        status = back_up(store, found.version);
    }
    while (status == GA_OK && found.version < count) {
        status = climb(store, steps, count, found.version, &found.version);
    }
    return status;
}

ga_status ga_store_read_as_current(ga_store *store, int64_t version)
{
    return version >= 1 && version < GA_LOG_VERSION ? ga_sql_exec(store, readings[version]) : GA_OK;
}
