/*
 * The vectors of one variable as BLOBs: little-endian, every bit kept, a column for each member of
 * ga_element. What can be left out is: indices that are 0, 1, 2, ..., and the x and the claimed
 * value of a measured element where they are those of the whole vector.
 */
#include "store_inside.h"

#include "json.h"

#include <endian.h>
#include <jansson.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    DOUBLE_SIZE = 8,
    MOST_BYTE_REASONS = 255 /* a byte each up to here; 0 stands for "no reason" */
};

/* The low `size` bytes of a number, the lowest first. */
static void put_bytes(unsigned char *to, uint64_t bits, size_t size)
{
    const uint64_t little = htole64(bits);
    memcpy(to, &little, size);
}

static uint64_t get_bytes(const unsigned char *from, size_t size)
{
    uint64_t little = 0;
    memcpy(&little, from, size);
    return le64toh(little);
}

static uint64_t bits_of(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double value = 0.0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* ---- Writing ------------------------------------------------------------------------------------
 */

/* Room for `count` items; a row that cannot have it carries SQLITE_NOMEM. Never NULL for 0 items.
 */
static unsigned char *reserve(ga_row *row, size_t count, size_t size)
{
    unsigned char *bytes = NULL;
    if (count <= SIZE_MAX / size) {
        bytes = malloc(count ? count * size : 1);
    }
    if (!bytes && row->code == SQLITE_OK) {
        row->code = SQLITE_NOMEM;
        (void)ga_store_sql_status(row->store, SQLITE_NOMEM);
    }
    return bytes;
}

static void put_vector(ga_row *row, const double *values, size_t count)
{
    unsigned char *const bytes = values ? reserve(row, count, DOUBLE_SIZE) : NULL;
    for (size_t k = 0; bytes && k < count; k++) {
        put_bytes(bytes + DOUBLE_SIZE * k, bits_of(values[k]), DOUBLE_SIZE);
    }
    ga_put_blob(row, bytes, count * DOUBLE_SIZE);
}

static double member(const ga_element *element, size_t offset)
{
    double value = 0.0;
    memcpy(&value, (const char *)element + offset, sizeof value);
    return value;
}

static void put_members(ga_row *row, const ga_variable_record *variable, size_t offset)
{
    const size_t count = variable->element_count;
    unsigned char *const bytes = reserve(row, count, DOUBLE_SIZE);
    for (size_t k = 0; bytes && k < count; k++) {
        put_bytes(bytes + DOUBLE_SIZE * k, bits_of(member(&variable->elements[k], offset)),
                  DOUBLE_SIZE);
    }
    ga_put_blob(row, bytes, count * DOUBLE_SIZE);
}

/* As put_members, but NULL where the whole vector holds the same bits already. */
static void put_different(ga_row *row, const ga_variable_record *variable, size_t offset,
                          const double *whole)
{
    int is_same = whole != NULL;
    for (size_t k = 0; is_same && k < variable->element_count; k++) {
        const ga_element *const element = &variable->elements[k];
        is_same = element->index < variable->view.elements &&
                  bits_of(whole[element->index]) == bits_of(member(element, offset));
    }
    if (is_same) {
        ga_put_null(row, 1);
    } else {
        put_members(row, variable, offset);
    }
}

static void put_checked(ga_row *row, const ga_variable_record *variable)
{
    const size_t count = variable->element_count;
    size_t k = 0;
    while (k < count && variable->elements[k].index == k) {
        k++;
    }
    if (k == count) {
        ga_put_null(row, 1);
        return;
    }
    unsigned char *const bytes = reserve(row, count, DOUBLE_SIZE);
    for (k = 0; bytes && k < count; k++) {
        put_bytes(bytes + DOUBLE_SIZE * k, variable->elements[k].index, DOUBLE_SIZE);
    }
    ga_put_blob(row, bytes, count * DOUBLE_SIZE);
}

static void put_verdicts(ga_row *row, const ga_variable_record *variable)
{
    unsigned char *const bytes = reserve(row, variable->element_count, 1);
    for (size_t k = 0; bytes && k < variable->element_count; k++) {
        bytes[k] = (unsigned char)variable->elements[k].verdict;
    }
    ga_put_blob(row, bytes, variable->element_count);
}

static void put_evaluations(ga_row *row, const ga_variable_record *variable)
{
    size_t size = sizeof(uint16_t);
    for (size_t k = 0; k < variable->element_count; k++) {
        if (variable->elements[k].evaluations > UINT16_MAX) {
            size = sizeof(uint32_t);
        }
    }
    unsigned char *const bytes = reserve(row, variable->element_count, size);
    for (size_t k = 0; bytes && k < variable->element_count; k++) {
        put_bytes(bytes + size * k, variable->elements[k].evaluations, size);
    }
    ga_put_blob(row, bytes, variable->element_count * size);
}

/* The distinct reasons, in the order of their first use. */
typedef struct reasons {
    const char **texts;
    size_t count, capacity;
    int no_memory;
} reasons;

/* The number of a reason, from 1; 0: none. */
static uint32_t number_of(reasons *known, const char *reason)
{
    if (!reason || known->no_memory) {
        return 0;
    }
    for (size_t k = known->count; k > 0; k--) { /* literals: mostly the same pointer */
        if (known->texts[k - 1] == reason || strcmp(known->texts[k - 1], reason) == 0) {
            return (uint32_t)k;
        }
    }
    if (known->count == known->capacity) {
        const size_t wanted = known->capacity ? known->capacity * 2 : 16;
        const char **const grown = realloc(known->texts, wanted * sizeof *grown);
        if (!grown) {
            known->no_memory = 1;
            return 0;
        }
        known->texts = grown;
        known->capacity = wanted;
    }
    known->texts[known->count++] = reason;
    return (uint32_t)known->count;
}

static char *reasons_text(const reasons *known, size_t *size)
{
    char *text = NULL;
    FILE *const out = open_memstream(&text, size);
    if (!out) {
        return NULL;
    }
    (void)fputc('[', out);
    for (size_t k = 0; k < known->count; k++) {
        (void)fputs(k > 0 ? "," : "", out);
        ga_json_text(out, known->texts[k]);
    }
    (void)fputc(']', out);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static void put_reasons(ga_row *row, const ga_variable_record *variable)
{
    const size_t count = variable->element_count;
    reasons known = {0};
    for (size_t k = 0; k < count; k++) {
        (void)number_of(&known, variable->elements[k].reason);
    }
    const size_t size = known.count <= MOST_BYTE_REASONS ? 1 : sizeof(uint32_t);
    unsigned char *const bytes = reserve(row, count, size);
    for (size_t k = 0; bytes && k < count; k++) {
        put_bytes(bytes + size * k, number_of(&known, variable->elements[k].reason), size);
    }
    ga_put_blob(row, bytes, count * size);
    size_t length = 0;
    char *const text = known.no_memory ? NULL : reasons_text(&known, &length);
    if (row->code == SQLITE_OK && !text) {
        row->code = SQLITE_NOMEM;
        (void)ga_store_sql_status(row->store, SQLITE_NOMEM);
    }
    if (row->code == SQLITE_OK) {
        row->code =
            sqlite3_bind_text64(row->statement, row->next++, text, length, free, SQLITE_UTF8);
    } else {
        free(text);
    }
    free(known.texts);
}

void ga_put_arrays(ga_row *row, const ga_variable_record *variable)
{
    put_vector(row, variable->x, variable->view.elements);
    put_vector(row, variable->analytic, variable->view.elements);
    ga_put_size(row, variable->element_count);
    put_checked(row, variable);
    put_different(row, variable, offsetof(ga_element, x), variable->x);
    put_different(row, variable, offsetof(ga_element, analytic), variable->analytic);
    put_members(row, variable, offsetof(ga_element, measured));
    put_members(row, variable, offsetof(ga_element, uncertainty));
    put_members(row, variable, offsetof(ga_element, resolution));
    put_members(row, variable, offsetof(ga_element, step));
    put_verdicts(row, variable);
    put_evaluations(row, variable);
    put_reasons(row, variable);
}

/* ---- Reading ------------------------------------------------------------------------------------
 */

/* A BLOB of count items of `size` bytes; NULL: the column is NULL, or has another size, and then
 * the log is damaged. */
static const unsigned char *get_items(ga_columns *columns, size_t count, size_t size)
{
    size_t bytes = 0;
    const unsigned char *const blob = ga_get_blob(columns, &bytes);
    if (blob && (bytes % size != 0 || bytes / size != count)) {
        columns->is_damaged = 1;
        return NULL;
    }
    return blob;
}

static double *get_vector(ga_columns *columns, size_t count)
{
    const unsigned char *const blob = get_items(columns, count, DOUBLE_SIZE);
    if (!blob) {
        return NULL;
    }
    double *const values = malloc(count ? count * sizeof *values : 1);
    if (!values) {
        columns->no_memory = 1;
        return NULL;
    }
    for (size_t k = 0; k < count; k++) {
        values[k] = double_of(get_bytes(blob + DOUBLE_SIZE * k, DOUBLE_SIZE));
    }
    return values;
}

static void get_members(ga_columns *columns, ga_variable_record *variable, size_t offset,
                        const double *whole)
{
    const unsigned char *const blob = get_items(columns, variable->element_count, DOUBLE_SIZE);
    for (size_t k = 0; k < variable->element_count; k++) {
        ga_element *const element = &variable->elements[k];
        double value = 0.0;
        if (blob) {
            value = double_of(get_bytes(blob + DOUBLE_SIZE * k, DOUBLE_SIZE));
        } else if (whole && element->index < variable->view.elements) {
            value = whole[element->index];
        } else {
            columns->is_damaged = 1;
        }
        memcpy((char *)element + offset, &value, sizeof value);
    }
}

static void get_checked(ga_columns *columns, ga_variable_record *variable)
{
    const unsigned char *const blob = get_items(columns, variable->element_count, DOUBLE_SIZE);
    for (size_t k = 0; k < variable->element_count; k++) {
        variable->elements[k].index =
            blob ? (size_t)get_bytes(blob + DOUBLE_SIZE * k, DOUBLE_SIZE) : k;
    }
}

static void get_verdicts(ga_columns *columns, ga_variable_record *variable)
{
    const unsigned char *const blob = get_items(columns, variable->element_count, 1);
    for (size_t k = 0; k < variable->element_count; k++) {
        if (!blob || blob[k] > GA_FAIL) {
            columns->is_damaged = 1;
            return;
        }
        variable->elements[k].verdict = (ga_verdict)blob[k];
    }
}

/* A BLOB of as many items, of one of two sizes. */
static const unsigned char *get_either(ga_columns *columns, size_t count, size_t narrow,
                                       size_t wide, size_t *size)
{
    size_t bytes = 0;
    const unsigned char *const blob = ga_get_blob(columns, &bytes);
    *size = bytes % wide == 0 && bytes / wide == count ? wide : narrow;
    if (!blob || bytes % *size != 0 || bytes / *size != count) {
        columns->is_damaged = 1;
        return NULL;
    }
    return blob;
}

static void get_evaluations(ga_columns *columns, ga_variable_record *variable)
{
    size_t size = 0;
    const unsigned char *const blob =
        get_either(columns, variable->element_count, sizeof(uint16_t), sizeof(uint32_t), &size);
    for (size_t k = 0; blob && k < variable->element_count; k++) {
        variable->elements[k].evaluations = (unsigned)get_bytes(blob + size * k, size);
    }
}

static void get_reasons(ga_columns *columns, ga_variable_record *variable)
{
    size_t size = 0;
    const unsigned char *const blob =
        get_either(columns, variable->element_count, 1, sizeof(uint32_t), &size);
    const char *const list = (const char *)sqlite3_column_text(columns->statement, columns->next++);
    json_t *const array = list ? json_loads(list, 0, NULL) : NULL;
    const size_t count = json_array_size(array);
    const char **const texts = calloc(count + 1, sizeof *texts); /* [0]: no reason */
    if (!json_is_array(array) || !texts) {
        columns->no_memory |= !texts;
        columns->is_damaged = 1;
    } else {
        for (size_t k = 0; k < count; k++) {
            const char *const text = json_string_value(json_array_get(array, k));
            texts[k + 1] = ga_result_text(columns->result, text);
            columns->is_damaged |= !text;
            columns->no_memory |= text && !texts[k + 1];
        }
        for (size_t k = 0; blob && k < variable->element_count; k++) {
            const uint64_t number = get_bytes(blob + size * k, size);
            columns->is_damaged |= number > count;
            variable->elements[k].reason = number <= count ? texts[number] : NULL;
        }
    }
    free(texts);
    json_decref(array);
}

void ga_get_arrays(ga_columns *columns, ga_variable_record *variable)
{
    variable->x = get_vector(columns, variable->view.elements);
    variable->analytic = get_vector(columns, variable->view.elements);
    const size_t count = ga_get_size(columns);
    const size_t bytes = (size_t)sqlite3_column_bytes(columns->statement, columns->next + 7);
    if (columns->is_damaged || bytes != count) { /* of the verdicts: bounds what is allocated */
        columns->is_damaged = 1;
        return;
    }
    if (count > 0) {
        variable->elements = calloc(count, sizeof *variable->elements);
        if (!variable->elements) {
            columns->no_memory = 1;
            return;
        }
        variable->element_count = count;
        variable->element_capacity = count;
    }
    get_checked(columns, variable);
    get_members(columns, variable, offsetof(ga_element, x), variable->x);
    get_members(columns, variable, offsetof(ga_element, analytic), variable->analytic);
    get_members(columns, variable, offsetof(ga_element, measured), NULL);
    get_members(columns, variable, offsetof(ga_element, uncertainty), NULL);
    get_members(columns, variable, offsetof(ga_element, resolution), NULL);
    get_members(columns, variable, offsetof(ga_element, step), NULL);
    get_verdicts(columns, variable);
    get_evaluations(columns, variable);
    get_reasons(columns, variable);
}
