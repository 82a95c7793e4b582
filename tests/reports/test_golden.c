/*
 * What people and programs see, beside files that a person can read. GRADAUDIT_UPDATE=1 in the
 * environment writes the files anew; then read them.
 */
#include "samples.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void compare(const char *name, const char *text)
{
    char *const path = join(getenv("GRADAUDIT_GOLDEN"), name);
    size_t size = 0;
    if (getenv("GRADAUDIT_UPDATE")) {
        spit(path, text, strlen(text));
    }
    char *const wanted = (char *)slurp(path, &size);
    cr_expect(wanted && strcmp(wanted, text) == 0, "%s: got\n%s\nwant\n%s", name, text,
              wanted ? wanted : "(no such file)");
    free(wanted);
    free(path);
}

static void check(sample_fn *make, const char *name, const char *format,
                  const ga_report_style *style)
{
    ga_result *const result = make();
    char *const text = render(format, result, style);
    compare(name, text);
    free(text);
    ga_result_free(result);
}

Test(golden, passing)
{
    check(sample_passing, "passing.txt", "text", NULL);
    check(sample_passing, "passing.concise", "concise", NULL);
    check(sample_passing, "passing.jsonl", "jsonl", NULL);
    check(sample_passing, "passing_failing_only.txt", "text",
          &(ga_report_style){.failing_only = 1});
}

Test(golden, failing)
{
    check(sample_failing, "failing.txt", "text", NULL);
    check(sample_failing, "failing.concise", "concise", NULL);
    check(sample_failing, "failing.jsonl", "jsonl", NULL);
    check(sample_failing, "failing_color.txt", "text", &(ga_report_style){.color = 1});
    check(sample_failing, "failing_only.txt", "text", &(ga_report_style){.failing_only = 1});
}

Test(golden, stored)
{
    ga_result *const result = sample_failing();
    result->run.id = 119;
    char *const text = render("text", result, NULL);
    compare("stored.txt", text);
    free(text);
    ga_result_free(result);
}

Test(golden, others)
{
    check(sample_empty, "empty.txt", "text", NULL);
    check(sample_many, "many.txt", "text", NULL);
    check(sample_crashed, "crashed.txt", "text", NULL);
    check(sample_partial, "partial.txt", "text", NULL);
    check(sample_partial, "partial.concise", "concise", NULL);
    check(sample_hostile, "hostile.txt", "text", NULL);
    check(sample_hostile, "hostile_ascii.txt", "text", &(ga_report_style){.ascii = 1});
    check(sample_hostile, "hostile.concise", "concise", NULL);
}

Test(golden, screened)
{
    check(sample_screened, "screened.txt", "text", NULL);
    check(sample_screened, "screened.concise", "concise", NULL);
    check(sample_screened, "screened.jsonl", "jsonl", NULL);
    check(sample_screened, "screened_failing_only.txt", "text",
          &(ga_report_style){.failing_only = 1});
}

Test(golden, astray)
{
    check(sample_astray, "astray.txt", "text", NULL);
    check(sample_astray, "astray.concise", "concise", NULL);
    check(sample_astray, "astray.jsonl", "jsonl", NULL);
    check(sample_astray, "astray_elements.txt", "text", &(ga_report_style){.all_elements = 1});
}

Test(golden, twin)
{
    check(sample_twin, "twin.txt", "text", NULL);
    check(sample_twin, "twin.jsonl", "jsonl", NULL);
}

/* Many tensors that are well fold into one line, which keeps the kinds of elements apart. */
Test(golden, screened_and_folded)
{
    ga_result *const result = sample_screened();
    for (int k = 0; k < 45; k++) {
        ga_variable_record *const more = ga_result_add_variable(result);
        more->view = result->variables[3].view;
        more->view.covered = more->view.elements - (size_t)k;
        more->view.checked = (size_t)k / 2;
    }
    char *const text = render("text", result, NULL);
    compare("screened_folded.txt", text);
    free(text);
    ga_result_free(result);
}

Test(golden, every_element)
{
    ga_result *const result = sample_passing();
    result->variable_count = 2; /* W1 and b1 */
    result->variables[0].element_count = 3;
    char *const text = render("text", result, &(ga_report_style){.all_elements = 1});
    compare("every_element.txt", text);
    free(text);
    result->variable_count = 3;
    ga_result_free(result);
}
