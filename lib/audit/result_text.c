/*
 * The texts of a result live in a chain of blocks, so that none is freed singly and none can be
 * forgotten; and the flat index as people write it, "[3,12]".
 */
#include "result_text.h"

#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_SIZE = 4000
}; /* some forty sentences; a longer text gets a block of its own */

struct ga_text_block {
    ga_text_block *next;
    size_t used, size;
    char bytes[];
};

void ga_text_blocks_free(ga_text_block *blocks)
{
    while (blocks) {
        ga_text_block *const next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

/* Room for `size` bytes that live as long as the result; NULL: no memory. */
static char *reserve(ga_result *result, size_t size)
{
    ga_text_block *block = result->texts;
    if (!block || block->size - block->used < size) {
        const size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        if (room > SIZE_MAX - sizeof *block) {
            return NULL;
        }
        block = malloc(sizeof *block + room);
        if (!block) {
            return NULL;
        }
        *block = (ga_text_block){.next = result->texts, .size = room};
        result->texts = block;
    }
    char *const place = block->bytes + block->used;
    block->used += size;
    return place;
}

const char *ga_result_text(ga_result *result, const char *text)
{
    if (!text) {
        return NULL;
    }
    const size_t size = strlen(text) + 1;
    char *const copy = reserve(result, size);
    return copy ? memcpy(copy, text, size) : NULL;
}

/* The same bytes in every locale: a report that is stored under one is shown under another. */
const char *ga_result_vformat(ga_result *result, const char *format, va_list arguments)
{
    const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    const locale_t old = plain ? uselocale(plain) : (locale_t)0;
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *const text = length < 0 ? NULL : reserve(result, (size_t)length + 1);
    if (text) {
        (void)vsnprintf(text, (size_t)length + 1, format, arguments);
    }
    if (plain) {
        (void)uselocale(old);
        freelocale(plain);
    }
    return text;
}

const char *ga_result_format(ga_result *result, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *const text = ga_result_vformat(result, format, arguments);
    va_end(arguments);
    return text;
}

int ga_index_split(const ga_variable_result *variable, size_t index, size_t split[GA_MAX_RANK])
{
    const int rank = variable->rank < 0             ? 0
                     : variable->rank > GA_MAX_RANK ? GA_MAX_RANK
                                                    : variable->rank;
    for (int d = rank - 1; d >= 0; d--) {
        const size_t size = variable->shape[d] ? variable->shape[d] : 1; /* a damaged shape */
        split[d] = d > 0 ? index % size : index; /* what is too large shows in the first place */
        index /= size;
    }
    return rank;
}

void ga_index_text(const ga_variable_result *variable, size_t index, char *text, size_t size)
{
    if (size == 0) {
        return;
    }
    text[0] = '\0';
    if (index == GA_NO_INDEX) {
        return;
    }
    size_t split[GA_MAX_RANK];
    const int rank = ga_index_split(variable, index, split);
    size_t used = 0;
    for (int d = 0; d < rank; d++) {
        const int length = snprintf(text + used, size - used, "%s%zu%s", d > 0 ? "," : "[",
                                    split[d], d == rank - 1 ? "]" : "");
        if (length < 0 || (size_t)length >= size - used) {
            return; /* cut, and terminated */
        }
        used += (size_t)length;
    }
}
