/*
 * What is stored comes back: equal in every field, and rendered to the same bytes.
 */
#include "samples.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int numbers[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
static const char *const formats[] = {"text", "concise", "jsonl"};

static void expect_equal(const ga_result *stored, const ga_result *loaded, const char *name)
{
    const char *const what = difference(stored, loaded, 1);
    cr_expect(!what, "%s: %s", name, what);
    for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
        for (int all = 0; all < 2; all++) {
            const ga_report_style style = {.all_elements = all, .color = all};
            char *const before = render(formats[k], stored, &style);
            char *const after = render(formats[k], loaded, &style);
            cr_expect(strcmp(before, after) == 0, "%s as %s:\n%s\n%s", name, formats[k], before,
                      after);
            free(before);
            free(after);
        }
    }
}

ParameterizedTestParameters(round_trip, log)
{
    /* by number: each case runs in a process of its own, where addresses differ */
    return cr_make_param_array(int, numbers, sample_count);
}

ParameterizedTest(const int *number, round_trip, log)
{
    ga_store *log = NULL;
    ga_result *const stored = samples[*number].make();
    ga_result *loaded = NULL;
    int64_t run = 0;
    cr_assert(ga_store_open(":memory:", GA_STORE_WRITE, &log) == GA_OK, "%s", ga_store_error(log));
    const ga_store_meta meta = {.target = "a/b.so", .arguments = "[]", .source_dir = "/"};
    cr_assert(ga_store_write(log, stored, &meta, &run) == GA_OK, "%s", ga_store_error(log));
    cr_expect(run == stored->run.id && run > 0);
    cr_assert(ga_store_read(log, run, &loaded) == GA_OK, "%s", ga_store_error(log));
    expect_equal(stored, loaded, samples[*number].name);
    cr_expect(strlen(loaded->run.uuid) == 36);
    ga_result_free(loaded);
    ga_result_free(stored);
    ga_store_close(log);
}

ParameterizedTestParameters(round_trip, bytes)
{
    /* by number: each case runs in a process of its own, where addresses differ */
    return cr_make_param_array(int, numbers, sample_count);
}

ParameterizedTest(const int *number, round_trip, bytes)
{
    ga_result *const stored = samples[*number].make();
    ga_result *loaded = NULL;
    unsigned char *bytes = NULL;
    size_t size = 0;
    cr_assert(ga_result_pack(stored, &bytes, &size) == GA_OK);
    cr_assert(ga_result_unpack(bytes, size, &loaded) == GA_OK);
    expect_equal(stored, loaded, samples[*number].name);
    free(bytes);
    ga_result_free(loaded);
    ga_result_free(stored);
}

Test(round_trip, file_closed_and_opened_again)
{
    char *const folder = make_folder();
    char *const path = join(folder, "a ?#%'\n log.db");
    ga_store *log = NULL;
    ga_result *const first = sample_failing();
    ga_result *const second = sample_hostile();
    int64_t runs[2];
    cr_assert(ga_store_open(path, GA_STORE_WRITE, &log) == GA_OK, "%s", ga_store_error(log));
    cr_assert(ga_store_write(log, first, NULL, &runs[0]) == GA_OK);
    cr_assert(ga_store_write(log, second, NULL, &runs[1]) == GA_OK);
    ga_store_close(log);
    for (int mode = 0; mode < 2; mode++) {
        cr_assert(ga_store_open(path, mode ? GA_STORE_WRITE : GA_STORE_READ, &log) == GA_OK, "%s",
                  ga_store_error(log));
        for (int k = 0; k < 2; k++) {
            ga_result *loaded = NULL;
            cr_assert(ga_store_read(log, runs[k], &loaded) == GA_OK, "%s", ga_store_error(log));
            expect_equal(k ? second : first, loaded, "file");
            ga_result_free(loaded);
        }
        ga_store_close(log);
    }
    ga_result_free(first);
    ga_result_free(second);
    free(path);
    remove_folder(folder);
}

Test(round_trip, begun_then_finished)
{
    ga_store *log = NULL;
    ga_result *const result = sample_passing();
    ga_result *loaded = NULL;
    int64_t run = 0;
    cr_assert(ga_store_open(":memory:", GA_STORE_WRITE, &log) == GA_OK);
    const ga_store_meta before = {.target = "t.so", .subject = "s", .options = "{\"seed\":1}"};
    const ga_store_meta after = {.output = "hello"};
    cr_assert(ga_store_begin(log, "mlp_xent", &before, &run) == GA_OK);
    cr_expect(ga_store_read(log, run, &loaded) == GA_EINVAL);
    cr_expect(strstr(ga_store_error(log), "has not ended"), "%s", ga_store_error(log));
    cr_assert(ga_store_finish(log, run, result, &after) == GA_OK, "%s", ga_store_error(log));
    cr_expect_str_eq(result->run.target, "t.so");
    cr_expect_str_eq(result->run.output, "hello");
    cr_assert(ga_store_read(log, run, &loaded) == GA_OK);
    expect_equal(result, loaded, "begun");
    ga_result_free(loaded);
    cr_expect(ga_store_finish(log, run, result, NULL) == GA_EINVAL, "a run ends once");
    cr_expect(ga_store_finish(log, 99, result, NULL) == GA_EINVAL);
    cr_expect(ga_store_read(log, 99, &loaded) == GA_EINVAL && !loaded);
    cr_expect(strstr(ga_store_error(log), "no run 99"), "%s", ga_store_error(log));
    ga_store_close(log);
    ga_result_free(result);
}

static int count_run(const ga_store_run *run, void *arg)
{
    ga_store_run *const last = arg;
    last->id++;
    last->errors = run->errors;
    last->warnings = run->warnings;
    last->verdict = run->verdict;
    cr_expect_str_eq(run->status, last->status);
    return 0;
}

Test(round_trip, listed)
{
    ga_store *log = NULL;
    ga_result *const result = sample_failing();
    int64_t run = 0;
    cr_assert(ga_store_open(":memory:", GA_STORE_WRITE, &log) == GA_OK);
    cr_assert(ga_store_write(log, result, NULL, &run) == GA_OK);
    ga_store_run seen = {.status = "done"};
    cr_assert(ga_store_runs(log, 0, count_run, &seen) == GA_OK);
    cr_expect(seen.id == 1 && seen.errors == 1 && seen.warnings == 1, "the allowed one is not one");
    cr_expect(seen.verdict == GA_FAIL);
    cr_assert(ga_store_begin(log, NULL, NULL, &run) == GA_OK);
    seen = (ga_store_run){.status = "running"};
    cr_assert(ga_store_runs(log, 1, count_run, &seen) == GA_OK);
    cr_expect(seen.id == 1);
    cr_assert(ga_store_abandon(log, run, "the plug-in could not be loaded") == GA_OK);
    seen = (ga_store_run){.status = "error"};
    cr_assert(ga_store_runs(log, 1, count_run, &seen) == GA_OK);
    ga_result *loaded = NULL;
    cr_expect(ga_store_read(log, run, &loaded) == GA_EINVAL);
    cr_expect(strstr(ga_store_error(log), "could not be loaded"), "%s", ga_store_error(log));
    cr_expect(ga_store_abandon(log, run, "again") == GA_EINVAL);
    ga_store_close(log);
    ga_result_free(result);
}
