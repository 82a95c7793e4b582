/*
 * Memory whose sizes come from outside: products and growth that cannot overflow, copies of what
 * the user passed.
 */
#include "problem.h"

#include <stdlib.h>
#include <string.h>

/* No description will ever be this large; a `size` above it is a mistake, not a newer header. */
#define LARGEST_STRUCT ((size_t)65536)

int ga_size_multiply(size_t a, size_t b, size_t *product)
{
    if (b != 0 && a > SIZE_MAX / b) {
        return 0;
    }
    *product = a * b;
    return 1;
}

void *ga_grow(void **items, size_t *count, size_t *capacity, size_t item)
{
    /* The caller's pointer is a T * seen as a void *: only its bytes may be touched. */
    unsigned char *array = NULL;
    memcpy(&array, items, sizeof array);

    if (*count == *capacity) {
        const size_t room = *capacity ? *capacity : 4;
        size_t bytes = 0;
        if (!ga_size_multiply(room, 2 * item, &bytes)) {
            return NULL;
        }
        unsigned char *const larger = realloc(array, bytes);
        if (!larger) {
            return NULL; /* the array is as it was */
        }
        array = larger;
        memcpy(items, &array, sizeof array);
        *capacity = 2 * room;
    }

    void *const added = array + *count * item;
    memset(added, 0, item);
    ++*count;
    return added;
}

char *ga_copy_text(const char *text)
{
    const size_t size = strlen(text) + 1;
    char *const copy = malloc(size);
    if (copy) {
        memcpy(copy, text, size);
    }
    return copy;
}

int ga_copy_struct(void *to, size_t known, const void *from, size_t size)
{
    memset(to, 0, known);
    /* The structs hold pointers, so a size that is no multiple of one would cut a field in two. */
    if (!from || size == 0 || size > LARGEST_STRUCT || size % sizeof(void *) != 0) {
        return 0;
    }
    memcpy(to, from, size < known ? size : known);
    return 1;
}
