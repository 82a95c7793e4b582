/*
 * A result as bytes: a log in memory with this one run, behind a header that tells damage apart.
 *
 * The bytes come from a process in which user code ran, and that may have written anywhere: so they
 * are compared with their hash first, and then still read as those of any foreign file.
 */
#include "store_inside.h"

#include "common.h"
#include "migrate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char mark[8] = "GAPACK1";
enum {
    HEADER_SIZE = 24
}; /* mark, size and hash of what follows, each 8 bytes */

static uint64_t hash_of(const unsigned char *bytes, size_t size)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a, by words where there are 8 bytes */
    size_t at = 0;
    for (; size - at >= sizeof hash; at += sizeof hash) {
        uint64_t word = 0;
        memcpy(&word, bytes + at, sizeof word);
        hash = (hash ^ word) * UINT64_C(1099511628211);
        hash ^= hash >> 32; /* multiplication alone carries nothing down */
    }
    for (; at < size; at++) {
        hash = (hash ^ bytes[at]) * UINT64_C(1099511628211);
    }
    return hash;
}

static ga_status open_in_memory(ga_store *store)
{
    *store = (ga_store){.mode = GA_STORE_WRITE, .owner = getpid(), .shown = "result"};
    const int code =
        sqlite3_open_v2(":memory:", &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    return store->db ? ga_store_sql_status(store, code) : GA_ENOMEM;
}

/* The run keeps the id and all that it has, be it 0 and nothing. */
static ga_status insert_run(ga_store *store, const ga_result *result)
{
    int64_t loss = 0;
    ga_status status = ga_log_loss(store, result->facts.loss, result->run.target, &loss);
    if (status != GA_OK) {
        return status;
    }
    ga_row row =
        ga_row_insert(store, "run", "id, loss, status, " GA_INFO_COLUMNS ", " GA_FACTS_COLUMNS);
    ga_put_integer(&row, result->run.id);
    ga_put_id(&row, result->facts.loss ? loss : 0);
    ga_put_text(&row, result->facts.aborted ? "aborted" : "done");
    ga_put_info(&row, &result->run);
    ga_put_facts(&row, &result->facts);
    (void)ga_row_step(&row);
    status = ga_row_end(&row);
    return status == GA_OK ? ga_log_insert_result(store, result->run.id, result, loss) : status;
}

static ga_status pack_log(ga_store *store, unsigned char **bytes, size_t *size)
{
    sqlite3_int64 length = 0;
    unsigned char *const image = sqlite3_serialize(store->db, "main", &length, 0);
    if (!image) {
        return GA_ENOMEM;
    }
    unsigned char *const packed = malloc(HEADER_SIZE + (size_t)length);
    if (packed) {
        const uint64_t numbers[2] = {(uint64_t)length, hash_of(image, (size_t)length)};
        memcpy(packed, mark, sizeof mark);
        memcpy(packed + sizeof mark, numbers, sizeof numbers);
        memcpy(packed + HEADER_SIZE, image, (size_t)length);
        *bytes = packed;
        *size = HEADER_SIZE + (size_t)length;
    }
    sqlite3_free(image);
    return packed ? GA_OK : GA_ENOMEM;
}

ga_status ga_result_pack(const ga_result *result, unsigned char **bytes, size_t *size)
{
    ga_store store;
    *bytes = NULL;
    *size = 0;
    ga_status status = open_in_memory(&store);
    if (status == GA_OK) {
        status = ga_store_migrate(&store, ga_schema_steps, GA_LOG_VERSION);
    }
    if (status == GA_OK) {
        status = ga_sql_begin(&store);
    }
    if (status == GA_OK) {
        status = insert_run(&store, result);
    }
    if (status == GA_OK) {
        status = ga_sql_commit(&store);
    }
    if (status == GA_OK) {
        status = pack_log(&store, bytes, size);
    }
    (void)sqlite3_close(store.db);
    return status;
}

static int is_whole(const unsigned char *bytes, size_t size)
{
    uint64_t numbers[2];
    if (!bytes || size < HEADER_SIZE || memcmp(bytes, mark, sizeof mark) != 0) {
        return 0;
    }
    memcpy(numbers, bytes + sizeof mark, sizeof numbers);
    return numbers[0] == size - HEADER_SIZE &&
           numbers[1] == hash_of(bytes + HEADER_SIZE, size - HEADER_SIZE);
}

/* Puts the image in place of the empty log in memory. */
static ga_status adopt(ga_store *store, const unsigned char *image, size_t size)
{
    unsigned char *const copy = sqlite3_malloc64(size);
    if (!copy) {
        return GA_ENOMEM;
    }
    memcpy(copy, image, size);
    const int code =
        sqlite3_deserialize(store->db, "main", copy, (sqlite3_int64)size, (sqlite3_int64)size,
                            SQLITE_DESERIALIZE_FREEONCLOSE |
                                SQLITE_DESERIALIZE_READONLY); /* frees it on failure, too */
    return ga_store_sql_status(store, code);
}

ga_status ga_log_unpack_image(const unsigned char *image, size_t size, ga_result **out)
{
    ga_store store;
    int64_t run = 0;
    *out = NULL;
    ga_status status = open_in_memory(&store);
    if (status == GA_OK) {
        status = adopt(&store, image, size);
    }
    if (status == GA_OK) {
        ga_store_be_careful(&store);
        status = ga_store_check_pages(&store);
    }
    if (status == GA_OK) {
        status = ga_sql_integer(&store, "SELECT id FROM run", 0, &run);
    }
    if (status == GA_OK) {
        status = ga_log_read_result(&store, run, out);
    }
    (void)sqlite3_close(store.db);
    return status == GA_OK || status == GA_ENOMEM ? status : GA_EINVAL;
}

ga_status ga_result_unpack(const unsigned char *bytes, size_t size, ga_result **out)
{
    *out = NULL;
    if (!is_whole(bytes, size)) {
        return GA_EINVAL;
    }
    return ga_log_unpack_image(bytes + HEADER_SIZE, size - HEADER_SIZE, out);
}
