/*
 * Damage: bits flipped, stretches overwritten, ends cut off. Whatever a file then answers, it
 * answers with a status and a sentence.
 */
#include "samples.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *folder;
static char *path;

static void set_up(void)
{
    folder = make_folder();
    path = join(folder, "log.db");
}

static void tear_down(void)
{
    free(path);
    remove_folder(folder);
}

TestSuite(log_damage, .init = set_up, .fini = tear_down, .timeout = 300);

static void write_one(sample_fn *make)
{
    ga_store *log = NULL;
    ga_result *const result = make();
    cr_assert(ga_store_open(path, GA_STORE_WRITE, &log) == GA_OK, "%s", ga_store_error(log));
    cr_assert(ga_store_write(log, result, NULL, NULL) == GA_OK, "%s", ga_store_error(log));
    ga_store_close(log);
    ga_result_free(result);
}

/* Small numbers that are the same on every machine. */
static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static int ignore_run(const ga_store_run *run, void *arg)
{
    (void)run;
    (void)arg;
    return 0;
}

/* Whatever a damaged file answers, it answers: no crash, no status without a sentence. */
static size_t try_everything(void)
{
    ga_store *log = NULL;
    size_t refusals = 0;
    for (int mode = 0; mode < 2; mode++) {
        const ga_status opened = ga_store_open(path, mode ? GA_STORE_WRITE : GA_STORE_READ, &log);
        cr_assert(opened == GA_OK || ga_store_error(log)[0]);
        refusals += opened != GA_OK;
        for (int64_t run = 1; run < 4; run++) {
            ga_result *result = NULL;
            const ga_status status = ga_store_read(log, run, &result);
            cr_assert((status == GA_OK) == (result != NULL));
            cr_assert(status == GA_OK || ga_store_error(log)[0]);
            refusals += status != GA_OK && run < 3;
            if (result) {
                free(render("text", result, NULL));
                free(render("concise", result, NULL));
                free(render("jsonl", result, &(ga_report_style){.all_elements = 1}));
            }
            ga_result_free(result);
        }
        (void)ga_store_runs(log, 0, ignore_run, NULL);
        if (mode) {
            ga_result *const result = sample_failing();
            int64_t run = 0;
            (void)ga_store_write(log, result, NULL, &run);
            ga_result_free(result);
        }
        ga_store_close(log);
    }
    return refusals;
}

Test(log_damage, log)
{
    size_t size = 0;
    uint32_t state = 1;
    size_t refused = 0;
    write_one(sample_failing);
    write_one(sample_hostile);
    unsigned char *const good = slurp(path, &size);
    for (int k = 0; k < 250; k++) {
        unsigned char *const bad = malloc(size);
        memcpy(bad, good, size);
        size_t length = size;
        if (k % 5 == 4) {
            length = next_random(&state) % size; /* cut */
        } else if (k % 5 == 3) {
            const size_t at = next_random(&state) % size;
            const size_t end = at + 5000 < size ? at + 5000 : size;
            memset(bad + at, (int)next_random(&state), end - at);
        } else {
            for (uint32_t flips = 1 + next_random(&state) % 64; flips > 0; flips--) {
                bad[next_random(&state) % size] ^= (unsigned char)(1u << next_random(&state) % 8);
            }
        }
        char *const wal = join(folder, "log.db-wal");
        (void)unlink(wal);
        free(wal);
        spit(path, bad, length);
        refused += try_everything() > 0;
        free(bad);
    }
    free(good);
    cr_expect(refused > 125, "only %zu noticed", refused);
}

Test(log_damage, packed_result)
{
    ga_result *const result = sample_hostile();
    unsigned char *bytes = NULL;
    size_t size = 0;
    uint32_t state = 7;
    ga_result *out = NULL;
    cr_assert(ga_result_pack(result, &bytes, &size) == GA_OK);
    cr_expect(ga_result_unpack(NULL, 0, &out) == GA_EINVAL && !out);
    for (int k = 0; k < 2000; k++) {
        const size_t at = next_random(&state) % size;
        const unsigned char was = bytes[at];
        bytes[at] ^= (unsigned char)(1u << next_random(&state) % 8);
        cr_assert(ga_result_unpack(bytes, size, &out) == GA_EINVAL && !out, "byte %zu", at);
        bytes[at] = was;
        cr_assert(ga_result_unpack(bytes, next_random(&state) % size, &out) == GA_EINVAL);
    }
    cr_expect(ga_result_unpack(bytes, size, &out) == GA_OK);
    ga_result_free(out);
    free(bytes);
    ga_result_free(result);
}
