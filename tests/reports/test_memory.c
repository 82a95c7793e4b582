/*
 * Without memory: let allocation k fail, for every k. Nothing crashes, nothing is lost, and what is
 * answered with success is whole. Linked so that the allocations of our own code come by here.
 */
#include "samples.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static long countdown = -1; /* allocations until one fails; negative: none does */
static size_t largest;      /* bytes that were asked for at once */

static int fails(size_t size)
{
    largest = size > largest ? size : largest;
    return countdown >= 0 && countdown-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails(size) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(count * size) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails(size) ? NULL : __real_realloc(old, size);
}

/* Whether the allocation that was to fail came at all. */
static int came(void)
{
    const int has_failed = countdown < 0;
    countdown = -1;
    return has_failed;
}

static ga_status store_and_load(ga_result *result, ga_result **loaded)
{
    ga_store *log = NULL;
    int64_t run = 0;
    ga_status status = ga_store_open(":memory:", GA_STORE_WRITE, &log);
    if (status == GA_OK) {
        status = ga_store_write(log, result, NULL, &run);
    }
    if (status == GA_OK) {
        status = ga_store_read(log, run, loaded);
    }
    ga_store_close(log);
    return status;
}

static ga_status pack_and_unpack(ga_result *result, ga_result **loaded)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    ga_status status = ga_result_pack(result, &bytes, &size);
    if (status == GA_OK) {
        status = ga_result_unpack(bytes, size, loaded);
    }
    free(bytes);
    return status;
}

static void starve(ga_status (*work)(ga_result *result, ga_result **loaded), sample_fn *make)
{
    ga_result *const wanted = make();
    int has_failed = 1;
    for (long k = 0; has_failed; k++) {
        ga_result *const result = make();
        ga_result *loaded = NULL;
        cr_assert(k < 100000);
        countdown = k;
        const ga_status status = work(result, &loaded);
        has_failed = came();
        cr_assert(status == GA_OK || status == GA_ENOMEM, "allocation %ld: %s", k,
                  ga_status_text(status));
        cr_assert((status == GA_OK) == (loaded != NULL), "allocation %ld", k);
        cr_assert(has_failed || status == GA_OK);
        if (loaded) {
            const char *const what = difference(wanted, loaded, 0);
            cr_assert(!what, "allocation %ld: %s", k, what);
        }
        ga_result_free(loaded);
        ga_result_free(result);
    }
    ga_result_free(wanted);
}

Test(memory, log, .timeout = 120)
{
    starve(store_and_load, sample_failing);
}

Test(memory, bytes, .timeout = 120)
{
    starve(pack_and_unpack, sample_failing);
    starve(pack_and_unpack, sample_hostile);
}

/* A variable of 1e7 elements of which 64 were measured costs what 64 elements cost. */
Test(memory, nothing_for_each_element)
{
    enum {
        ENOUGH = 1 << 20
    };
    ga_status (*const works[])(ga_result *, ga_result **) = {store_and_load, pack_and_unpack};
    for (size_t k = 0; k < sizeof works / sizeof *works; k++) {
        ga_result *const result = sample_screened();
        ga_result *loaded = NULL;
        largest = 0;
        cr_assert(works[k](result, &loaded) == GA_OK);
        free(render("text", loaded, &(ga_report_style){.all_elements = 1}));
        free(render("jsonl", loaded, &(ga_report_style){.all_elements = 1}));
        cr_expect(!loaded->variables[0].x && !loaded->variables[0].analytic);
        cr_expect(loaded->variables[0].view.elements == 10000000);
        cr_expect(largest > 0 && largest < ENOUGH, "%zu bytes at once", largest);
        ga_result_free(loaded);
        ga_result_free(result);
    }
}

Test(memory, result)
{
    ga_result *const result = ga_result_new();
    countdown = 0;
    cr_expect(ga_result_new() == NULL);
    countdown = 0;
    cr_expect(ga_result_text(result, "x") == NULL);
    countdown = 0;
    cr_expect(ga_result_add_variable(result) == NULL && result->variable_count == 0);
    countdown = 0;
    cr_expect(ga_result_add_finding(result) == NULL && result->finding_count == 0);
    cr_expect(ga_result_add_variable(result) != NULL);
    countdown = 0;
    cr_expect(ga_result_add_element(&result->variables[0]) == NULL);
    countdown = -1;
    ga_result_free(result);
}
