/*
 * A result in the making: its arena of texts, its growing lists, and how the command line ends.
 */
#include "gradaudit/result.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(audit_result, texts_stay_where_they_are)
{
    enum {
        TEXTS = 5000
    };
    ga_result *const result = ga_result_new();
    const char **const texts = calloc(TEXTS, sizeof *texts);
    char wanted[32];
    for (int k = 0; k < TEXTS; k++) {
        texts[k] = ga_result_format(result, "text %d of %s", k, "many");
    }
    for (int k = 0; k < TEXTS; k++) {
        (void)snprintf(wanted, sizeof wanted, "text %d of many", k);
        cr_assert_str_eq(texts[k], wanted);
    }
    char *const huge = calloc(100001, 1);
    memset(huge, 'x', 100000);
    cr_expect_str_eq(ga_result_text(result, huge), huge);
    cr_expect(ga_result_text(result, NULL) == NULL);
    cr_expect_str_eq(ga_result_text(result, ""), "");
    free(huge);
    free(texts);
    ga_result_free(result);
    ga_result_free(NULL);
}

Test(audit_result, indices)
{
    char text[40];
    char small[4];
    const ga_variable_result matrix = {.rank = 2, .shape = {4, 16}, .elements = 64};
    const ga_variable_result scalar = {.rank = 0, .elements = 1};
    const ga_variable_result damaged = {.rank = 99, .shape = {0, 3}};
    ga_index_text(&matrix, 61, text, sizeof text);
    cr_expect_str_eq(text, "[3,13]");
    ga_index_text(&matrix, 64, text, sizeof text);
    cr_expect_str_eq(text, "[4,0]", "too large shows in the first place");
    ga_index_text(&matrix, GA_NO_INDEX, text, sizeof text);
    cr_expect_str_eq(text, "");
    ga_index_text(&scalar, 0, text, sizeof text);
    cr_expect_str_eq(text, "");
    ga_index_text(&matrix, 61, small, sizeof small);
    cr_expect(strlen(small) < sizeof small);
    ga_index_text(&damaged, 5, text, sizeof text);
    size_t split[GA_MAX_RANK];
    cr_expect(ga_index_split(&damaged, 5, split) == GA_MAX_RANK);
    cr_expect(ga_index_split(&matrix, 17, split) == 2 && split[0] == 1 && split[1] == 1);
}

static ga_variable_record *add_variable(ga_result *result, size_t checked)
{
    ga_variable_record *const variable = ga_result_add_variable(result);
    variable->view = (ga_variable_result){.name = "w",
                                          .rank = 1,
                                          .shape = {10},
                                          .elements = 10,
                                          .checked = checked,
                                          .verdict = checked ? GA_PASS : GA_SKIPPED,
                                          .resolution = 1e-8,
                                          .rtol = 1e-6};
    return variable;
}

static ga_finding *add_finding(ga_result *result, const char *code, ga_severity severity)
{
    ga_finding *const finding = ga_result_add_finding(result);
    finding->code = code;
    finding->severity = severity;
    finding->verdict = GA_FAIL;
    return finding;
}

Test(audit_result, exit_codes)
{
    ga_result *const result = ga_result_new();
    cr_expect(ga_result_exit_code(result) == 5, "nothing to audit");
    add_variable(result, 0)->view.role = GA_FROZEN;
    cr_expect(ga_result_exit_code(result) == 5, "nothing to train");
    add_variable(result, 0);
    cr_expect(ga_result_exit_code(result) == 3, "nothing measured");
    ga_variable_record *const variable = add_variable(result, 3);
    cr_expect(ga_result_exit_code(result) == 0);
    add_finding(result, "S01", GA_WARNING);
    add_finding(result, "N05", GA_NOTE);
    cr_expect(ga_result_exit_code(result) == 0, "warnings and notes do not count");
    add_finding(result, "P08", GA_ERROR);
    cr_expect(ga_result_exit_code(result) == 4);
    ga_finding *const error = add_finding(result, "G01", GA_ERROR);
    cr_expect(ga_result_exit_code(result) == 1);
    error->suppressed = "known";
    cr_expect(ga_result_exit_code(result) == 4);
    result->findings[2].suppressed = "known";
    cr_expect(ga_result_exit_code(result) == 0);
    cr_expect(ga_result_count(result, GA_ERROR) == 0 && ga_result_count(result, GA_WARNING) == 1);
    (void)variable;
    ga_result_free(result);
}

/* What directions covered is judged where they excluded something, and only there. */
Test(audit_result, exit_codes_of_a_screen)
{
    ga_result *const result = ga_result_new();
    ga_variable_record *const variable = add_variable(result, 0);
    variable->view.covered = 10;
    variable->view.verdict = GA_PASS;
    cr_expect(ga_result_exit_code(result) == 0);
    variable->view.resolution = (double)NAN;
    cr_expect(ga_result_exit_code(result) == 3);
    variable->view.resolution = 1.5;
    cr_expect(ga_result_exit_code(result) == 3, "a gradient of 0 would have passed");
    ga_result_free(result);
}

Test(audit_result, strict)
{
    ga_result *const result = ga_result_new();
    ga_variable_record *const variable = add_variable(result, 10);
    result->facts.strict = 1;
    cr_expect(ga_result_exit_code(result) == 0);
    variable->view.resolution = 1e-5;
    cr_expect(ga_result_exit_code(result) == 3, "coarser than rtol");
    variable->view.resolution = (double)NAN;
    cr_expect(ga_result_exit_code(result) == 3, "NaN never passes");
    variable->view.resolution = 1e-8;
    variable->view.inconclusive = 1;
    cr_expect(ga_result_exit_code(result) == 3);
    result->facts.strict = 0;
    cr_expect(ga_result_exit_code(result) == 0);
    ga_result_free(result);
}

Test(audit_result, reading)
{
    ga_result *const result = ga_result_new();
    ga_variable_record *variable = NULL;
    for (int k = 0; k < 100; k++) {
        variable = add_variable(result, 10);
    }
    for (size_t k = 0; k < 1000; k++) {
        ga_result_add_element(variable)->index = k;
    }
    cr_expect(ga_result_add_check(result) != NULL);
    cr_expect(ga_result_variable_count(result) == 100);
    cr_expect(ga_result_element_count(result, 99) == 1000);
    cr_expect(ga_result_element(result, 99, 777)->index == 777);
    cr_expect(!ga_result_element(result, 99, 1000) && !ga_result_element(result, 100, 0));
    cr_expect(!ga_result_variable(result, 100) && !ga_result_finding(result, 0));
    cr_expect(ga_result_check(result, 0) && !ga_result_check(result, 1));
    cr_expect(ga_result_facts(result)->repeatable == -1);
    cr_expect(ga_result_verdict(result) == GA_SKIPPED);
    ga_result_free(result);
}
