/*
 * Memory that runs out on purpose, and is counted.
 *
 * For one test program: link it with -Wl,--wrap=malloc and so on (see failing_memory in
 * meson.build), and the linker hands the static parts' allocations to the functions here.
 */
#ifndef TEST_FAILING_MEMORY_H
#define TEST_FAILING_MEMORY_H

#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *memory);

static long allowed = -1; /* allocations still granted; negative: all */
static long alive;        /* blocks not freed yet */

static int refuse(void)
{
    if (allowed < 0) {
        return 0;
    }
    return allowed == 0 || allowed-- == 0;
}

static void *count(void *memory)
{
    alive += memory ? 1 : 0;
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return refuse() ? NULL : count(__real_malloc(size));
}

void *__wrap_calloc(size_t items, size_t size)
{
    return refuse() ? NULL : count(__real_calloc(items, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    if (refuse()) {
        return NULL;
    }
    alive -= old ? 1 : 0;
    return count(__real_realloc(old, size));
}

void __wrap_free(void *memory)
{
    alive -= memory ? 1 : 0;
    __real_free(memory);
}

#endif
